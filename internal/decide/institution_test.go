package decide

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func solutionRef(name string) facts.Ref {
	return facts.Ref{Group: "tilsyn.dev", Kind: "HostedSolution", Name: name}
}

// saying makes results of an institution: control, verdict, and the solution they are about or "-".
func saying(subject facts.Ref, says ...[3]string) *evaluate.Results {
	r := &evaluate.Results{Subject: subject}
	for _, c := range catalogue {
		var list []control.Result
		for _, s := range says {
			if s[0] != string(c.ID) {
				continue
			}
			one := result(c.ID, []string{s[1], "it"})
			one.Subject = subject
			if s[2] != "-" {
				one = one.Because(solutionRef(s[2]))
			}
			list = append(list, one)
		}
		if list != nil {
			r.Controls = append(r.Controls, evaluate.NewControlResults(c, list...))
		}
	}
	return r
}

// withInstitution adds an institution of two solutions to a scene's evaluation.
func (s *scene) withInstitution(says ...[3]string) *evaluate.Evaluation {
	ev := s.evaluation()
	other := &control.Solution{Object: &v1alpha1.HostedSolution{ObjectMeta: metav1.ObjectMeta{Name: "other"}}}
	i := &evaluate.Institution{Policy: s.policy, Institution: &control.Institution{
		Object:    &v1alpha1.Institution{ObjectMeta: metav1.ObjectMeta{Name: "aarhus"}},
		Solutions: []*control.Solution{ev.Fleet.Solutions[0].Solution, other},
	}}
	ev.Fleet.Institutions = []*evaluate.Institution{i}
	ev.Institutions = []*evaluate.Results{saying(i.Ref(), says...)}
	return ev
}

// theInstitutions lets an exception name institutions.
func theInstitutions(names ...string) func(*evaluate.Exception) {
	return func(e *evaluate.Exception) {
		for _, n := range names {
			e.Object.Spec.Scope.Subjects = append(e.Object.Spec.Scope.Subjects, v1alpha1.ObjectReference{APIGroup: "tilsyn.dev", Kind: "Institution", Name: n})
		}
	}
}

func TestAnInstitutionAnswersForItselfAlone(t *testing.T) {
	s := newScene("CRP-01 Pass", "HIP-01 Pass")
	s.own = []string{"HII-01 Pass"}
	d := Decide(s.withInstitution([3]string{"HIS-01", "Fail", "aula"}, [3]string{"CRP-01", "Fail", "-"}), Memory{}, start)
	i := d.Institution("aarhus")
	if i.State != v1alpha1.StateNonCompliant || i.Provider != nil || state(i.Institution) != "NonCompliant" || i.Failed != 2 || i.WorstControl != "CRP-01" {
		t.Errorf("got %s, provider %s, institution %s, %d failed, worst %s", i.State, state(i.Provider), state(i.Institution), i.Failed, i.WorstControl)
	}
	for _, f := range i.Findings {
		if f.Party != v1alpha1.PartyInstitution {
			t.Errorf("%s is for %s to act on", f.Control.ID, f.Party)
		}
	}
	if total := d.Solutions[0].Total; total.State != v1alpha1.StateCompliant || total.Failed != 0 {
		t.Errorf("an institution's failure makes the solution %s", total.State)
	}
}

