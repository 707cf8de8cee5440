package controltest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// judge is the rule of a control under test here.
type judge func(in control.EnvironmentInput) control.Result

func standIn(needs []control.Need, rule judge) *control.Control {
	return control.Define(control.Meta{
		ID: "TST-01", Title: "No pod is pending", MustHold: "No pod waits.", Why: "It matters.", Since: "1", Severity: v1alpha1.SeverityLow,
		Party: v1alpha1.PartyProvider, ISO: []string{"8.6"}, GDPR: []string{"32"}, Evidence: []string{"Pod status.phase"},
		Reasons: []control.ReasonText{
			{Reason: "AllRun", Verdict: v1alpha1.VerdictPass, Text: "All run."},
			{Reason: "Pending", Verdict: v1alpha1.VerdictFail, Text: "{pod} waits.", Remediation: "Look at {pod}."},
			{Reason: "NoPods", Verdict: v1alpha1.VerdictNotApplicable, Text: "No pods."},
		},
	}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{Environment: &control.EnvironmentRule[control.NoParameters]{
		Needs: needs, Judge: func(in control.EnvironmentInput, _ *control.NoParameters) []control.Result {
			return []control.Result{rule(in)}
		},
	}})
}

// honest is a rule without fault, given that pods gate it.
func honest(in control.EnvironmentInput) control.Result {
	pods := facts.ListIn[facts.Pod](in.Facts, "aula")
	for _, p := range pods {
		if p.Phase == facts.PodPending {
			return control.Fail("Pending", "pod", p.Name)
		}
	}
	if len(pods) == 0 {
		return control.NotApplicable("NoPods")
	}
	return control.Pass("AllRun")
}

const head = "kind: Fixture\ncontrol: TST-01\ntitle: It is so.\nnow: 2026-11-20T10:00:00Z\n"

func expecting(lines ...string) string {
	return head + "expect:\n- " + strings.Join(lines, "\n  ") + "\n"
}

const waiting = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: aula}\nspec: {containers: [{name: web, image: web}]}\nstatus: {phase: Pending}\n"

var fails = expecting("verdict: Fail", "reason: Pending", "subject: SolutionEnvironment aula-production")

func write(t *testing.T, name, text string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "TST-01", name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestTheKitFindsFaults(t *testing.T) {
	gate, see := []control.Need{control.Needs[facts.Pod]()}, []control.Need{control.Sees[facts.Pod]()}
	asked := 0
	tests := map[string]struct {
		name, text string
		needs      []control.Need
		rule       judge
		want       string
	}{
		"none": {needs: gate, rule: honest},
		"a pass where evidence is missing": {needs: see, rule: func(in control.EnvironmentInput) control.Result {
			if r := honest(in); r.Verdict == v1alpha1.VerdictFail {
				return r
			}
			return control.Pass("AllRun")
		}, want: "turns from Fail to Pass"},
		"a not applicable where evidence is missing": {needs: see, rule: honest, want: "turns from Fail to NotApplicable"},
		"a fact changed": {needs: gate, rule: func(in control.EnvironmentInput) control.Result {
			r := honest(in)
			facts.ListIn[facts.Pod](in.Facts, "aula")[0].Ready = true
			return r
		}, want: "judging changed the fact"},
		"a change in time that nobody announces": {needs: gate, rule: func(in control.EnvironmentInput) control.Result {
			if in.Now.Year() > 2026 {
				return control.Pass("AllRun")
			}
			return honest(in)
		}, want: "nothing says that it changes ever"},
		"a change before the announced time": {needs: gate, rule: func(in control.EnvironmentInput) control.Result {
			if in.Now.Day() > 20 {
				return control.Pass("AllRun")
			}
			return honest(in).Until(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
		}, want: "nothing says that it changes before 2026-12-01"},
		"an end in the past": {needs: gate, rule: func(in control.EnvironmentInput) control.Result {
			return honest(in).Until(in.Now)
		}, want: "which is not after now"},
		"another answer to the same question": {needs: gate, rule: func(in control.EnvironmentInput) control.Result {
			asked++
			return honest(in).At(strings.Repeat("x", asked))
		}, want: "a second run gives other results"},
		"a mark without argument": {needs: gate, rule: func(in control.EnvironmentInput) control.Result {
			r := honest(in)
			r.Args = nil
			return r
		}, want: "no argument for {pod}, {pod}"},
		"a reason that is not listed": {needs: gate, rule: func(control.EnvironmentInput) control.Result { return control.Fail("Odd") }, want: "reason Odd has no text"},
		"a reason of another verdict": {needs: gate, rule: func(control.EnvironmentInput) control.Result { return control.Unknown("Pending", "pod", "web") },
			want: "listed as Fail and given as Unknown"},
		"a panic":                   {needs: gate, rule: func(control.EnvironmentInput) control.Result { panic("no") }, want: "TST-01 panics at SolutionEnvironment aula-production: no"},
		"a need that is not stated": {rule: honest, want: "not a declared need"},
		"a result nobody expects":   {text: expecting("verdict: Fail", "reason: Pending", "subject: Pod aula/web") + waiting, needs: gate, rule: honest, want: "not expected: Fail Pending SolutionEnvironment"},
		"a result that is missing": {text: fails + "- {verdict: Pass, reason: AllRun, subject: SolutionEnvironment aula-production}\n" + waiting, needs: gate, rule: honest,
			want: "missing: Pass AllRun"},
		"another field": {text: expecting("verdict: Fail", "reason: Pending", "subject: SolutionEnvironment aula-production", "field: spec.x") + waiting, needs: gate, rule: honest,
			want: "not expected"},
		"another message": {text: expecting("verdict: Fail", "reason: Pending", "subject: SolutionEnvironment aula-production", "message: db waits.") + waiting, needs: gate, rule: honest,
			want: "not expected"},
		"another class":            {name: "pass-waiting.yaml", needs: gate, rule: honest, want: "a fixture of class pass folds to Fail"},
		"a bypass that works":      {name: "bypass-waiting.yaml", text: expecting("verdict: NotApplicable", "reason: NoPods", "subject: SolutionEnvironment aula-production"), needs: gate, rule: honest, want: "class bypass folds to NotApplicable"},
		"a source nobody knows":    {text: strings.Replace(fails, "expect", "unreadable: [podz]\nexpect", 1) + waiting, needs: gate, rule: honest, want: "there is no source podz"},
		"an object nobody reads":   {text: fails + "---\napiVersion: v1\nkind: Podd\nmetadata: {name: web}\n", needs: gate, rule: honest, want: "does not read such objects"},
		"a field that is misspelt": {text: fails + strings.Replace(waiting, "phase", "fase", 1), needs: gate, rule: honest, want: "fase"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.name == "" {
				test.name = "fail-waiting.yaml"
			}
			if test.text == "" {
				test.text = fails + waiting
			}
			fixtures, err := Load(write(t, test.name, test.text))
			if err != nil {
				t.Fatal(err)
			}
			c := standIn(test.needs, test.rule)
			faults := Check(&fixtures[0], c, []*control.Control{c})
			if test.want == "" {
				if len(faults) > 0 {
					t.Errorf("found %q", faults)
				}
			} else if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, test.want) }) {
				t.Errorf("found %q, want one with %q", faults, test.want)
			}
		})
	}
}

