package loc

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// load makes a store of YAML documents that are all there is.
func load(t *testing.T, texts ...string) *facts.Store {
	t.Helper()
	kinds := gather.Kinds()
	store := gather.NewStore(kinds)
	fixture := func(_ files.Position, gvk schema.GroupVersionKind, _ []byte) (bool, error) {
		return gvk.Kind == "Fixture", nil
	}
	r, err := files.LoadReader(t.Context(), store, kinds, "test", strings.NewReader(strings.Join(texts, "\n---\n")), files.Options{Whole: true, Other: fixture})
	if err != nil || len(r.Errors) > 0 {
		t.Fatal(err, r)
	}
	return store
}

const aulaYardstick = `
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: public-sector}
spec: {controls: [{control: LOC-06, mode: Required}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Platform
metadata: {name: cluster}
spec: {providers: [{name: aws}]}
`

const aulaException = `
apiVersion: tilsyn.dev/v1alpha1
kind: ControlException
metadata: {name: aula-authorities}
spec:
  control: LOC-06
  scope: {solution: aula}
  type: Compensated
  reason: The supplier's terms follow any authority, and the clause is being renegotiated.
  risk: A request from a third country would be followed.
  compensation: Data are encrypted with keys that the supplier does not have.
  plan:
    end: "2027-05-01"
    steps: [{name: renegotiate, description: A clause limited to EU law is agreed, owner: KOMBIT, dueAt: "2027-03-01"}]
  requestedBy: jane@example.org
  approval: {by: john@example.org, at: "2026-11-10", reference: Case 2026-99}
  validUntil: "2027-05-01"
`

func TestTheAulaCaseIsExceptedUntilTheExceptionEnds(t *testing.T) {
	fixture, err := os.ReadFile("testdata/LOC-06/fail-the-aula-case.yaml")
	if err != nil {
		t.Fatal(err)
	}
	change := func(old, replacement string) string {
		if !strings.Contains(aulaException, old) {
			t.Fatalf("the exception has no %q", old)
		}
		return strings.Replace(aulaException, old, replacement, 1)
	}
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	ends := time.Date(2027, 4, 30, 22, 0, 0, 0, time.UTC) // midnight in Copenhagen, in summer time
	tests := map[string]struct {
		exception string
		at        time.Time
		want      v1alpha1.Verdict
	}{
		"without an exception it fails":                {exception: "", at: now, want: v1alpha1.VerdictFail},
		"with a plan and an end it is excepted":        {exception: aulaException, at: now, want: v1alpha1.VerdictExcepted},
		"it is excepted to the last second":            {exception: aulaException, at: ends.Add(-time.Second), want: v1alpha1.VerdictExcepted},
		"at the end it fails again":                    {exception: aulaException, at: ends, want: v1alpha1.VerdictFail},
		"before the approval it fails":                 {exception: change("2026-11-10", "2026-11-21"), at: now, want: v1alpha1.VerdictFail},
		"a risk that is just accepted counts for none": {exception: change("type: Compensated", "type: Waived"), at: now, want: v1alpha1.VerdictFail},
		"one that names the agreement covers it": {exception: change("{solution: aula}", "{solution: aula, subjects: [{apiGroup: tilsyn.dev, kind: ProcessingAgreement, name: netcompany-aws}]}"),
			at: now, want: v1alpha1.VerdictExcepted},
		"one that names another agreement does not": {exception: change("{solution: aula}", "{solution: aula, subjects: [{apiGroup: tilsyn.dev, kind: ProcessingAgreement, name: kombit-netcompany}]}"),
			at: now, want: v1alpha1.VerdictFail},
		"half a year is the longest": {exception: strings.ReplaceAll(aulaException, "2027-05-01", "2027-05-11"), at: now, want: v1alpha1.VerdictFail},
	}
	store := load(t, string(fixture), aulaYardstick)
	key := facts.ObjectKey{Source: "controlexceptions.tilsyn.dev", Name: "aula-authorities"}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			store.Delete(key)
			if test.exception != "" {
				e := &v1alpha1.ControlException{}
				if err := yaml.UnmarshalStrict([]byte(test.exception), e); err != nil {
					t.Fatal(err)
				}
				store.Put(key, e)
			}
			if got := verdictAt(t, store, test.at); got != test.want {
				t.Errorf("decided %s, want %s", got, test.want)
			}
		})
	}
}

func verdictAt(t *testing.T, store *facts.Store, at time.Time) v1alpha1.Verdict {
	t.Helper()
	return aulaDecisions(t, evaluate.NewEngine([]*control.Control{LOC06}, evaluate.Options{}), store, decide.Memory{}, at).Solutions[0].Controls[0].Verdict
}

func aulaDecisions(t *testing.T, engine *evaluate.Engine, store *facts.Store, m decide.Memory, at time.Time) *decide.Decisions {
	t.Helper()
	var d *decide.Decisions
	store.Read(func(v facts.View) { d = decide.Decide(engine.Evaluate(v, engine.Resolve(v, at), at), m, at) })
	return d
}

// TestTheAulaCaseFailsAgainByTimeAlone lets one engine go from wake-up to wake-up, as the operator does, with facts that
// nobody touches.
func TestTheAulaCaseFailsAgainByTimeAlone(t *testing.T) {
	fixture, err := os.ReadFile("testdata/LOC-06/fail-the-aula-case.yaml")
	if err != nil {
		t.Fatal(err)
	}
	store := load(t, string(bytes.TrimSpace(fixture)), aulaYardstick, aulaException)
	engine := evaluate.NewEngine([]*control.Control{LOC06}, evaluate.Options{})
	now, m := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), decide.Memory{}
	var verdicts []v1alpha1.Verdict
	var last *decide.Subject
	for range 10 {
		d := aulaDecisions(t, engine, store, m, now)
		last, m = d.Solutions[0].Subject, d.Memory
		verdicts = append(verdicts, last.Controls[0].Verdict)
		if d.Next.IsZero() {
			break
		}
		now = d.Next
	}
	if want := []v1alpha1.Verdict{v1alpha1.VerdictExcepted, v1alpha1.VerdictFail}; !slices.Equal(slices.Compact(verdicts), want) {
		t.Fatalf("from wake-up to wake-up it is %v, want %v", verdicts, want)
	}
	f := last.Findings[0]
	if f.Result.Subject.Name != "netcompany-aws" || !strings.HasPrefix(f.Message(), "infrastructure (aws): ") {
		t.Errorf("the finding names %s and says %q; it names neither agreement nor link", f.Result.Subject, f.Message())
	}
}
