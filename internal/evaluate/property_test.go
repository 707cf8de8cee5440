package evaluate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// describe writes everything that an evaluation says, apart from pointers and keys.
func describe(ev *Evaluation) (out []string) {
	add := func(r *Results) {
		out = append(out, fmt.Sprintf("== %s: %d workloads, next %s, incomplete %v", r.Subject, r.Workloads, r.Next, r.Incomplete))
		out = append(out, lines(r)...)
	}
	f := ev.Fleet
	for i, e := range f.Environments {
		add(ev.Environments[i])
		out = append(out, fmt.Sprint(e.Namespaces, e.Uses, e.ClaimedTwice, e.Levels, e.Allowed, e.SolutionFound, e.Policy.Profile, e.Policy.Found))
	}
	for i, s := range f.Solutions {
		add(ev.Solutions[i])
		out = append(out, fmt.Sprintf("%+v %v", s.Resolved, s.Solution.Environments))
		for _, entry := range s.Policy.Entries {
			out = append(out, fmt.Sprint(entry.Control.ID, entry.ModeAt(ev.At), entry.Err, entry.Mandatory))
		}
	}
	add(ev.Platform)
	for _, e := range f.Exceptions {
		out = append(out, fmt.Sprint(e.Object.Name, e.ValidAt(ev.At), e.Fault))
	}
	for _, p := range f.Problems {
		out = append(out, fmt.Sprintf("%+v", p))
	}
	for _, p := range f.Profiles {
		out = append(out, fmt.Sprint(p.Object.Name, p.Required, p.Observed, p.Solutions))
	}
	return append(out, fmt.Sprint(f.Unclaimed, " ", f.Next.UTC(), " ", ev.Next.UTC()))
}

// chance changes one random thing of a small world.
type chance struct {
	*rand.Rand
	w *world
}

func (c chance) of(list ...string) string { return list[c.IntN(len(list))] }

func (c chance) change() string {
	ns := c.of("a", "a-db", "b", "shared", "kube-system")
	name := c.of("web", "worker", "db")
	switch c.IntN(18) {
	case 0, 1, 2:
		labels := []string{c.of("bad", "panic", "silent", "v1", "v2", "v3")}
		c.w.put(workload(ns, name, labels...))
		return "put workload " + ns + "/" + name + " " + labels[0]
	case 3:
		c.w.Delete(facts.ObjectKey{Source: "deployments.apps", Namespace: ns, Name: name})
		return "delete workload " + ns + "/" + name
	case 4, 5:
		phase := corev1.PodPhase(c.of("Running", "Pending", "Failed"))
		c.w.put(pod(ns, name, phase))
		return "put pod " + ns + "/" + name + " " + string(phase)
	case 6:
		c.w.put(&facts.Claim{Namespace: ns, Name: name, Volume: c.of("", "v")})
		return "put claim " + ns + "/" + name
	case 7:
		c.w.Delete(facts.ObjectKey{Source: "persistentvolumeclaims", Namespace: ns, Name: name})
		return "delete claim " + ns + "/" + name
	case 8:
		source := facts.SourceID(c.of("pods", "persistentvolumeclaims", "namespaces", "deployments.apps"))
		state := facts.SourceCondition(c.of("Synced", "Synced", "Unreadable", "Absent", "NotObservable"))
		c.w.sources(state, source)
		return "source " + string(source) + " " + string(state)
	case 9:
		step := time.Duration(c.IntN(4)) * time.Minute
		c.w.now = c.w.now.Add(step)
		return "time passes: " + step.String()
	case 11, 12:
		labels := map[string]string{}
		if c.IntN(2) == 0 {
			labels["agents"] = "yes"
		}
		c.w.put(&facts.Namespace{Name: ns, Labels: labels})
		return "put namespace " + ns + fmt.Sprint(labels)
	case 10:
		c.w.now = start.Add(time.Duration(c.IntN(30*24)) * time.Hour)
		return "time jumps to " + c.w.now.String()
	default:
		return c.changeResource()
	}
}

