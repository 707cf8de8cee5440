package evaluate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// accepted fails institutions that have not accepted the split of responsibility of a solution, and those without a policy.
// It panics for an institution labelled so, and its provider has a part of its own.
func accepted() *control.Control {
	m := meta("INS-01")
	m.Party = v1alpha1.PartyShared
	return control.Define(m, control.Parameters[limit]{Defaults: func(l control.Levels) limit {
		if control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialitySensitive) {
			return limit{1}
		}
		return limit{5}
	}}, control.Rules[limit]{
		Solution: &control.SolutionRule[limit]{
			Judge: func(control.SolutionInput, *limit) []control.Result {
				return []control.Result{control.Pass("Offered").For(v1alpha1.PartyProvider)}
			}},
		Institution: &control.InstitutionRule[limit]{
			Needs: []control.Need{control.NeedsAll[v1alpha1.Attestation]()},
			Judge: func(in control.InstitutionInput, p *limit) (out []control.Result) {
				switch in.Institution.Object.Labels["is"] {
				case "panic":
					panic("out of order")
				case "silent":
					return nil
				}
				attested := len(facts.List[v1alpha1.Attestation](in.Facts))
				for _, s := range in.Institution.Solutions {
					r := control.Fail("NotAccepted", "most", fmt.Sprint(p.Most))
					if u := in.Institution.Use(s.Object.Name); u != nil && u.Acceptance != nil {
						r = control.Pass("Accepted", "attested", fmt.Sprint(attested))
					}
					out = append(out, r.Because(s.Ref()).For(v1alpha1.PartyProvider)) // a party that institutions never are
				}
				if until := start.Add(time.Hour); in.Now.Before(until) {
					return append(out, control.Pass("Reported").Until(until))
				}
				return append(out, control.Fail("NotReported"))
			}},
	})
}

func institution(name string, labels map[string]string, accepts ...string) *v1alpha1.Institution {
	i := &v1alpha1.Institution{ObjectMeta: named(name), Spec: v1alpha1.InstitutionSpec{LegalName: name}}
	i.Labels = labels
	for _, s := range accepts {
		i.Spec.Uses = append(i.Spec.Uses, v1alpha1.SolutionUse{Solution: s, Acceptance: &v1alpha1.ResponsibilityAcceptance{Version: "1", At: "2026-04-01"}})
	}
	return i
}

var municipality = map[string]string{"group": "municipalities"}

func controlledBy(controllers ...v1alpha1.Controller) func(*v1alpha1.HostedSolutionSpec) {
	return func(s *v1alpha1.HostedSolutionSpec) { s.Controllers = controllers }
}

func selecting(labels map[string]string) v1alpha1.Controller {
	return v1alpha1.Controller{Name: "Municipalities", InstitutionSelector: &v1alpha1.LabelSelector{MatchLabels: labels}}
}

func naming(names ...string) v1alpha1.Controller {
	return v1alpha1.Controller{Name: "Named", Institutions: names}
}

func solutionNames(i *Institution) (out []string) {
	for _, s := range i.Solutions {
		out = append(out, s.Object.Name)
	}
	return out
}

func TestAnInstitutionHasTheSolutionsThatNameOrSelectIt(t *testing.T) {
	w := newWorld()
	w.put(profileOf("public-sector"), institution("aarhus", municipality), institution("odense", municipality, "own"), institution("star", nil),
		solution("selects", controlledBy(selecting(municipality))), solution("names", controlledBy(naming("aarhus", "nobody"))),
		solution("twice", controlledBy(selecting(municipality), naming("aarhus"))), solution("own"),
		solution("nothing", controlledBy(selecting(nil), v1alpha1.Controller{Name: "Outside"})),
		solution("others", controlledBy(selecting(map[string]string{"group": "regions"}))))
	f := w.fleet(accepted())
	for name, want := range map[string][]string{"aarhus": {"names", "selects", "twice"}, "odense": {"selects", "twice"}, "star": nil} {
		if got := solutionNames(f.Institution(name)); !slices.Equal(got, want) {
			t.Errorf("%s is a controller of %v, want %v", name, got, want)
		}
	}
}

