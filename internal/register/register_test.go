package register

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

var now = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// world is a store of what YAML says.
type world struct {
	*facts.Store
	index *gather.Index
	now   time.Time
}

func newWorld(t testing.TB, documents ...string) *world {
	t.Helper()
	kinds := gather.Kinds()
	w := &world{Store: gather.NewStore(kinds), index: gather.NewIndex(kinds), now: now}
	for _, k := range kinds {
		w.SetSource(facts.SourceState{ID: k.SourceID(), Condition: facts.SourceSynced})
	}
	for _, text := range documents {
		w.apply(t, text)
	}
	return w
}

// apply takes a document of a kind of tilsyn.dev, written as kind, name and spec.
func (w *world) apply(t testing.TB, text string) {
	t.Helper()
	head, spec, _ := strings.Cut(text, ":")
	kindName, name, _ := strings.Cut(head, " ")
	k := w.kind(t, kindName)
	object := map[string]any{}
	if err := yaml.UnmarshalStrict(fmt.Appendf(nil, "apiVersion: tilsyn.dev/v1alpha1\nkind: %s\nmetadata: {name: %s}\nspec: {%s}", kindName, name, spec), &object); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	typed := k.New()
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(object, typed, true); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	given, err := k.Extract(typed)
	if err != nil {
		t.Fatal(err)
	}
	w.Put(facts.ObjectKey{Source: k.SourceID(), Name: name}, given...)
}

func (w *world) kind(t testing.TB, name string) adapter.Kind {
	t.Helper()
	k, ok := w.index.Lookup(v1alpha1.GroupVersion.WithKind(name))
	if !ok {
		t.Fatalf("no kind %s", name)
	}
	return k
}

func (w *world) read(x *Reader) (r *Register) {
	w.Read(func(v facts.View) { r = x.Read(v, evaluate.Resolve(v, w.now, nil), w.now) })
	return r
}

// told writes the problems of all objects, one in a line.
func told(r *Register) (out []string) {
	for _, p := range r.Problems {
		out = append(out, fmt.Sprintf("%s %s=%s %s: %s", p.Object, p.Type, p.Status, p.Reason, p.Message))
	}
	return out
}

const (
	danish    = "processingCountries: [DK], accessCountries: [DK], establishedIn: DK"
	signed    = "signedAt: '2024-01-01', openEnded: true"
	solution  = "HostedSolution aula: owner: {organisation: KOMBIT}, controllers: [{name: Municipalities, expectedCount: 2, institutions: [aarhus, odense]}], supplierChain: [{name: processor, supplier: kombit}]"
	kombit    = "Supplier kombit: legalName: KOMBIT, " + danish
	aarhus    = "Institution aarhus: legalName: Aarhus"
	odense    = "Institution odense: legalName: Odense"
	agreement = "ProcessingAgreement aula-kombit: type: Processing, parties: {customer: {group: {name: Municipalities, signed: 2}}, processor: kombit}, solutions: [aula], " + signed
)

func sound() []string { return []string{solution, kombit, aarhus, odense, agreement} }

func TestASoundRegisterHasNoProblems(t *testing.T) {
	r := newWorld(t, sound()...).read(&Reader{})
	if len(r.Problems) > 0 {
		t.Errorf("problems:\n%s", strings.Join(told(r), "\n"))
	}
	if len(r.Suppliers) != 1 || r.Suppliers[0].Solutions != 1 {
		t.Errorf("suppliers are %+v", r.Suppliers)
	}
}

