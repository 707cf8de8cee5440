package evaluate

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestANamespaceIsJudgedByItself(t *testing.T) {
	claim := func(ns, name string) *facts.Claim { return &facts.Claim{Namespace: ns, Name: name} }
	w := newWorld()
	w.put(profileOf("public-sector", required("NSP-01")...), solution("aula"), environment("aula-production", "aula", "aula", "aula-db"),
		namespace("aula"), namespace("aula-db"))
	var asked []string
	c := mounted()
	e := NewEngine([]*control.Control{noting(c, &asked)}, Options{Workers: 1})
	check := func(judged string, results ...string) {
		t.Helper()
		asked = nil
		want(t, of(w.evaluate(e), "aula-production"), results...)
		if got := strings.Join(asked, " "); got != judged {
			t.Errorf("judged %q, want %q", got, judged)
		}
	}
	const data, db = "NSP-01 Fail NotMounted PersistentVolumeClaim aula/data claim=data", "NSP-01 Fail NotMounted PersistentVolumeClaim aula-db/data claim=data"
	check("aula aula-db", "NSP-01 NotApplicable NoClaims SolutionEnvironment aula-production")
	w.put(claim("aula", "data"))
	check("aula", data)
	w.put(claim("aula-db", "data"))
	check("aula-db", data, db)
	check("", data, db)
	w.put(pod("aula", "data", corev1.PodRunning))
	check("aula", "NSP-01 Pass Mounted PersistentVolumeClaim aula/data", db)
	w.put(pod("aula", "data", corev1.PodFailed))
	check("aula", "NSP-01 Unknown InternalError SolutionEnvironment aula-production error=a failed pod", db)
	w.Delete(facts.ObjectKey{Source: "pods", Namespace: "aula", Name: "data"})
	check("aula", data, db)
	w.put(pod("elsewhere", "data", corev1.PodRunning))
	check("", data, db)
	w.sources(facts.SourceUnreadable, "persistentvolumeclaims")
	check("aula aula-db", "NSP-01 Unknown EvidenceUnreadable SolutionEnvironment aula-production source=persistentvolumeclaims message=the right to list persistentvolumeclaims is missing", data, db)
	w.sources(facts.SourceSynced, "persistentvolumeclaims")
	w.put(pod("aula-db", "data", corev1.PodPending))
	w.now = start
	check("aula aula-db", data, "NSP-01 Pass Starting PersistentVolumeClaim aula-db/data until 10:05:00")
	w.now = start.Add(5 * time.Minute)
	check("aula-db", data, db)
}

// noting notes the namespaces that a control is asked about.
func noting(c *control.Control, asked *[]string) *control.Control {
	return control.Define(c.Meta, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
		Namespace: &control.NamespaceRule[control.NoParameters]{
			Needs: c.NamespaceNeeds, None: c.None,
			Begin: func(in control.EnvironmentInput, _ *control.NoParameters) func(control.NamespaceInput, []control.Result) []control.Result {
				b, err := c.Bind(in.Environment.Levels)
				if err != nil {
					panic(err)
				}
				judge := b.Namespace(in)
				return func(in control.NamespaceInput, out []control.Result) []control.Result {
					*asked = append(*asked, in.Namespace)
					return judge(in, out)
				}
			},
		},
		Environment: &control.EnvironmentRule[control.NoParameters]{
			Needs: c.EnvironmentNeeds,
			Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
				b, err := c.Bind(in.Environment.Levels)
				if err != nil {
					panic(err)
				}
				return b.Environment(in)
			},
		},
	})
}