func TestAnInstitutionIsJudgedAtTheHighestLevelOfItsSolutions(t *testing.T) {
	level := func(l v1alpha1.Confidentiality, profile string) func(*v1alpha1.HostedSolutionSpec) {
		return func(s *v1alpha1.HostedSolutionSpec) {
			s.Classification.Confidentiality, s.Profile = l, profile
			s.Controllers = []v1alpha1.Controller{naming("aarhus")}
		}
	}
	tests := map[string]struct {
		solutions []*v1alpha1.HostedSolution
		level     v1alpha1.Confidentiality
		profile   string
	}{
		"without solutions at the highest there is": {nil, "Sensitive", "public-sector"},
		"one solution":  {[]*v1alpha1.HostedSolution{solution("a", level("Internal", ""))}, "Internal", "public-sector"},
		"two solutions": {[]*v1alpha1.HostedSolution{solution("a", level("Internal", "")), solution("b", level("Confidential", ""))}, "Confidential", "public-sector"},
		"by the profile that its solutions agree on":   {[]*v1alpha1.HostedSolution{solution("a", level("Public", "strict")), solution("b", level("Public", "strict"))}, "Public", "strict"},
		"by the default where its solutions disagree":  {[]*v1alpha1.HostedSolution{solution("a", level("Public", "strict")), solution("b", level("Internal", ""))}, "Internal", "public-sector"},
		"by the default, whatever other solutions say": {[]*v1alpha1.HostedSolution{solution("a", level("Internal", "")), solution("c", func(s *v1alpha1.HostedSolutionSpec) { s.Profile = "strict" })}, "Internal", "public-sector"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(profileOf("public-sector"), profileOf("strict"), institution("aarhus", nil))
			for _, s := range test.solutions {
				w.put(s)
			}
			i := w.fleet(accepted()).Institution("aarhus")
			if i.Levels.Confidentiality != test.level || i.Profile != test.profile || i.Policy.Profile != test.profile {
				t.Errorf("judged at %s by %s (policy %s), want %s by %s", i.Levels.Confidentiality, i.Profile, i.Policy.Profile, test.level, test.profile)
			}
		})
	}
}

func TestARuleOfInstitutionsJudgesEachAndTouchesNoSolution(t *testing.T) {
	w := newWorld()
	w.put(profileOf("public-sector", required("INS-01")...), solution("aula", controlledBy(selecting(municipality))),
		institution("aarhus", municipality, "aula"), institution("broken", map[string]string{"group": "municipalities", "is": "panic"}),
		institution("odense", municipality), institution("quiet", map[string]string{"is": "silent"}))
	panics := 0
	e := NewEngine([]*control.Control{accepted()}, Options{OnPanic: func(v1alpha1.ControlID, facts.Ref, string) { panics++ }})
	ev := w.evaluate(e)
	want(t, ev.Solutions[0], "INS-01 Pass Offered HostedSolution aula")
	want(t, ev.Institutions[0], "INS-01 Pass Accepted Institution aarhus attested=0", "INS-01 Pass Reported Institution aarhus until 11:00:00")
	want(t, ev.Institutions[1], "INS-01 Unknown InternalError Institution broken error=out of order")
	want(t, ev.Institutions[2], "INS-01 Fail NotAccepted Institution odense most=5", "INS-01 Pass Reported Institution odense until 11:00:00")
	want(t, ev.Institutions[3], "INS-01 Unknown NoResult Institution quiet")
	for _, r := range ev.Institutions {
		for result := range r.Controls[0].All() {
			if result.Party != v1alpha1.PartyInstitution {
				t.Errorf("%s is for %s to act on, want the institution", result.Subject, result.Party)
			}
		}
	}
	if panics != 1 || !ev.Next.Equal(start.Add(time.Hour)) {
		t.Errorf("%d panics, next at %s", panics, ev.Next)
	}
	w.now = start.Add(time.Hour)
	want(t, w.evaluate(e).Institutions[0], "INS-01 Fail NotReported Institution aarhus", "INS-01 Pass Accepted Institution aarhus attested=0")
}

func TestInstitutionsAreUnknownWhileEvidenceIsMissing(t *testing.T) {
	tests := map[string]struct {
		change func(*world)
		want   string
	}{
		"a gated need": {func(w *world) { w.sources(facts.SourceUnreadable, "attestations.tilsyn.dev") },
			"INS-01 Unknown EvidenceUnreadable Institution aarhus source=attestations.tilsyn.dev message=the right to list attestations.tilsyn.dev is missing"},
		"solutions, of which there may be more": {func(w *world) { w.sources(facts.SourceUnreadable, "hostedsolutions.tilsyn.dev") },
			"INS-01 Unknown EvidenceUnreadable Institution aarhus source=hostedsolutions.tilsyn.dev message=the right to list hostedsolutions.tilsyn.dev is missing"},
		"the profile": {func(w *world) {
			w.Delete(facts.ObjectKey{Source: "controlprofiles.tilsyn.dev", Name: "public-sector"})
		}, "INS-01 Unknown ProfileMissing Institution aarhus profile=public-sector message=no such object exists."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.put(profileOf("public-sector", required("INS-01")...), solution("aula", controlledBy(naming("aarhus"))), institution("aarhus", nil, "aula"))
			e := NewEngine([]*control.Control{accepted()}, Options{})
			before := w.evaluate(e)
			test.change(w)
			want(t, w.evaluate(e).Institutions[0], test.want)
			w.sources(facts.SourceSynced, "attestations.tilsyn.dev", "hostedsolutions.tilsyn.dev")
			w.put(profileOf("public-sector", required("INS-01")...))
			if diff := cmp.Diff(lines(before.Institutions[0]), lines(w.evaluate(e).Institutions[0])); diff != "" {
				t.Errorf("when all can be read again (-before +now):\n%s", diff)
			}
		})
	}
}

