package fleet

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// Outcome is what Tilsyn makes of a fleet, as far as it does not depend on the moment.
type Outcome struct {
	Solutions    []State
	Environments []State
	Institutions []State
	// Findings of solutions, environments, institutions and the Platform: whatever is Fail or Unknown and counts.
	Findings []Finding
	// Observed counts the findings of controls that the profile only observes, over the whole fleet.
	Observed map[Observation]int
}

// Observation is what findings that count for nothing are told apart by.
type Observation struct {
	Control v1alpha1.ControlID
	Verdict v1alpha1.Verdict
	Reason  v1alpha1.ReasonCode
}

// State of a solution or environment, and of each party; a party that nothing concerns has none.
type State struct {
	Name                         string
	State, Provider, Institution v1alpha1.ComplianceState
}

// Finding is one result that somebody has to act on.
type Finding struct {
	// Of names the solution, environment or institution, or Platform.
	Of      string
	Control v1alpha1.ControlID
	Verdict v1alpha1.Verdict
	Reason  v1alpha1.ReasonCode
	// Subject as kind namespace/name.
	Subject string
}

// OfPlatform stands in Finding.Of for the Platform.
const OfPlatform = "Platform"

// Lines gives the outcome as text, one line for each statement, in a fixed order, so that two can be compared line by line.
func (o Outcome) Lines() []string {
	var out []string
	for _, list := range []struct {
		what   string
		states []State
	}{{"solution", o.Solutions}, {"environment", o.Environments}, {"institution", o.Institutions}} {
		for _, s := range list.states {
			out = append(out, fmt.Sprintf("%s %s is %s, provider %s, institution %s", list.what, s.Name, s.State, cmp.Or(s.Provider, "-"), cmp.Or(s.Institution, "-")))
		}
	}
	for _, f := range o.Findings {
		out = append(out, fmt.Sprintf("%s: %s %s %s %s", f.Of, f.Control, f.Verdict, f.Reason, f.Subject))
	}
	for o, times := range o.Observed {
		out = append(out, fmt.Sprintf("observed: %s %s %s %d times", o.Control, o.Verdict, o.Reason, times))
	}
	slices.Sort(out)
	return out
}