func TestAnInstitutionHasAStateInEachOfItsSolutions(t *testing.T) {
	tests := map[string]struct {
		says [][3]string
		want []string
	}{
		"nothing is known": {nil, []string{"aula Unknown 0/0/0 ", "other Unknown 0/0/0 "}},
		"what is about one is not the other's": {[][3]string{{"HIS-01", "Fail", "aula"}, {"HIS-01", "Pass", "other"}},
			[]string{"aula NonCompliant 0/1/0 HIS-01", "other Compliant 1/0/0 "}},
		"what is about the institution is neither's": {[][3]string{{"HII-01", "Fail", "-"}, {"HIS-01", "Pass", "aula"}},
			[]string{"aula Compliant 1/0/0 ", "other Unknown 0/0/0 "}},
		"two results of one control are folded": {[][3]string{{"HIS-01", "Unknown", "aula"}, {"HIS-01", "Pass", "aula"}, {"MEP-01", "Pass", "aula"}},
			[]string{"aula Unknown 1/0/1 HIS-01", "other Unknown 0/0/0 "}},
		"an observed control counts for nothing": {[][3]string{{"HIP-01", "Fail", "aula"}, {"HIS-01", "Pass", "aula"}},
			[]string{"aula Compliant 1/0/0 ", "other Unknown 0/0/0 "}},
		"the worst is the most severe": {[][3]string{{"MEP-01", "Fail", "aula"}, {"CRP-01", "Unknown", "aula"}},
			[]string{"aula Unknown 0/1/1 CRP-01", "other Unknown 0/0/0 "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			s.entry("HIP-01").Mode = v1alpha1.ModeObserve
			var got []string
			for _, r := range Decide(s.withInstitution(test.says...), Memory{}, start).Institution("aarhus").InEach() {
				got = append(got, fmt.Sprintf("%s %s %d/%d/%d %s", r.Solution, r.State, r.Counts.Passed, r.Counts.Failed, r.Counts.Unknown, r.WorstControl))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("states (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnExceptionCoversTheInstitutionsThatItNames(t *testing.T) {
	fails := [][3]string{{"HIS-01", "Fail", "aula"}}
	tests := map[string]struct {
		says      [][3]string
		exception *evaluate.Exception
		mandatory bool
		want      v1alpha1.Verdict
		covered   int
	}{
		"the institution by name":               {says: fails, exception: excepting("HIS-01", theInstitutions("aarhus")), want: "Excepted", covered: 1},
		"one of several":                        {says: fails, exception: excepting("HIS-01", theInstitutions("odense", "aarhus")), want: "Excepted", covered: 1},
		"as such, through one of its solutions": {says: [][3]string{{"HIS-01", "Fail", "-"}}, exception: excepting("HIS-01", theInstitutions("aarhus")), want: "Excepted", covered: 1},
		"another institution":                   {says: fails, exception: excepting("HIS-01", theInstitutions("odense")), want: "Fail"},
		"the solution without naming anybody":   {says: fails, exception: excepting("HIS-01"), want: "Fail"},
		"another control":                       {says: fails, exception: excepting("HII-01", theInstitutions("aarhus")), want: "Fail"},
		"what is about another solution":        {says: [][3]string{{"HIS-01", "Fail", "other"}}, exception: excepting("HIS-01", theInstitutions("aarhus")), want: "Fail"},
		"one solution of two":                   {says: [][3]string{{"HIS-01", "Fail", "aula"}, {"HIS-01", "Fail", "other"}}, exception: excepting("HIS-01", theInstitutions("aarhus")), want: "Fail", covered: 1},
		"a mandatory control":                   {says: fails, exception: excepting("HIS-01", theInstitutions("aarhus")), mandatory: true, want: "Fail"},
		"what is unknown":                       {says: [][3]string{{"HIS-01", "Unknown", "aula"}}, exception: excepting("HIS-01", theInstitutions("aarhus")), want: "Unknown"},
		"after its end":                         {says: fails, exception: excepting("HIS-01", theInstitutions("aarhus"), func(e *evaluate.Exception) { e.Until = start }), want: "Fail"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := newScene()
			s.exceptions = []*evaluate.Exception{test.exception}
			s.entry("HIS-01").Mandatory = test.mandatory
			d := Decide(s.withInstitution(test.says...), Memory{}, start)
			if got := d.Institutions[0].Controls[0].Verdict; got != test.want {
				t.Errorf("HIS-01 is %s, want %s", got, test.want)
			}
			if got := d.Exceptions[0].Covered; got != test.covered {
				t.Errorf("the exception covers %d results, want %d", got, test.covered)
			}
		})
	}
}

func TestAnExceptionOfAnInstitutionTouchesNoEnvironment(t *testing.T) {
	s := newScene("HIS-01 Fail a")
	s.exceptions = []*evaluate.Exception{excepting("HIS-01", theInstitutions("aarhus"))}
	d := Decide(s.withInstitution([3]string{"HIS-01", "Pass", "aula"}), Memory{}, start)
	if got := d.Environments[0].Controls[0].Verdict; got != v1alpha1.VerdictFail {
		t.Errorf("HIS-01 of the environment is %s, want Fail", got)
	}
}

func TestSinceOfAnInstitutionIsRemembered(t *testing.T) {
	s := newScene()
	ev := s.withInstitution([3]string{"HIS-01", "Fail", "aula"})
	first := Decide(ev, Memory{}, start)
	later := Decide(ev, forget(first.Memory), start.AddDate(0, 0, 3))
	if got := later.Institutions[0].Findings[0].Since; !got.Equal(start) {
		t.Errorf("since is %s, want %s", got, start)
	}
	if again := Decide(ev, later.Memory, start.AddDate(0, 0, 4)); again.Institutions[0].Subject != later.Institutions[0].Subject {
		t.Error("a decision about which nothing changed is made anew")
	}
	if records := later.Memory.Records(ev.Institutions[0].Subject); !slices.ContainsFunc(records, func(r v1alpha1.RecordedResult) bool {
		return r.Key == "HIS-01|tilsyn.dev/Institution//aarhus"
	}) {
		t.Errorf("records are %+v", records)
	}
}