func TestWhatIsWrongIsToldOfTheResourceThatSaysIt(t *testing.T) {
	tests := map[string]struct {
		documents []string
		want      []string // one for each problem, parts of it joined by …
	}{
		"a supplier that does not exist": {[]string{"HostedSolution aula: owner: {organisation: X}, supplierChain: [{name: processor, supplier: kombi}]"},
			[]string{"HostedSolution aula Accepted=False UnknownSupplier: There is no Supplier kombi (spec.supplierChain[0]); did you mean kombit? Apply it…kubectl get sup", "ProcessingAgreement aula-kombit…UnknownGroup"}},
		"links that engage each other": {[]string{"HostedSolution ring: owner: {organisation: X}, supplierChain: [{name: a, supplier: kombit, engagedBy: b}, {name: b, supplier: kombit, engagedBy: a}, {name: c, supplier: kombit, engagedBy: a}]"},
			[]string{"HostedSolution ring Accepted=False Circle: spec.supplierChain…a > b > a"}},
		"a link that nobody engaged": {[]string{"HostedSolution ring: owner: {organisation: X}, supplierChain: [{name: a, supplier: kombit, engagedBy: z}]"},
			[]string{"HostedSolution ring Accepted=False UnknownLink…a (by z)"}},
		"controllers that do not exist": {[]string{"HostedSolution other: owner: {organisation: X}, controllers: [{name: All, institutions: [aarhus, skive, struer]}]"},
			[]string{"HostedSolution other…There is no Institution skive (spec.controllers[0].institutions[1]), struer (spec.controllers[0].institutions[2])."}},
		"an appendix with an unknown supplier": {[]string{"ProcessingAgreement aula-kombit: type: Processing, parties: {customer: {group: {name: Municipalities, signed: 2}}, processor: kombit}, solutions: [aula], " + signed +
			", appendixB: {document: {reference: B}, entries: [{supplier: netcompagny}]}"},
			[]string{"ProcessingAgreement aula-kombit Accepted=False UnknownSupplier…netcompagny (spec.appendixB.entries[0])"}},
		"an appendix whose engagements lead nowhere": {[]string{"Supplier aws: legalName: AWS, " + danish,
			"ProcessingAgreement aula-kombit: type: Processing, parties: {customer: {group: {name: Municipalities, signed: 2}}, processor: kombit}, solutions: [aula], " + signed +
				", appendixB: {document: {reference: B}, entries: [{supplier: aws, engagedBy: gone}]}"},
			[]string{"ProcessingAgreement aula-kombit Accepted=False UnknownLink…gone (of aws)"}},
		"a parent of the wrong processor": {[]string{"Supplier aws: legalName: AWS, " + danish,
			"ProcessingAgreement sub: type: SubProcessing, parties: {customer: {supplier: aws}, processor: kombit}, solutions: [aula], parentAgreement: aula-kombit, " + signed},
			[]string{"ProcessingAgreement sub Accepted=False WrongType…the processor of aula-kombit is kombit, and the customer of this one is aws"}},
		"parents in a circle": {[]string{
			"ProcessingAgreement one: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, parentAgreement: two, " + signed,
			"ProcessingAgreement two: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, parentAgreement: one, " + signed},
			[]string{"ProcessingAgreement one…Circle…one > two > one", "ProcessingAgreement two…Circle…two > one > two"}},
		"two agreements in force for the same link": {[]string{"ProcessingAgreement aula-new: type: Processing, parties: {customer: {group: {name: Municipalities, signed: 2}}, processor: kombit}, solutions: [aula], " + signed},
			[]string{"ProcessingAgreement aula-kombit Accepted=False TwoInForce: aula-new is in force too for kombit's work on aula for group \"Municipalities\"", "ProcessingAgreement aula-new…TwoInForce"}},
		"an agreement for each institution is no rivalry": {[]string{
			"ProcessingAgreement a: type: Processing, parties: {customer: {institutions: [{institution: aarhus, signedAt: '2024-01-01'}]}, processor: kombit}, solutions: [other], openEnded: true",
			"ProcessingAgreement b: type: Processing, parties: {customer: {institutions: [{institution: odense, signedAt: '2024-01-01'}]}, processor: kombit}, solutions: [other], openEnded: true",
			"HostedSolution other: owner: {organisation: X}"}, nil},
		"a renewal that follows the end is no rivalry": {[]string{"ProcessingAgreement aula-new: type: Processing, parties: {customer: {group: {name: Municipalities, signed: 2}}, processor: kombit}, solutions: [aula], validFrom: '2027-01-01', " + signed},
			[]string{"ProcessingAgreement aula-new Valid=False NotYetValid: It begins on 2027-01-01."}},
		"an agreement that nobody signed": {[]string{"ProcessingAgreement x: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, openEnded: true"},
			[]string{"ProcessingAgreement x Valid=False NotSigned"}},
		"an agreement that ended": {[]string{"ProcessingAgreement x: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, signedAt: '2024-01-01', validUntil: '2026-11-20'"},
			[]string{"ProcessingAgreement x Valid=False Expired: It ended on 2026-11-20"}},
		"an agreement that was ended": {[]string{"ProcessingAgreement x: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, signedAt: '2024-01-01', validUntil: '2028-01-01', endedAt: '2026-06-30'"},
			[]string{"ProcessingAgreement x Valid=False Ended: It was ended on 2026-06-30."}},
		"an agreement without a recorded end": {[]string{"ProcessingAgreement x: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, signedAt: '2024-01-01'"},
			[]string{"ProcessingAgreement x Valid=Unknown EndUnknown"}},
		"an agreement that one of two institutions signed": {[]string{"ProcessingAgreement x: type: Processing, parties: {customer: {institutions: [{institution: aarhus, signedAt: '2024-01-01'}, {institution: odense}]}, processor: kombit}, solutions: [aula], openEnded: true"},
			[]string{"ProcessingAgreement x Valid=False NotSigned: In force for 1 of 2 institutions, and not for odense."}},
		"a group of which some have not signed": {[]string{"ProcessingAgreement aula-kombit: type: Processing, parties: {customer: {group: {name: Municipalities, signed: 1}}, processor: kombit}, solutions: [aula], " + signed},
			[]string{"ProcessingAgreement aula-kombit Valid=False NotSigned: 1 of the 2 Municipalities of aula have signed."}},
		"a statement for a solution that does not exist": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aulla], supplier: kombit, receipt: {state: Expected}"},
			[]string{"AssuranceStatement s Accepted=False UnknownSolution…aulla (spec.solutions[0]); did you mean aula?"}},
		"an action plan that is none": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], actionPlan: other, receipt: {state: Expected}", "AssuranceStatement other: year: 2025, document: Statement, solutions: [aula], receipt: {state: Expected}"},
			[]string{"AssuranceStatement s…WrongType…other is a Statement"}},
		"a delivery to a group that nobody has": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], receipt: {state: Received}, deliveries: [{group: Regions, state: Delivered}]"},
			[]string{"AssuranceStatement s…UnknownGroup…no controller of aula is called \"Regions\". Write"}},
		"a statement passed on and still expected": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], receipt: {state: Expected, date: '2026-12'}, deliveries: [{group: Municipalities, state: Delivered, date: '2026-06-21'}]"},
			[]string{"AssuranceStatement s Consistent=False DeliveredNotReceived: This cannot be: spec.receipt.state: it was passed on, and its receipt is still expected."}},
		"a statement received in the future": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], receipt: {state: Received, date: '2027-01-10'}, deliveries: [{group: Municipalities, state: Expected}]"},
			[]string{"AssuranceStatement s Consistent=False ImplausibleDate…2027-01-10 has not come yet"}},
		"a statement that says nothing": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], state: NotSaid, receipt: {state: NotSaid}"},
			[]string{"AssuranceStatement s Consistent=Unknown NothingSaid"}},
		"a statement of another kind than required": {[]string{"AssuranceStatement s: year: 2025, document: Statement, standard: ISAE3402, type: Type2, required: {standard: ISAE3000, type: Type2}, solutions: [aula], receipt: {state: Received, date: '2026-05-01'}, deliveries: [{group: Municipalities, state: Delivered, date: '2026-05-21'}]"},
			[]string{"AssuranceStatement s KindAsRequired=False KindDiffers"}},
		"a statement whose kind is not recorded": {[]string{"AssuranceStatement s: year: 2025, document: Statement, required: {standard: ISAE3000}, solutions: [aula], receipt: {state: Received, date: '2026-05-01'}, deliveries: [{group: Municipalities, state: Delivered, date: '2026-05-21'}]"},
			[]string{"AssuranceStatement s KindAsRequired=Unknown KindNotRecorded"}},
		"an institution that uses what does not name it": {[]string{"HostedSolution other: owner: {organisation: X}", "Institution aarhus: legalName: Aarhus, uses: [{solution: aula}, {solution: other}, {solution: lost}]"},
			[]string{"Institution aarhus…NotController…other, which neither names nor selects it", "Institution aarhus…UnknownSolution…lost (spec.uses[2])"}},
		"an institution that supervises for itself": {[]string{"Institution aarhus: legalName: Aarhus, secretariats: [{institution: aarhus}]"},
			[]string{"Institution aarhus…Circle"}},
		"institutions that supervise for each other": {[]string{"Institution north: legalName: North, secretariats: [{institution: south, from: '2025-01-01'}]", "Institution south: legalName: South, secretariats: [{institution: north, from: '2025-01-01'}]"},
			[]string{"Institution north…Circle…north > south > north", "Institution south…Circle…south > north > south"}},
		"institutions of which one supervised for the other before": {[]string{"Institution north: legalName: North, secretariats: [{institution: south, from: '2020-01-01', until: '2025-01-01'}]", "Institution south: legalName: South, secretariats: [{institution: north, from: '2025-01-01'}]"}, nil},
		"a yearly report about a year to come":                      {[]string{"Institution north: legalName: North, yearlyReport: {year: 2031, sentAt: '2020-01-01', reference: x}"}, []string{"Institution north…ImplausibleDate…2020-01-01, before 2031 began"}},
		"a yearly report to be sent":                                {[]string{"Institution north: legalName: North, yearlyReport: {year: 2026, sentAt: '2027-01-15', reference: x}"}, []string{"Institution north…ImplausibleDate…2027-01-15 has not come yet"}},
		"a statement of a year far ahead":                           {[]string{"AssuranceStatement s: year: 2190, document: Statement, solutions: [aula], receipt: {state: Expected}"}, []string{"AssuranceStatement s Accepted=False ImplausibleDate…2190 lies years ahead"}},
		"a statement that is ordered for next year":                 {[]string{"AssuranceStatement s: year: 2027, document: Statement, solutions: [aula], receipt: {state: Expected}"}, nil},
		"a statement about another year's period": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], period: {from: '2019-01-01', to: '2019-12-31'}, receipt: {state: Received, date: '2026-05-01'}, deliveries: [{group: Municipalities, state: Delivered, date: '2026-05-21'}]"},
			[]string{"AssuranceStatement s Consistent=False ImplausibleDate…2019-01-01 to 2019-12-31 holds no day of 2025"}},
		"a statement about two years of which one is its own": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], period: {from: '2024-07-01', to: '2025-06-30'}, receipt: {state: Received, date: '2026-05-01'}, deliveries: [{group: Municipalities, state: Delivered, date: '2026-05-21'}]"}, nil},
		"a statement delivered and not": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], receipt: {state: Received, date: '2026-05-01'}, deliveries: [{group: Municipalities, state: Delivered, date: '2026-05-21'}, {group: Municipalities, state: Expected, date: '2026-05-21'}]"},
			[]string{"AssuranceStatement s Consistent=False Contradiction…one delivery to Municipalities is Delivered, another one Expected"}},
		"an action plan that answers itself": {[]string{"AssuranceStatement s: year: 2025, document: ActionPlan, solutions: [aula], answers: [s], receipt: {state: Expected}"}, []string{"AssuranceStatement s…Circle…spec.answers[0]"}},
		"an action plan that answers another": {[]string{"AssuranceStatement s: year: 2025, document: ActionPlan, solutions: [aula], answers: [o], receipt: {state: Expected}", "AssuranceStatement o: year: 2025, document: ActionPlan, solutions: [aula], receipt: {state: Expected}"},
			[]string{"AssuranceStatement s…WrongType…o is an action plan"}},
		"two deliveries to a group that nobody has": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], receipt: {state: Received}, deliveries: [{group: Regions, state: Delivered}, {group: Regions, state: Delivered}]"},
			[]string{"AssuranceStatement s…UnknownGroup"}},
		"a group in other capitals and with a blank behind": {[]string{"AssuranceStatement s: year: 2025, document: Statement, solutions: [aula], receipt: {state: Received}, deliveries: [{group: 'municipalities ', state: Delivered}]"},
			[]string{"AssuranceStatement s…UnknownGroup…no controller of aula is called \"municipalities \"; did you mean Municipalities? Write the name"}},
		"a place in words that lies elsewhere": {[]string{"Supplier aws: legalName: AWS, " + danish,
			"ProcessingAgreement x: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, signedAt: '2024-01-01', openEnded: true, appendixB: {entries: [{supplier: aws, processingCountries: [DK], place: 'Nuuk, Greenland'}]}"},
			[]string{"ProcessingAgreement x Accepted=Unknown PlaceUnclear…\"Nuuk, Greenland\" names GL, and the countries of aws are DK"}},
		"an incident of which somebody was aware before it was found": {[]string{"SecurityIncident i: title: Lost, solutions: [aula], occurredAt: '2026-11-19T08:00:00Z', detectedAt: '2026-11-19T14:00:00Z', controllerAwareAt: '2026-11-19T10:00:00Z', personalData: Affected"},
			[]string{"SecurityIncident i Accepted=False ImplausibleDate: Aware before anybody found it (spec.detectedAt): spec.controllerAwareAt."}},
		"an incident that is to be found, and of which the authority was told before": {[]string{"SecurityIncident i: title: Lost, solutions: [aula], detectedAt: '2027-11-19T10:00:00Z', personalData: Affected, notifications: [{type: Authority, at: '2026-01-19T11:00:00Z'}], closedAt: '2027-11-20T10:00:00Z'"},
			[]string{"SecurityIncident i Accepted=False ImplausibleDate…spec.detectedAt, spec.closedAt", "SecurityIncident i…ImplausibleDate…Before anybody knew of the incident: spec.notifications[0].at"}},
		"an incident that names nobody known": {[]string{"SecurityIncident i: title: Lost, solutions: [aula, lost], detectedAt: '2026-11-19T10:00:00Z', personalData: Affected, detectedBy: nobody, controls: [XXX-01], notices: [{institution: skive, at: '2026-11-19T11:00:00Z'}]"},
			[]string{"SecurityIncident i…UnknownControl…XXX-01", "SecurityIncident i…UnknownSolution…lost", "SecurityIncident i…UnknownInstitution…skive", "SecurityIncident i…UnknownSupplier…nobody"}},
		"an environment that nobody known hosts": {[]string{"SolutionEnvironment e: solution: aula, stage: Production, hostedBy: nobody"},
			[]string{"SolutionEnvironment e…UnknownSupplier…nobody (spec.hostedBy)"}},
		"a fingerprint of two suppliers": {[]string{"Supplier aws: legalName: AWS, fingerprints: {providers: [aws], imageRegistries: [ghcr.io/a/]}, " + danish, "Supplier amazon: legalName: Amazon, fingerprints: {providers: [aws]}, " + danish},
			[]string{"Supplier amazon…FingerprintShared: spec.fingerprints.providers aws is a fingerprint of aws too", "Supplier aws…FingerprintShared…of amazon too"}},
		"one party under two names": {[]string{"Supplier aws: legalName: AWS  EMEA, " + danish, "Supplier amazon: legalName: Amazon, otherNames: [aws emea], " + danish},
			[]string{"Supplier amazon…OneParty: Supplier aws is the same party: both have AWS  EMEA", "Supplier aws…OneParty: Supplier amazon is the same party: both have aws emea"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := told(newWorld(t, append(sound(), test.documents...)...).read(&Reader{}))
			open := slices.Clone(test.want)
			for _, line := range got {
				i := slices.IndexFunc(open, func(want string) bool { return holdsInOrder(line, strings.Split(want, "…")) })
				if i < 0 {
					t.Errorf("not expected: %s", line)
					continue
				}
				open = slices.Delete(open, i, i+1)
			}
			for _, want := range open {
				t.Errorf("missing: %s; told:\n%s", want, strings.Join(got, "\n"))
			}
		})
	}
}

