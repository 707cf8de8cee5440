package logs

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Group is a set of workloads of a namespace whose records the collectors treat alike.
type Group struct {
	// Workloads in the group; empty where the namespace has none, and the group then stands for any.
	Workloads []*facts.Workload
	// Outcomes by the collectors of Picture.Reading, in its order: the worst over the containers.
	Outcomes []Outcome
}

// Routes is what the collectors do with the records of a namespace. What pods say about their own collection is left out:
// that is the matter of each workload.
type Routes struct {
	// Groups, the one with most workloads first.
	Groups []Group
	// Reached lists the outputs that records of the namespace reach or may reach, each once.
	Reached []Reach
}

type routesKey struct{ namespace string }

var routesLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Workload]()}, Everywhere: Types()}

// RoutesOf gives the routes of a namespace. The caller declares Types for all namespaces and facts.Workload in this one.
func RoutesOf(v facts.View, namespace string) *Routes {
	return facts.DerivedIn(v, routesKey{namespace}, namespace, routesLooks, func(v facts.View) *Routes { return findRoutes(v, namespace) })
}

func findRoutes(v facts.View, namespace string) *Routes {
	reading := Of(v).Reading()
	out := &Routes{}
	base := Record{Namespace: namespace, IgnoreOptOut: true, Labels: noLabels}
	if n := facts.Get[facts.Namespace](v, "", namespace); n != nil {
		base.NamespaceLabels, base.NamespaceAnnotations = n.Labels, n.Annotations
	}
	groups := map[string]int{}
	for _, w := range facts.ListIn[facts.Workload](v, namespace) {
		outcomes := out.workload(reading, base, w)
		key := signature(outcomes)
		i, ok := groups[key]
		if !ok {
			i = len(out.Groups)
			groups[key] = i
			out.Groups = append(out.Groups, Group{Outcomes: outcomes})
		}
		g := &out.Groups[i]
		known := func(o *facts.Workload) bool { return o.Ref == w.Ref } // pods of one foreign owner are one workload
		if !slices.ContainsFunc(g.Workloads, known) {
			g.Workloads = append(g.Workloads, w)
		}
	}
	if len(out.Groups) == 0 {
		some := base
		some.Pod, some.Container = "any", "any"
		out.Groups = []Group{{Outcomes: out.record(reading, &some)}}
	}
	slices.SortStableFunc(out.Groups, func(a, b Group) int { return cmp.Compare(len(b.Workloads), len(a.Workloads)) })
	return out
}

// workload gives for each collector the worst outcome over the containers of a workload.
func (out *Routes) workload(reading []*Collector, base Record, w *facts.Workload) []Outcome {
	var worst []Outcome
	for i := range w.Shape.Containers {
		c := &w.Shape.Containers[i]
		r := base
		r.Pod, r.Container, r.Image = podName(w), c.Name, c.Image
		if w.Shape.Labels != nil {
			r.Labels = w.Shape.Labels
		}
		outcomes := out.record(reading, &r)
		if worst == nil {
			worst = outcomes
			continue
		}
		for k, o := range outcomes {
			if better(worst[k], o) {
				worst[k] = o
			}
		}
	}
	if worst == nil {
		worst = make([]Outcome, len(reading)) // a workload without containers writes nothing; nothing is known
	}
	return worst
}

func (out *Routes) record(reading []*Collector, r *Record) []Outcome {
	outcomes := make([]Outcome, len(reading))
	for i, c := range reading {
		outcomes[i] = c.Route(r)
		for _, got := range outcomes[i].Reached {
			out.reach(got)
		}
	}
	return outcomes
}

// reach keeps each output once; that it is reached for certain by one container is enough.
func (out *Routes) reach(got Reach) {
	for i := range out.Reached {
		held := &out.Reached[i]
		if held.Output == got.Output {
			held.Certain = held.Certain || got.Certain
			return
		}
	}
	out.Reached = append(out.Reached, got)
}

// podName gives a name as pods of a workload have them.
func podName(w *facts.Workload) string {
	switch w.Ref.Kind {
	case "Pod":
		return w.Ref.Name
	case "StatefulSet":
		return w.Ref.Name + "-0"
	case "Deployment":
		return w.Ref.Name + "-0000000000-00000"
	case "CronJob":
		return w.Ref.Name + "-00000000-00000"
	}
	return w.Ref.Name + "-00000"
}

func signature(outcomes []Outcome) string {
	var b strings.Builder
	for _, o := range outcomes {
		b.WriteString(o.Answer.String() + "|" + string(o.Why) + "|" + o.At.Object.String() + "|" + o.At.Text + "\n")
	}
	return b.String()
}

// Best gives the outcome that comes closest to a destination, and its collector's index; -1 where there is none.
func (g Group) Best() (best Outcome, index int) {
	index = -1
	for i, o := range g.Outcomes {
		if index < 0 || better(o, best) {
			best, index = o, i
		}
	}
	return best, index
}

// Collected tells whether some collector takes the records for sure.
func (g Group) Collected() bool {
	return slices.ContainsFunc(g.Outcomes, func(o Outcome) bool { return o.Answer == date.Yes })
}

// Destinations lists every place that records of the namespaces reach or may reach, each once and ordered. The caller
// declares Types for all namespaces and facts.Workload in these.
func (p *Picture) Destinations(v facts.View, namespaces []string) []Destination {
	var out []Destination
	for _, ns := range namespaces {
		for _, r := range RoutesOf(v, ns).Reached {
			for _, d := range r.Output.To {
				d.Certain = r.Certain
				out = addDestination(out, d, ns)
				if d.Store != nil && d.Store.To != nil {
					behind := *d.Store.To
					behind.Certain, behind.Behind = r.Certain, d.Store
					out = addDestination(out, behind, ns)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Destination) int {
		return cmp.Or(a.Collector.Compare(b.Collector), a.Object.Compare(b.Object), cmp.Compare(a.Field, b.Field), cmp.Compare(a.Name(), b.Name()))
	})
	return out
}

func addDestination(list []Destination, d Destination, namespace string) []Destination {
	for i := range list {
		held := &list[i]
		if held.Object == d.Object && held.Field == d.Field && held.Collector == d.Collector && held.Plugin == d.Plugin &&
			held.Name() == d.Name() && held.Unread == d.Unread && held.Tenant == d.Tenant {
			held.Certain = held.Certain || d.Certain
			if !slices.Contains(held.Namespaces, namespace) {
				held.Namespaces = append(held.Namespaces, namespace)
			}
			return list
		}
	}
	d.Namespaces = []string{namespace}
	return append(list, d)
}
