package control

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

type params struct {
	Window  string   `json:"window"`
	Most    int      `json:"most"`
	Regions []string `json:"regions"`
}

func good() Meta {
	return Meta{
		ID: "TST-01", Title: "Something holds", MustHold: "It holds.", Why: "It matters.", Since: "1",
		Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider, ISO: []string{"8.13 Information backup"}, GDPR: []string{"32(1)(b)"},
		Evidence: []string{"Pod spec"},
		Reasons: []ReasonText{
			{Reason: "Holds", Verdict: v1alpha1.VerdictPass, Text: "It holds."},
			{Reason: "Broken", Verdict: v1alpha1.VerdictFail, Text: "{what} is broken.", Remediation: "Mend {what}; `tilsyn explain {control}` says how."},
		},
	}
}

func rules() Rules[params] {
	return Rules[params]{Environment: &EnvironmentRule[params]{Judge: func(in EnvironmentInput, p *params) []Result {
		return []Result{Pass("Holds", "window", p.Window, "most", fmt.Sprint(p.Most), "regions", strings.Join(p.Regions, ","))}
	}}}
}

func parameters() Parameters[params] {
	return Parameters[params]{
		Defaults: func(l Levels) params {
			p := params{Window: "24h", Most: 5, Regions: []string{"a", "b"}}
			if AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
				p.Most = 1
			}
			return p
		},
		Validate: func(p params, _ Levels) error {
			if p.Most < 1 {
				return errors.New("most: at least 1")
			}
			return nil
		},
	}
}