func holdsInOrder(text string, parts []string) bool {
	for _, p := range parts {
		_, after, ok := strings.Cut(text, p)
		if !ok {
			return false
		}
		text = after
	}
	return true
}

func TestNamesThatMayExistAreNotDenied(t *testing.T) {
	w := newWorld(t, "HostedSolution aula: owner: {organisation: X}, supplierChain: [{name: processor, supplier: kombit}]")
	w.SetSource(facts.SourceState{ID: "suppliers.tilsyn.dev", Condition: facts.SourceUnreadable, Reason: facts.ReasonForbidden, Message: "the right to list is missing"})
	r := w.read(&Reader{})
	if len(r.Problems) != 1 || r.Problems[0].Status != metav1.ConditionUnknown || !strings.Contains(r.Problems[0].Message, "cannot be seen") {
		t.Errorf("problems are %v", told(r))
	}
}

func TestASourceWithAnObjectThatCannotBeUnderstoodSaysWhich(t *testing.T) {
	w := newWorld(t, "HostedSolution aula: owner: {organisation: X}, supplierChain: [{name: processor, supplier: kombit}]")
	w.SetSource(facts.SourceState{ID: "suppliers.tilsyn.dev", Condition: facts.SourceSynced, Undecodable: []facts.Ref{Ref("Supplier", "kombit")}})
	r := w.read(&Reader{})
	if len(r.Problems) != 1 || r.Problems[0].Reason != facts.ReasonDecodeFailed || !strings.Contains(r.Problems[0].Message, "Supplier kombit could not be understood") {
		t.Errorf("problems are %v", told(r))
	}
}