func TestAFixtureThatSaysNothingIsRefused(t *testing.T) {
	tests := map[string]struct{ name, text, want string }{
		"a class that does not exist": {"maybe-x.yaml", fails, "the name is"},
		"a name without slug":         {"pass.yaml", fails, "the name is"},
		"an empty file":               {"fail-x.yaml", "# nothing\n", "the file is empty"},
		"an unknown field":            {"fail-x.yaml", strings.Replace(fails, "title", "titel", 1), "titel"},
		"another kind first":          {"fail-x.yaml", "kind: Pod\n", "not Fixture"},
		"another control's folder":    {"fail-x.yaml", strings.Replace(fails, "TST-01", "TST-02", 1), "the fixture of TST-02 lies in the folder of TST-01"},
		"a title that is no sentence": {"fail-x.yaml", strings.Replace(fails, "It is so.", "it", 1), "not a sentence"},
		"no time":                     {"fail-x.yaml", strings.Replace(fails, "now: 2026-11-20T10:00:00Z\n", "", 1), "now is missing"},
		"no expectation":              {"fail-x.yaml", head, "nothing is expected"},
		"an object without a name":    {"fail-x.yaml", fails + "---\nkind: Pod\napiVersion: v1\n", "metadata.name is missing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(write(t, test.name, test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestDefaultsFillOnlyWhatIsMissing(t *testing.T) {
	own := "---\napiVersion: tilsyn.dev/v1alpha1\nkind: HostedSolution\nmetadata: {name: own}\nspec: {owner: {organisation: X}}\n" +
		"---\napiVersion: v1\nkind: Namespace\nmetadata: {name: aula}\n"
	fixtures, err := Load(write(t, "fail-x.yaml", fails+waiting+own))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range fixtures[0].objects {
		got = append(got, o.GetKind()+" "+o.GetName())
	}
	want := []string{"Pod web", "HostedSolution own", "Namespace aula", "SolutionEnvironment aula-production", "Platform cluster", "ControlProfile public-sector"}
	if !slices.Equal(got, want) {
		t.Errorf("objects are %v, want %v", got, want)
	}
}

func TestWhatIsUntestedIsListed(t *testing.T) {
	c := standIn(nil, honest)
	all := []Fixture{}
	for _, class := range []Class{Pass, Fail, Unknown, NotApplicable, Bypass} {
		all = append(all, Fixture{Class: class, Header: Header{Control: "TST-01", Expect: []Expectation{{Reason: "AllRun"}, {Reason: "Pending"}, {Reason: "NoPods"}}}})
	}
	if got := Missing(c, all); len(got) > 0 {
		t.Errorf("missing %v, want nothing", got)
	}
	for i, class := range []Class{Pass, Fail, Unknown, NotApplicable, Bypass} {
		got := Missing(c, slices.Delete(slices.Clone(all), i, i+1))
		if len(got) != 1 || !strings.Contains(got[0], string(class)) {
			t.Errorf("without %s missing %v", class, got)
		}
	}
	for i := range all {
		all[i].Expect = all[i].Expect[:2]
	}
	if got := Missing(c, all); len(got) != 1 || !strings.Contains(got[0], "NoPods") {
		t.Errorf("missing %v, want reason NoPods", got)
	}
}