func TestBindTakesDefaultsAndThenEachOverride(t *testing.T) {
	tests := map[string]struct {
		level     v1alpha1.Confidentiality
		overrides []string
		want, err string
	}{
		"the defaults of a level":              {level: "Internal", want: `{"window":"24h","most":5,"regions":["a","b"]}`},
		"the defaults of another":              {level: "Sensitive", want: `{"window":"24h","most":1,"regions":["a","b"]}`},
		"an override of one parameter":         {level: "Internal", overrides: []string{`{"most": 3}`}, want: `{"window":"24h","most":3,"regions":["a","b"]}`},
		"the later override wins":              {level: "Internal", overrides: []string{`{"most": 3, "window": "1h"}`, `{"most": 2}`}, want: `{"window":"1h","most":2,"regions":["a","b"]}`},
		"a list is replaced":                   {level: "Internal", overrides: []string{`{"regions": ["c"]}`}, want: `{"window":"24h","most":5,"regions":["c"]}`},
		"nothing written":                      {level: "Internal", overrides: []string{"", " "}, want: `{"window":"24h","most":5,"regions":["a","b"]}`},
		"a parameter that does not exist":      {level: "Internal", overrides: []string{`{"least": 3}`}, err: `TST-01: parameters: unknown field "least"; this control has window, most, regions`},
		"two parameters that do not exist":     {level: "Internal", overrides: []string{`{"most": 3, "mots": 3, "least": 3}`}, err: `TST-01: parameters: unknown fields "least", "mots"; this control has window, most, regions`},
		"more than five that do not exist":     {level: "Internal", overrides: []string{`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1}`}, err: `unknown fields "a", "b", "c", "d", "e" and 2 more; this control has`},
		"a value of the wrong type":            {level: "Internal", overrides: []string{`{"most": "many"}`}, err: `most: string is not allowed here, write a int`},
		"a value below the minimum":            {level: "Internal", overrides: []string{`{"most": 0}`}, err: "most: at least 1"},
		"something that is no object":          {level: "Internal", overrides: []string{`[1]`}, err: "array is not allowed here"},
		"two values":                           {level: "Internal", overrides: []string{`{} {}`}, err: "more than one JSON value"},
		"text that is no JSON":                 {level: "Internal", overrides: []string{`most: 3`}, err: "invalid character"},
		"an early override with a wrong field": {level: "Internal", overrides: []string{`{"mots": 3}`, `{"most": 3}`}, err: `unknown field "mots"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := Define(good(), parameters(), rules())
			var raw [][]byte
			for _, o := range test.overrides {
				raw = append(raw, []byte(o))
			}
			b, err := c.Bind(Levels{Confidentiality: test.level}, raw...)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error is %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if b.Key != test.want {
				t.Errorf("parameters are %s, want %s", b.Key, test.want)
			}
		})
	}
}

func TestOverridesOfOneProfileNeverReachAnother(t *testing.T) {
	c := Define(good(), parameters(), rules())
	if _, err := c.Bind(Levels{}, []byte(`{"regions": ["x"]}`)); err != nil {
		t.Fatal(err)
	}
	b, err := c.Bind(Levels{Confidentiality: "Internal"})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.Environment(EnvironmentInput{})[0].Args[2].Value; got != "a,b" {
		t.Errorf("regions are %s after another profile had its own", got)
	}
}

func TestAControlWithoutParametersSaysSo(t *testing.T) {
	c := Define(good(), Parameters[NoParameters]{}, Rules[NoParameters]{Solution: &SolutionRule[NoParameters]{}})
	if _, err := c.Bind(Levels{}, []byte(`{"x": 1}`)); err == nil || !strings.Contains(err.Error(), "this control has no parameters") {
		t.Errorf("error is %v", err)
	}
	if _, err := c.Bind(Levels{}, []byte(`{}`)); err != nil {
		t.Error(err)
	}
	if c.SolutionNeeds == nil || c.EnvironmentNeeds != nil {
		t.Error("a rule without needs cannot be told from no rule")
	}
}

func TestTextsAreFilledIn(t *testing.T) {
	c := Define(good(), parameters(), rules())
	tests := map[string]struct {
		result               Result
		message, remediation string
	}{
		"an argument":                     {Fail("Broken", "what", "web"), "web is broken.", "Mend web; `tilsyn explain TST-01` says how."},
		"an argument that looks like one": {Fail("Broken", "what", "{what}{control}"), "{what}{control} is broken.", "Mend {what}{control}; `tilsyn explain TST-01` says how."},
		"an argument left out":            {Fail("Broken"), "{what} is broken.", "Mend {what}; `tilsyn explain TST-01` says how."},
		"a rule's own control":            {Fail("Broken", "what", "web", "control", "LOC-02"), "web is broken.", "Mend web; `tilsyn explain LOC-02` says how."},
		"line breaks and control characters": {Fail("Broken", "what", "a\nb\x1b[31m\u2028c\u202e"), "a b [31m c  is broken.",
			"Mend a b [31m c ; `tilsyn explain TST-01` says how."},
		"a long argument": {Fail("Broken", "what", strings.Repeat("æ", 600)), strings.Repeat("æ", 512) + "… is broken.",
			"Mend " + strings.Repeat("æ", 512) + "…; `tilsyn explain TST-01` says how."},
		"a reason of the engine": {Unreadable(facts.SourceState{ID: "pods", Condition: facts.SourceUnreadable, Message: "no right"}), "pods cannot be read: no right",
			"Grant the right that is missing, or correct the object that is named. Where the operator runs, status.sources of the Platform lists every source and what it lacks."},
		"a reason without text": {Fail("Odd"), "Odd", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			message, remediation := c.Render(test.result)
			if message != test.message || remediation != test.remediation {
				t.Errorf("got %q and %q, want %q and %q", message, remediation, test.message, test.remediation)
			}
		})
	}
	if got := c.UnfilledMarks(Fail("Broken")); !slices.Equal(got, []string{"what", "what"}) {
		t.Errorf("unfilled marks are %v", got)
	}
	if got := c.UnfilledMarks(Fail("Broken", "what", "x")); len(got) > 0 {
		t.Errorf("unfilled marks are %v", got)
	}
}

func TestUnreadableNamesTheSourceThatCanBeMended(t *testing.T) {
	never := facts.SourceState{ID: "nodes", Condition: facts.SourceNotObservable}
	forbidden := facts.SourceState{ID: "pods", Condition: facts.SourceUnreadable, Reason: "Forbidden"}
	odd := facts.SourceState{ID: "pods", Condition: facts.SourceSynced, Undecodable: []facts.Ref{{Kind: "Pod", Namespace: "a", Name: "b"}}}
	tests := map[string]struct {
		in              []facts.SourceState
		reason          Reason
		source, message string
	}{
		"a forbidden one":              {[]facts.SourceState{forbidden}, ReasonEvidenceUnreadable, "pods", "Forbidden"},
		"one that is never there":      {[]facts.SourceState{never}, ReasonNotObservable, "nodes", "NotObservable"},
		"the one that can be mended":   {[]facts.SourceState{never, forbidden}, ReasonEvidenceUnreadable, "pods", "Forbidden"},
		"an object without a meaning":  {[]facts.SourceState{odd}, ReasonEvidenceUnreadable, "pods", "Pod a/b could not be understood"},
		"one that is still being read": {[]facts.SourceState{{ID: "pods", Condition: facts.SourcePending}}, ReasonEvidenceUnreadable, "pods", "Pending"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := Unreadable(test.in...)
			if r.Verdict != v1alpha1.VerdictUnknown || r.Reason != test.reason || r.Args[0].Value != test.source || r.Args[1].Value != test.message {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestASetOfControlsIsChecked(t *testing.T) {
	change := func(f func(*Meta)) []*Control {
		m := good()
		f(&m)
		return []*Control{Define(m, parameters(), rules())}
	}
	tests := map[string]struct {
		set  []*Control
		want string
	}{
		"right":                                {change(func(*Meta) {}), ""},
		"an id used twice":                     {append(change(func(*Meta) {}), change(func(*Meta) {})...), "used twice"},
		"an id of another form":                {change(func(m *Meta) { m.ID = "Test-1" }), "three capitals"},
		"no title":                             {change(func(m *Meta) { m.Title = " " }), "Title is empty"},
		"no law":                               {change(func(m *Meta) { m.GDPR = nil }), "GDPR is empty"},
		"no evidence":                          {change(func(m *Meta) { m.Evidence = nil }), "Evidence is empty"},
		"an unknown severity":                  {change(func(m *Meta) { m.Severity = "Grave" }), `severity "Grave"`},
		"an unknown party":                     {change(func(m *Meta) { m.Party = "" }), "party"},
		"no reasons":                           {change(func(m *Meta) { m.Reasons = nil }), "no reasons"},
		"nothing that passes":                  {change(func(m *Meta) { m.Reasons = m.Reasons[1:] }), "no reason gives Pass"},
		"nothing that fails":                   {change(func(m *Meta) { m.Reasons = m.Reasons[:1] }), "no reason gives Fail"},
		"a reason twice":                       {change(func(m *Meta) { m.Reasons = append(m.Reasons, m.Reasons[0]) }), "listed twice"},
		"a failure without remediation":        {change(func(m *Meta) { m.Reasons[1].Remediation = "" }), "no remediation"},
		"an unknown without remediation":       {change(func(m *Meta) { m.Reasons[1].Verdict = v1alpha1.VerdictUnknown; m.Reasons[1].Remediation = "" }), "no remediation"},
		"a reason without text":                {change(func(m *Meta) { m.Reasons[0].Text = "" }), "no text"},
		"a reason that excepts":                {change(func(m *Meta) { m.Reasons[0].Verdict = v1alpha1.VerdictExcepted }), "not one that a rule gives"},
		"a reason of the engine":               {change(func(m *Meta) { m.Reasons[0].Reason = ReasonPanic }), "the engine gives this reason itself"},
		"a reason that is no word":             {change(func(m *Meta) { m.Reasons[0].Reason = "it holds" }), "CamelCase"},
		"a pass that settles":                  {change(func(m *Meta) { m.Reasons[0].Settle = time.Minute }), "only a Fail settles"},
		"no rule":                              {[]*Control{Define(good(), parameters(), Rules[params]{})}, "no rule"},
		"a namespace rule without a last word": {[]*Control{Define(good(), parameters(), Rules[params]{Namespace: &NamespaceRule[params]{}})}, "(None)"},
		"an inheriting rule without platform":  {[]*Control{Define(good(), parameters(), Rules[params]{Environment: &EnvironmentRule[params]{Inherits: true}})}, "Inherits"},
		"a workload rule of second pass":       {[]*Control{Define(func() Meta { m := good(); m.SecondPass = true; return m }(), parameters(), Rules[params]{Workload: &WorkloadRule[params]{}})}, "SecondPass"},
		"a need twice":                         {[]*Control{Define(good(), parameters(), Rules[params]{Platform: &PlatformRule[params]{Needs: []Need{Needs[facts.Pod](), SeesAll[facts.Pod]()}}})}, "declared twice"},
		"a need for all and for some":          {[]*Control{Define(good(), parameters(), Rules[params]{Platform: &PlatformRule[params]{Needs: []Need{{Type: facts.TypeOf[facts.Pod](), ClusterWide: true, Elsewhere: func(facts.View) []string { return nil }}}}})}, "for all namespaces and for some"},
		"a need of nothing":                    {[]*Control{Define(good(), parameters(), Rules[params]{Platform: &PlatformRule[params]{Needs: []Need{{}}}})}, "has no type"},
		"defaults below their own minimum":     {[]*Control{Define(good(), Parameters[params]{Validate: parameters().Validate}, rules())}, "defaults at"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := ValidateSet(test.set)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestEveryReasonOfTheEngineCanBeTold(t *testing.T) {
	for _, r := range EngineReasons() {
		if r.Text == "" || r.Verdict == v1alpha1.VerdictUnknown && r.Remediation == "" {
			t.Errorf("%s has no text or no remediation", r.Reason)
		}
		if r.Verdict == v1alpha1.VerdictPass {
			t.Errorf("%s passes, which the engine never does by itself", r.Reason)
		}
	}
}

func TestFoldingTakesTheWorst(t *testing.T) {
	order := []v1alpha1.Verdict{"NotApplicable", "Pass", "Excepted", "Unknown", "Fail"}
	for i, a := range order {
		for j, b := range order {
			if got := Worse(a, b); got != (i > j) {
				t.Errorf("%s is worse than %s: %v", a, b, got)
			}
		}
	}
	if !Worse("", "Pass") {
		t.Error("a verdict that does not exist weighs less than Pass")
	}
}

func TestLevelsAreOrdered(t *testing.T) {
	a := Levels{"Internal", "High", "Low"}
	b := Levels{"Sensitive", "Low", "Medium"}
	if got, want := a.Max(b), (Levels{"Sensitive", "High", "Medium"}); got != want || b.Max(a) != want {
		t.Errorf("the higher of each is %v, want %v", got, want)
	}
	if !AtLeast("Confidential", "Confidential") || AtLeast("Internal", "Confidential") || !AtLeast("Odd", "Sensitive") {
		t.Error("levels are compared wrongly; an unknown one counts as the highest")
	}
	if !GradeAtLeast("Medium", "Low") || GradeAtLeast("Low", "Medium") || !GradeAtLeast("", "High") {
		t.Error("grades are compared wrongly; an unknown one counts as the highest")
	}
}

func TestUntilKeepsTheEarlier(t *testing.T) {
	early, late := time.Unix(1, 0), time.Unix(2, 0)
	if got := Pass("Holds").Until(late).Until(early).Until(time.Time{}).Until(late).ValidUntil; !got.Equal(early) {
		t.Errorf("it holds until %s, want %s", got, early)
	}
}

func attestation(name string, typ v1alpha1.AttestationType, date, until v1alpha1.Date) *v1alpha1.Attestation {
	return &v1alpha1.Attestation{ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: v1alpha1.AttestationSpec{Type: typ, By: "jane@example.org", Evidence: "case 1", Date: date, ValidUntil: until}}
}

func TestAttestationsCountInTheirTime(t *testing.T) {
	const arrival = v1alpha1.AttestLogArrival
	robot := attestation("robot", arrival, "2026-11-01", "2026-12-30")
	robot.Spec.By = "system:serviceaccount:ci:deployer"
	list := []*v1alpha1.Attestation{
		attestation("old", arrival, "2026-10-25", "2026-11-20"), attestation("first", arrival, "2026-11-01", "2026-12-01"),
		attestation("second", arrival, "2026-11-10", "2026-12-10"), attestation("coming", arrival, "2026-11-25", "2026-12-20"),
		attestation("other", v1alpha1.AttestLogRetention, "2026-11-01", "2026-11-22"), attestation("odd", arrival, "2026-11-31", "2026-12-20"), robot,
	}
	midnight := func(month time.Month, day int) time.Time {
		return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC).Add(-time.Hour) // Copenhagen is an hour ahead in winter
	}
	tests := map[string]struct {
		now     time.Time
		want    []string
		changes time.Time
	}{
		"newest first, until the next begins": {midnight(11, 20), []string{"second", "first"}, midnight(11, 25)},
		"an instant before one ends":          {midnight(11, 20).Add(-time.Nanosecond), []string{"second", "first", "old"}, midnight(11, 20)},
		"when one has begun":                  {midnight(11, 25), []string{"coming", "second", "first"}, midnight(12, 1)},
		"when all have ended":                 {midnight(12, 20), nil, time.Time{}},
		"before all":                          {midnight(9, 1), nil, midnight(10, 25).Add(-time.Hour)}, // summer time
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			in, changes := InForce(list, arrival, test.now)
			var got []string
			for _, a := range in {
				got = append(got, a.Name)
			}
			if !slices.Equal(got, test.want) || !changes.Equal(test.changes) {
				t.Errorf("in force are %v until %s, want %v until %s", got, changes, test.want, test.changes)
			}
		})
	}
}

func TestNobodyAttestsOnBlankEvidence(t *testing.T) {
	blank := attestation("blank", v1alpha1.AttestLogRetention, "2026-11-01", "2026-12-01")
	blank.Spec.Evidence = " \t"
	if _, _, fault := AttestationSpan(blank); fault != FaultNobody {
		t.Errorf("the fault is %q, want %q", fault, FaultNobody)
	}
}

func TestStatementsInPlaceOfObservationsHoldForTwelveMonthsAtMost(t *testing.T) {
	tests := map[string]struct {
		typ   v1alpha1.AttestationType
		until v1alpha1.Date
		want  string
	}{
		"a long one ends after twelve months":          {v1alpha1.AttestBackupSeparation, "2099-01-01", "2027-02-28"},
		"a short one ends when it says":                {v1alpha1.AttestBackupSeparation, "2026-12-24", "2026-12-24"},
		"arrival holds for thirty days":                {v1alpha1.AttestLogArrival, "2026-12-24", "2026-03-30"},
		"the age of an assessment is judged by GOV-03": {v1alpha1.AttestRiskAssessment, "2028-01-01", "2028-01-01"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, until, fault := AttestationSpan(attestation("a", test.typ, "2026-02-28", test.until))
			if got := until.In(date.Copenhagen()).Format(time.DateOnly); got != test.want || fault != "" {
				t.Errorf("it ends on %s (fault %q), want %s", got, fault, test.want)
			}
		})
	}
}