func TestWhereDataMayGoChangesWithTime(t *testing.T) {
	certified := "Supplier s: legalName: S, establishedIn: US, processingCountries: [DK], accessCountries: [US], adequacyRecipient: [{country: US, certifiedFrom: '2026-01-01', certifiedUntil: '2027-03-01'}]"
	decision := func(rest string) string {
		return "Platform cluster: adequacy: [{country: US, status: InForce, scoped: true, validFrom: '2023-07-10'" + rest + "}]"
	}
	swiss := "Supplier s: legalName: S, establishedIn: CH, processingCountries: [CH], accessCountries: [DK]"
	tests := map[string]struct {
		documents []string
		at        time.Time
		status    metav1.ConditionStatus
		reason    string
		next      string
	}{
		"in the EEA": {documents: []string{"Supplier s: legalName: S, " + danish}, at: now},
		"a country without a decision": {documents: []string{"Supplier s: legalName: S, processingCountries: [IN], accessCountries: [DK]"}, at: now,
			status: "False", reason: v1alpha1.ReasonUnsafeCountry},
		"Greenland is not Denmark": {documents: []string{"Supplier s: legalName: S, processingCountries: [GL], accessCountries: [DK]"}, at: now,
			status: "False", reason: v1alpha1.ReasonUnsafeCountry},
		"a decision for everybody":                                        {documents: []string{swiss}, at: now},
		"a decision that has ended":                                       {documents: []string{swiss, "Platform cluster: adequacy: [{country: CH, status: InForce, validUntil: '2026-11-20'}]"}, at: now, status: "False", reason: v1alpha1.ReasonUnsafeCountry},
		"a decision that will end":                                        {documents: []string{swiss, "Platform cluster: adequacy: [{country: CH, status: InForce, validUntil: '2026-12-01'}]"}, at: now, next: "2026-12-01"},
		"a dispute that is over, by the Platform's word alone":            {documents: []string{certified, decision("")}, at: now, status: "False", reason: v1alpha1.ReasonContestedDecision, next: "2027-03-01"},
		"a dispute that is over by a judgment that the Platform declares": {documents: []string{certified, decision(", decision: C-703/25 P")}, at: now, status: "Unknown", reason: v1alpha1.ReasonCountriesNotStated, next: "2027-03-01"},
		"a certificate that lapsed":                                       {documents: []string{certified, decision("")}, at: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), status: "False", reason: v1alpha1.ReasonUnsafeCountry},
		"a contested decision":                                            {documents: []string{certified, "Platform cluster: adequacy: [{country: US, status: Contested, scoped: true}]"}, at: now, status: "False", reason: v1alpha1.ReasonContestedDecision, next: "2027-03-01"},
		"an assessed safeguard":                                           {documents: []string{"Supplier s: legalName: S, processingCountries: [IN], accessCountries: [DK], transfers: [{country: IN, basis: StandardContractualClauses, impactAssessment: {reference: Case 1, date: '2026-06-01'}}]"}, at: now},
		"a safeguard assessed nobody knows when":                          {documents: []string{"Supplier s: legalName: S, processingCountries: [IN], accessCountries: [DK], transfers: [{country: IN, basis: StandardContractualClauses, impactAssessment: {reference: Case 1}}]"}, at: now, status: "False", reason: v1alpha1.ReasonUnsafeCountry},
		"a safeguard assessed in the future":                              {documents: []string{"Supplier s: legalName: S, processingCountries: [IN], accessCountries: [DK], transfers: [{country: IN, basis: StandardContractualClauses, impactAssessment: {reference: Case 1, date: '2036-06-01'}}]"}, at: now, status: "False", reason: v1alpha1.ReasonUnsafeCountry, next: "2036-06-01"},
		"a safeguard not assessed":                                        {documents: []string{"Supplier s: legalName: S, processingCountries: [IN], accessCountries: [DK], transfers: [{country: IN, basis: StandardContractualClauses}]"}, at: now, status: "False", reason: v1alpha1.ReasonUnsafeCountry},
		"countries that are left out":                                     {documents: []string{"Supplier s: legalName: S, processingCountries: [DK]"}, at: now, status: "Unknown", reason: v1alpha1.ReasonCountriesNotStated},
		"a scope nobody recorded":                                         {documents: []string{"Supplier s: legalName: S, processingCountries: [CA], accessCountries: [DK]"}, at: now, status: "Unknown", reason: v1alpha1.ReasonCountriesNotStated},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.documents...)
			w.now = test.at
			r := w.read(&Reader{})
			var status metav1.ConditionStatus
			var reason string
			for _, p := range r.ProblemsOf(Ref("Supplier", "s")) {
				if p.Type == v1alpha1.ConditionLocationsLawful {
					status, reason = p.Status, p.Reason
				}
			}
			if status != test.status || reason != test.reason {
				t.Errorf("it is %q for %q, want %q for %q; %v", status, reason, test.status, test.reason, told(r))
			}
			if next := r.Next.In(date.Copenhagen()).Format(time.DateOnly); test.next != "" && next != test.next {
				t.Errorf("it changes by itself on %s, want %s", next, test.next)
			}
		})
	}
}

func TestARegisterStaysWhileNothingChanges(t *testing.T) {
	w, x := newWorld(t, append(sound(), "ProcessingAgreement x: type: SubProcessing, parties: {customer: {supplier: kombit}, processor: kombit}, signedAt: '2024-01-01', validUntil: '2026-12-01'")...), &Reader{}
	fleets := map[time.Time]*evaluate.Fleet{}
	read := func() (r *Register) {
		w.Read(func(v facts.View) {
			if fleets[now] == nil {
				fleets[now] = evaluate.Resolve(v, now, nil)
			}
			r = x.Read(v, fleets[now], w.now)
		})
		return r
	}
	first := read()
	if read() != first {
		t.Error("nothing changed, yet the register is another one")
	}
	w.now = first.Next
	second := read()
	if second == first || len(second.Problems) == len(first.Problems) {
		t.Errorf("the agreement's end at %s changes nothing: %v", first.Next, told(second))
	}
	if second.Suppliers[0] != first.Suppliers[0] {
		t.Error("a supplier about which nothing changed is made anew")
	}
	w.apply(t, "Supplier aws: legalName: AWS, "+danish)
	if read() == second {
		t.Error("a new supplier leaves the register")
	}
}
