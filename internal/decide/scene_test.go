package decide

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

var start = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// settling is how long the reason Flaky settles.
const settling = 10 * time.Minute

func define(id v1alpha1.ControlID, severity v1alpha1.Severity, party v1alpha1.Party) *control.Control {
	return control.Define(control.Meta{ID: id, Title: "Stand-in", Severity: severity, Party: party, Reasons: []control.ReasonText{
		{Reason: "Good", Verdict: v1alpha1.VerdictPass, Text: "All is well."},
		{Reason: "Bad", Verdict: v1alpha1.VerdictFail, Text: "{what} is broken.", Remediation: "Mend {what}."},
		{Reason: "Flaky", Verdict: v1alpha1.VerdictFail, Text: "It is down.", Remediation: "Start it.", Settle: settling},
		{Reason: "Lost", Verdict: v1alpha1.VerdictUnknown, Text: "It cannot be seen.", Remediation: "Look."},
	}}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{})
}

// The catalogue of these tests: C is critical, H high, M medium; P is the provider's, I the institution's, S shared.
var catalogue = []*control.Control{
	define("CRP-01", v1alpha1.SeverityCritical, v1alpha1.PartyProvider),
	define("HIP-01", v1alpha1.SeverityHigh, v1alpha1.PartyProvider),
	define("MEP-01", v1alpha1.SeverityMedium, v1alpha1.PartyProvider),
	define("HII-01", v1alpha1.SeverityHigh, v1alpha1.PartyInstitution),
	define("HIS-01", v1alpha1.SeverityHigh, v1alpha1.PartyShared),
}

func pod(name string) facts.Ref { return facts.Ref{Kind: "Pod", Namespace: "aula", Name: name} }

// results gives what the named controls say: "CRP-01 Fail a" is Bad at pod a; Flaky, Pass, Unknown and NotApplicable
// likewise, and a fourth word is the party.
func results(subject facts.Ref, says ...string) *evaluate.Results {
	r := &evaluate.Results{Subject: subject}
	for _, c := range catalogue {
		var list []control.Result
		for _, s := range says {
			words := strings.Fields(s)
			if words[0] == string(c.ID) {
				list = append(list, result(c.ID, words[1:]))
			}
		}
		if list != nil {
			r.Controls = append(r.Controls, evaluate.NewControlResults(c, list...))
		}
	}
	return r
}

func result(id v1alpha1.ControlID, words []string) control.Result {
	var r control.Result
	switch words[0] {
	case "Pass":
		r = control.Pass("Good")
	case "Fail":
		r = control.Fail("Bad", "what", words[1])
	case "Flaky":
		r = control.Fail("Flaky")
	case "Unknown":
		r = control.Unknown("Lost")
	case "NotApplicable":
		r = control.NotApplicable("None")
	default:
		panic("no verdict " + words[0])
	}
	r.Control = id
	if len(words) > 1 {
		r = r.On(pod(words[1]))
	}
	if len(words) > 2 {
		r = r.For(v1alpha1.Party(words[2]))
	}
	return r
}

// scene is a fleet of one solution with one production environment.
type scene struct {
	policy     *evaluate.Policy
	own, env   []string
	exceptions []*evaluate.Exception
	stage      v1alpha1.Stage
	classified bool // under the state's security circular
	next       time.Time
}

func newScene(env ...string) *scene {
	s := &scene{env: env, stage: v1alpha1.StageProduction, policy: &evaluate.Policy{Profile: "public-sector", Found: true}}
	for _, c := range catalogue {
		s.policy.Entries = append(s.policy.Entries, evaluate.Entry{Control: c, Mode: v1alpha1.ModeRequired})
	}
	return s
}

func (s *scene) entry(id v1alpha1.ControlID) *evaluate.Entry {
	return &s.policy.Entries[slices.IndexFunc(s.policy.Entries, func(e evaluate.Entry) bool { return e.Control.ID == id })]
}

func (s *scene) evaluation() *evaluate.Evaluation {
	object := &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: "aula"}}
	object.Spec.Classification = &v1alpha1.Classification{StateClassified: s.classified}
	sol := &evaluate.Solution{Solution: &control.Solution{Object: object}, Policy: s.policy}
	env := &evaluate.Environment{Policy: s.policy, SolutionFound: true, Environment: &control.Environment{Solution: sol.Solution,
		Object: &v1alpha1.SolutionEnvironment{ObjectMeta: metav1.ObjectMeta{Name: "aula-production"}, Spec: v1alpha1.SolutionEnvironmentSpec{Solution: "aula", Stage: s.stage}}}}
	sol.Environments = []*evaluate.Environment{env}
	plat := &evaluate.Platform{Platform: &control.Platform{}, Policy: s.policy}
	return &evaluate.Evaluation{
		Fleet:        &evaluate.Fleet{Platform: plat, Solutions: []*evaluate.Solution{sol}, Environments: []*evaluate.Environment{env}, Exceptions: s.exceptions},
		Environments: []*evaluate.Results{results(env.Ref(), s.env...)}, Solutions: []*evaluate.Results{results(sol.Ref(), s.own...)},
		Platform: results(plat.Ref()), Next: s.next,
	}
}

func (s *scene) decide(m Memory, now time.Time) *Decisions { return Decide(s.evaluation(), m, now) }

// excepting makes an exception from a control that has effect from a day before start until two days after it.
func excepting(id v1alpha1.ControlID, change ...func(*evaluate.Exception)) *evaluate.Exception {
	e := &evaluate.Exception{From: start.AddDate(0, 0, -1), Until: start.AddDate(0, 0, 2), Object: &v1alpha1.ControlException{
		ObjectMeta: metav1.ObjectMeta{Name: "exception-" + strings.ToLower(string(id))},
		Spec:       v1alpha1.ControlExceptionSpec{Control: id, Scope: v1alpha1.ExceptionScope{Solution: "aula"}}}}
	for _, c := range change {
		c(e)
	}
	return e
}

func onPods(names ...string) func(*evaluate.Exception) {
	return func(e *evaluate.Exception) {
		e.Object.Spec.Scope.Environment = "aula-production"
		for _, n := range names {
			e.Object.Spec.Scope.Subjects = append(e.Object.Spec.Scope.Subjects, reference(pod(n)))
		}
	}
}