func TestResultsOfInstitutionsStayWhereNothingChanged(t *testing.T) {
	w := newWorld()
	w.put(profileOf("public-sector", required("INS-01")...), solution("aula", controlledBy(naming("aarhus"))), solution("other", controlledBy(naming("odense"))),
		institution("aarhus", nil), institution("odense", nil))
	e := NewEngine([]*control.Control{accepted()}, Options{})
	before := w.evaluate(e)
	w.put(institution("odense", nil, "other"), workload("elsewhere", "web"))
	after := w.evaluate(e)
	if before.Institutions[0] != after.Institutions[0] || before.Fleet.Institutions[0] != after.Fleet.Institutions[0] {
		t.Error("a change of one institution makes the results of another anew")
	}
	if before.Institutions[1] == after.Institutions[1] {
		t.Error("a change of an institution leaves its results")
	}
	w.put(solution("aula")) // its controllers are gone
	if got := w.evaluate(e); len(got.Fleet.Institutions[0].Solutions) > 0 || got.Institutions[0] == after.Institutions[0] {
		t.Error("an institution keeps a solution that no longer names it")
	}
}

// changeOfInstitutions changes one random thing that institutions depend on.
func (c chance) changeOfInstitutions() string {
	name := c.of("aarhus", "odense", "skive")
	labels := map[string]string{}
	if c.IntN(2) == 0 {
		labels = municipality
	}
	switch c.IntN(6) {
	case 0, 1:
		accepts := []string{"one", "two"}[:c.IntN(3)]
		c.w.put(institution(name, labels, accepts...))
		return fmt.Sprint("put institution ", name, labels, accepts)
	case 2:
		c.w.Delete(facts.ObjectKey{Source: "institutions.tilsyn.dev", Name: name})
		return "delete institution " + name
	case 3:
		controllers := []v1alpha1.Controller{selecting(municipality), naming(c.of("aarhus", "odense"), "skive")}[c.IntN(2):]
		solutionName, level := c.of("one", "two"), v1alpha1.Confidentiality(c.of("Internal", "Sensitive"))
		profile := c.of("", "strict")
		c.w.put(solution(solutionName, controlledBy(controllers...), func(s *v1alpha1.HostedSolutionSpec) {
			s.Classification.Confidentiality, s.Profile = level, profile
		}))
		return fmt.Sprint("put solution ", solutionName, controllers, level, profile)
	case 4:
		source := facts.SourceID(c.of("institutions.tilsyn.dev", "hostedsolutions.tilsyn.dev", "attestations.tilsyn.dev"))
		state := facts.SourceCondition(c.of("Synced", "Synced", "Unreadable"))
		c.w.sources(state, source)
		return fmt.Sprint("source ", source, " ", state)
	default:
		return c.changeResource()
	}
}

func TestMemoryOfInstitutionsChangesNothing(t *testing.T) {
	const seed = 20261123
	for run := range 12 {
		c := chance{rand.New(rand.NewPCG(seed, uint64(run))), newWorld()}
		c.w.put(profileOf("public-sector", required("INS-01")...), solution("one"), institution("aarhus", municipality))
		controls := []*control.Control{accepted()}
		e := NewEngine(controls, Options{})
		var history []string
		for range 60 {
			for range 1 + c.IntN(2) {
				history = append(history, c.changeOfInstitutions())
			}
			if c.IntN(8) == 0 {
				c.w.now = c.w.now.Add(20 * time.Minute)
			}
			got, fresh := institutionsOf(c.w.evaluate(e)), institutionsOf(c.w.evaluate(NewEngine(controls, Options{})))
			if !slices.Equal(got, fresh) {
				t.Fatalf("seed %d run %d: memory changes the outcome (-new +remembering):\n%s\nafter:\n%s", seed, run, cmp.Diff(fresh, got), history[max(0, len(history)-12):])
			}
		}
	}
}

func institutionsOf(ev *Evaluation) (out []string) {
	for n, i := range ev.Fleet.Institutions {
		out = append(out, fmt.Sprint(i.Object.Name, solutionNames(i), i.Levels, i.Profile, i.Policy.Profile, i.Policy.Found))
		out = append(out, lines(ev.Institutions[n])...)
	}
	return append(out, ev.Next.String())
}