func (c chance) changeResource() string {
	solutions := []string{"one", "two"}
	switch c.IntN(9) {
	case 0:
		name, level := c.of(solutions...), v1alpha1.Confidentiality(c.of("Public", "Internal", "Sensitive"))
		c.w.put(solution(name, func(s *v1alpha1.HostedSolutionSpec) {
			s.Classification.Confidentiality, s.Profile = level, c.of("", "", "strict", "gone")
			s.Locations = &v1alpha1.Locations{Allowed: []v1alpha1.Location{{Country: v1alpha1.CountryCode(c.of("DK", "SE", "CH", "US"))}, {Country: "IE"}}}
		}))
		return "put solution " + name
	case 1:
		name := c.of(solutions...)
		c.w.Delete(facts.ObjectKey{Source: "hostedsolutions.tilsyn.dev", Name: name})
		return "delete solution " + name
	case 2, 3:
		name, patterns := c.of("first", "second", "third"), []v1alpha1.NamespacePattern{v1alpha1.NamespacePattern(c.of("a", "a-*", "b", "kube-system", "nothing"))}
		e := environment(name, c.of(solutions...), patterns...)
		if c.IntN(3) == 0 {
			e.Spec.Uses = []string{"shared"}
		}
		if c.IntN(8) == 0 {
			e.Spec.Namespaces, e.Spec.Uses, e.Spec.HostedBy = nil, nil, "kombit"
		}
		c.w.put(e)
		return "put environment " + name + fmt.Sprint(patterns)
	case 4:
		name := c.of("first", "second", "third")
		c.w.Delete(facts.ObjectKey{Source: "solutionenvironments.tilsyn.dev", Name: name})
		return "delete environment " + name
	case 5:
		name := c.of("public-sector", "strict")
		p := profileOf(name, required("WRK-01", "ENV-01")...)
		p.Spec.Controls = append(p.Spec.Controls, v1alpha1.ProfileControl{Control: "WRK-02", Mode: "Observe", RequiredFrom: v1alpha1.Date(c.of("2026-11-25", "2026-12-01", ""))})
		p.Spec.Controls[0].Parameters = raw(c.of(`{"most": 3}`, `{"most": 0}`, `{}`))
		p.Spec.Controls[1].Mandatory = c.IntN(2) == 0
		c.w.put(p)
		return "put profile " + name
	case 6:
		name := c.of("x", "y")
		c.w.put(exception(name, func(s *v1alpha1.ControlExceptionSpec) {
			s.Scope.Solution, s.ValidUntil = c.of(solutions...), v1alpha1.Date(c.of("2026-11-25", "2026-12-10"))
		}))
		return "put exception " + name
	case 7:
		c.w.put(&v1alpha1.Platform{ObjectMeta: named("cluster"), Spec: v1alpha1.PlatformSpec{
			Namespaces:     []v1alpha1.PlatformNamespace{{Name: "shared", Owner: "Platform team", Shared: c.IntN(2) == 0}},
			DefaultProfile: c.of("", "strict"), Providers: []v1alpha1.PlatformProvider{{Name: c.of("aws", "gcp")}}}})
		return "put platform"
	default:
		about := []v1alpha1.AttestationAbout{{Solution: "one"}, {Environment: "first"}, {Platform: true}}[c.IntN(3)]
		c.w.put(&v1alpha1.Attestation{ObjectMeta: named(c.of("p", "q")), Spec: v1alpha1.AttestationSpec{Type: v1alpha1.AttestLogArrival, About: about,
			By: "jane@example.org", Date: "2026-11-01", Evidence: "case", ValidUntil: v1alpha1.Date(c.of("2026-11-22", "2026-12-02"))}})
		return "put attestation"
	}
}

// TestMemoryChangesNothing makes random changes and demands that the engine that remembers says what a new one says.
func TestMemoryChangesNothing(t *testing.T) {
	const seed = 20261122
	runs, steps := 16, 80
	if testing.Short() {
		runs = 10
	}
	for run := range runs {
		c := chance{rand.New(rand.NewPCG(seed, uint64(run))), newWorld()}
		c.w.put(profileOf("public-sector", required(append(slices.Clone(standInIDs), "INH-01")...)...), solution("one"), environment("first", "one", "a"))
		controls := append(standIns(), served(), mounted(), attested())
		e := NewEngine(controls, Options{Workers: 1 + run%3})
		var history []string
		for range steps {
			for range 1 + c.IntN(3) {
				history = append(history, c.change())
			}
			got, fresh := describe(c.w.evaluate(e)), describe(c.w.evaluate(NewEngine(controls, Options{Workers: 1})))
			if !slices.Equal(got, fresh) {
				t.Fatalf("seed %d run %d: memory changes the outcome (-new +remembering):\n%s\nafter:\n%s", seed, run, cmp.Diff(fresh, got), history[max(0, len(history)-12):])
			}
		}
	}
}

// TestTheOrderOfArrivalChangesNothing puts the same objects in random order, evaluating after each.
func TestTheOrderOfArrivalChangesNothing(t *testing.T) {
	const seed = 7
	for run := range 20 {
		r := rand.New(rand.NewPCG(seed, uint64(run)))
		objects := []any{profileOf("public-sector", required(standInIDs...)...), solution("one"), solution("two"),
			environment("first", "one", "a", "a-db"), environment("second", "two", "b", "a"), namespace("a"), namespace("b"), namespace("a-db"),
			workload("a", "web", "bad"), workload("a", "worker"), workload("b", "db", "panic"), workload("stray", "web"),
			pod("a", "web", corev1.PodRunning), pod("b", "db", corev1.PodPending), &facts.Claim{Namespace: "b", Name: "data"}, exception("x")}
		w := newWorld()
		w.put(objects...)
		wanted := describe(w.evaluate(NewEngine(standIns(), Options{})))
		r.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
		w = newWorld()
		e := NewEngine(standIns(), Options{})
		for _, o := range objects {
			w.put(o)
			w.evaluate(e)
		}
		if diff := cmp.Diff(wanted, describe(w.evaluate(e))); diff != "" {
			t.Fatalf("seed %d run %d: the order changes the outcome:\n%s", seed, run, diff)
		}
	}
}