// Diff compares two outcomes: lines that are wanted and missing begin with -, lines that are there and not wanted with +. It
// is empty if they are equal.
func Diff(want, got Outcome) []string {
	w, g := want.Lines(), got.Lines()
	var out []string
	for _, line := range w {
		if !slices.Contains(g, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range g {
		if !slices.Contains(w, line) {
			out = append(out, "+ "+line)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(strings.Compare(a[2:], b[2:]), strings.Compare(a, b)) })
	return out
}

// NewClient makes a client for the kinds of tilsyn.dev that can watch.
func NewClient(config *rest.Config) (client.WithWatch, error) {
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	return client.NewWithWatch(config, client.Options{Scheme: scheme})
}

// Read reads the outcome from the statuses that the operator wrote. complete tells whether everything has been evaluated in
// its present generation.
func Read(ctx context.Context, c client.Client) (out Outcome, complete bool, err error) {
	var solutions v1alpha1.HostedSolutionList
	var environments v1alpha1.SolutionEnvironmentList
	var institutions v1alpha1.InstitutionList
	var platforms v1alpha1.PlatformList
	for _, list := range []client.ObjectList{&solutions, &environments, &institutions, &platforms} {
		if err := c.List(ctx, list); err != nil {
			return Outcome{}, false, err
		}
	}
	complete = len(solutions.Items) > 0 && len(environments.Items) > 0 && len(platforms.Items) == 1
	for i := range solutions.Items {
		s := &solutions.Items[i]
		complete = complete && evaluated(s.Generation, s.Status.ObservedGeneration, s.Status.Conditions)
		out.Solutions = append(out.Solutions, stateOf(s.Name, s.Status.State, s.Status.Provider, s.Status.Institution))
		out.add(s.Name, s.Status.Controls, s.Status.Findings)
	}
	for i := range environments.Items {
		e := &environments.Items[i]
		complete = complete && evaluated(e.Generation, e.Status.ObservedGeneration, e.Status.Conditions)
		out.Environments = append(out.Environments, stateOf(e.Name, e.Status.State, e.Status.Provider, e.Status.Institution))
		out.add(e.Name, e.Status.Controls, e.Status.Findings)
	}
	for i := range institutions.Items {
		n := &institutions.Items[i]
		complete = complete && evaluated(n.Generation, n.Status.ObservedGeneration, n.Status.Conditions)
		out.Institutions = append(out.Institutions, State{Name: n.Name, State: n.Status.State})
		out.add(n.Name, n.Status.Controls, n.Status.Findings)
	}
	for i := range platforms.Items {
		p := &platforms.Items[i]
		complete = complete && evaluated(p.Generation, p.Status.ObservedGeneration, p.Status.Conditions)
		out.add(OfPlatform, p.Status.Controls, p.Status.Findings)
	}
	return out, complete, nil
}

func evaluated(generation, observed int64, conditions []metav1.Condition) bool {
	return generation == observed && meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionReady)
}

func stateOf(name string, state v1alpha1.ComplianceState, provider, institution *v1alpha1.PartyStatus) State {
	s := State{Name: name, State: state}
	if provider != nil {
		s.Provider = provider.State
	}
	if institution != nil {
		s.Institution = institution.State
	}
	return s
}

func (o *Outcome) add(of string, controls []v1alpha1.ControlStatus, findings []v1alpha1.Finding) {
	for _, f := range findings {
		if Observed(controls, f.Control) {
			if o.Observed == nil {
				o.Observed = map[Observation]int{}
			}
			o.Observed[Observation{f.Control, f.Verdict, f.Reason}]++
			continue
		}
		o.Findings = append(o.Findings, Finding{Of: of, Control: f.Control, Verdict: f.Verdict, Reason: f.Reason, Subject: subject(f.Subject)})
	}
}

// Observed tells whether a status says of a control that it is observed.
func Observed(controls []v1alpha1.ControlStatus, id v1alpha1.ControlID) bool {
	return slices.ContainsFunc(controls, func(c v1alpha1.ControlStatus) bool { return c.Control == id && c.Mode == v1alpha1.ModeObserve })
}

func subject(r v1alpha1.ObjectReference) string {
	if r.Namespace == "" {
		return r.Kind + " " + r.Name
	}
	return r.Kind + " " + r.Namespace + "/" + r.Name
}

// Await reads the outcome whenever one of the statuses changes, until it holds or ctx ends. It gives the last one read; an
// error other than the end of ctx is that of the API server.
func Await(ctx context.Context, c client.WithWatch, holds func(Outcome, bool) bool) (Outcome, bool, error) {
	changed := make(chan struct{}, 1)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for _, list := range []client.ObjectList{&v1alpha1.HostedSolutionList{}, &v1alpha1.SolutionEnvironmentList{}, &v1alpha1.InstitutionList{}, &v1alpha1.PlatformList{}} {
		w, err := c.Watch(ctx, list)
		if err != nil {
			return Outcome{}, false, err
		}
		defer w.Stop()
		go func() {
			for range w.ResultChan() {
				select {
				case changed <- struct{}{}:
				default:
				}
			}
		}()
	}
	const again = 5 * time.Second // should a watch break off
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	var last Outcome
	for {
		got, complete, err := Read(ctx, c)
		switch {
		case ctx.Err() != nil:
			return last, false, nil
		case err != nil:
			return last, false, err
		case holds(got, complete):
			return got, true, nil
		}
		last = got
		select {
		case <-ctx.Done():
			return last, false, nil
		case <-changed:
		case <-ticker.C:
		}
	}
}

// AwaitExpected waits until everything is evaluated and the outcome is the wanted one.
func AwaitExpected(ctx context.Context, c client.WithWatch, want Outcome) (Outcome, bool, error) {
	return Await(ctx, c, func(got Outcome, complete bool) bool { return complete && len(Diff(want, got)) == 0 })
}
