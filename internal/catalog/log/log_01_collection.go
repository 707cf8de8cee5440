package log

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// collection judges the namespaces of an environment.
type collection struct {
	env     *control.Environment
	arrival arrival

	// What the collectors do, of all namespaces.
	facts   facts.View
	reading []*logs.Collector
	nodes   []*logs.Nodes         // of reading, in its order
	blind   [][]facts.SourceState // of reading: sources that it rests on and that are not complete
	missing []facts.SourceState
}

// judge judges a namespace: the workloads that are treated like most of them together, the others each by itself.
func (c *collection) judge(in control.NamespaceInput, out []control.Result) []control.Result {
	c.look(in.Facts)
	ns := in.Namespace
	subject := facts.Ref{Kind: "Namespace", Name: ns}
	if len(c.reading) == 0 {
		return append(out, c.orAttested(ns, control.Unknown("NoCollectorKnown", "environment", c.env.Object.Name)).On(subject))
	}
	groups := c.seen(logs.RoutesOf(in.Facts, ns).Groups)
	nodes := c.nodesOf(ns)
	for i, g := range groups {
		if i == 0 {
			used := c.living(usedNodes(in.Facts, ns))
			if len(groups) > 1 {
				used = nodes(g.Workloads)
			}
			out = append(out, c.orAttested(ns, c.group(g, used, "namespace "+ns)).On(subject))
			continue
		}
		for k, w := range g.Workloads {
			out = append(out, c.orAttested(ns, c.group(g, nodes(g.Workloads[k:k+1]), w.Ref.String())).On(w.Ref))
		}
	}
	return out
}

// look finds the collectors; they are the same in every namespace.
func (c *collection) look(v facts.View) {
	looked := c.reading != nil
	c.facts = v
	if looked {
		return
	}
	c.reading, c.missing = logs.Of(v).Reading(), logs.Incomplete(v)
	for _, collector := range c.reading {
		c.nodes = append(c.nodes, logs.NodesOf(v, collector))
		c.blind = append(c.blind, slices.DeleteFunc(slices.Clone(c.missing), func(s facts.SourceState) bool { return !collector.RestsOn(s.ID) }))
	}
}

// seen takes back what rests on sources that are not complete: a resource that is not seen may take records away.
func (c *collection) seen(groups []logs.Group) []logs.Group {
	if len(c.missing) == 0 {
		return groups
	}
	out := slices.Clone(groups)
	for i := range out {
		out[i].Outcomes = slices.Clone(out[i].Outcomes)
		for k := range out[i].Outcomes {
			if o := &out[i].Outcomes[k]; len(c.blind[k]) > 0 && o.Answer == date.Yes {
				o.Answer, o.Why = date.Maybe, blind
			}
		}
	}
	return out
}

// blind marks outcomes that rest on sources that are not complete.
const blind logs.Why = "Blind"

type usedKey struct{ namespace string }

var usedLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Pod]()}}

// usedNodes names the nodes in use in a namespace.
func usedNodes(v facts.View, namespace string) []string {
	return facts.DerivedIn(v, usedKey{namespace}, namespace, usedLooks, func(v facts.View) []string {
		var names []string
		for _, p := range facts.ListIn[facts.Pod](v, namespace) {
			if inUse(p) {
				names = append(names, p.Node)
			}
		}
		slices.Sort(names)
		return slices.Compact(names)
	})
}

func inUse(p *facts.Pod) bool {
	return p.Node != "" && !p.Phase.Ended()
}

// nodesOf gives a function that tells the nodes that workloads of a namespace use, together.
func (c *collection) nodesOf(ns string) func(workloads []*facts.Workload) []*facts.Node {
	var byWorkload map[facts.Ref][]string
	return func(workloads []*facts.Workload) []*facts.Node {
		if byWorkload == nil {
			byWorkload = map[facts.Ref][]string{}
			roots := workload.RootsIn(c.facts, ns)
			for _, p := range facts.ListIn[facts.Pod](c.facts, ns) {
				if inUse(p) {
					root := roots.Of(p)
					byWorkload[root] = append(byWorkload[root], p.Node)
				}
			}
		}
		var names []string
		for _, w := range workloads {
			names = append(names, byWorkload[w.Ref]...)
		}
		slices.Sort(names)
		return c.living(slices.Compact(names))
	}
}

// living gives the nodes of these names that are there.
func (c *collection) living(names []string) []*facts.Node {
	out := make([]*facts.Node, 0, len(names))
	for _, name := range names {
		if n := facts.Get[facts.Node](c.facts, "", name); n != nil && n.DeletedAt.IsZero() {
			out = append(out, n)
		}
	}
	return out
}

// group judges one group of workloads: is there a collector that takes their records, on every node that they use?
func (c *collection) group(g logs.Group, nodes []*facts.Node, what string) control.Result {
	best, index := g.Best()
	if !g.Collected() {
		return c.notCollected(best, c.reading[index], what)
	}
	var worst *gap
	more := 0
	for _, n := range nodes {
		if found := c.onNode(g, n); found != nil {
			more++
			if worst == nil || found.weight() > worst.weight() {
				worst = found
			}
		}
	}
	if worst == nil {
		return control.Pass("Collected", "collector", c.reading[index].Ref().String(), "destination", destinationsOf(best))
	}
	return c.gapped(worst, more-1, what)
}

// gap is a node on which no collector takes the records for sure.
type gap struct {
	node      *facts.Node
	collector *logs.Collector
	on        logs.OnNode
	// maybe is set where another collector on the node may take them.
	maybe *logs.Outcome
}

// weight: what passes by itself weighs less than what does not, and what is not known less than what is.
func (g *gap) weight() int {
	if g.maybe != nil {
		return 0
	}
	return 1 + slices.Index([]logs.Presence{logs.RollingOut, logs.NotReady, logs.Missing, logs.NotSelected, logs.NotTolerated}, g.on.Presence)
}

func (c *collection) onNode(g logs.Group, n *facts.Node) *gap {
	var out *gap
	for i, o := range g.Outcomes {
		if o.Answer == date.No {
			continue
		}
		on := c.nodes[i].On(n)
		switch {
		case on.Presence == logs.Covered && o.Answer == date.Yes:
			return nil
		case on.Presence == logs.Covered:
			return &gap{node: n, collector: c.reading[i], maybe: &g.Outcomes[i]}
		case o.Answer == date.Yes && out == nil:
			out = &gap{node: n, collector: c.reading[i], on: on}
		}
	}
	return out
}

func (c *collection) gapped(g *gap, more int, what string) control.Result {
	if g.maybe != nil {
		return c.notCollected(*g.maybe, g.collector, fmt.Sprintf("%s on node %s", what, g.node.Name))
	}
	if len(c.missing) > 0 {
		return control.Unreadable(c.missing...)
	}
	node := facts.Ref{Kind: "Node", Name: g.node.Name}
	also := ""
	if more > 0 {
		also = fmt.Sprintf(" and %d more", more)
	}
	detail := map[logs.Presence]string{
		logs.NotSelected:  "its node selector or affinity leaves the node out",
		logs.NotTolerated: "it does not tolerate the taint " + g.on.Taint,
	}[g.on.Presence]
	r := control.Fail(reasonOn(g.on.Presence), append(collectorArgs(g.collector),
		"node", g.node.Name, "more", also, "what", what, "detail", detail)...)
	if g.on.Presence == logs.NotReady || g.on.Presence == logs.Missing {
		return r.Because(node)
	}
	return r.Because(g.collector.Ref())
}

func collectorArgs(c *logs.Collector) []string {
	ref := c.Ref()
	return []string{"collector", ref.String(), "collectorNamespace", ref.Namespace, "collectorKind", strings.ToLower(ref.Kind), "collectorName", ref.Name}
}

// notCollected makes the finding of an outcome that is not Yes. That a collector is missing cannot be said while a source
// that may show another one is not complete.
func (c *collection) notCollected(o logs.Outcome, by *logs.Collector, what string) control.Result {
	if o.Why == blind {
		return control.Unreadable(c.blind[slices.Index(c.reading, by)]...)
	}
	reason := reasonOf(o.Why)
	args := append(collectorArgs(by), "what", what, "detail", detailAt(o),
		"object", cmp.Or(o.At.Object, by.Ref()).String(), "field", o.At.Field,
		"hint", "kubectl -n "+by.Ref().Namespace+" get configmaps", "environment", c.env.Object.Name)
	if o.Answer == date.No {
		if len(c.missing) > 0 {
			return control.Unreadable(c.missing...)
		}
		return control.Fail(reason, args...).Because(cmp.Or(o.At.Object, by.Ref()))
	}
	return control.Unknown(reason, args...).Because(cmp.Or(o.At.Object, by.Ref()))
}

// detailAt says which part of which object decides.
func detailAt(o logs.Outcome) string {
	text, object := cmp.Or(o.At.Text, "no input reads them"), o.At.Object.String()
	if o.Why == logs.Unread || o.At.Object.IsZero() || strings.Contains(text, object) {
		return text
	}
	return text + " in " + object
}

// orAttested lets an attestation of arrival settle what cannot be seen; a breach that is seen stands.
func (c *collection) orAttested(ns string, r control.Result) control.Result {
	if r.Verdict != v1alpha1.VerdictUnknown {
		return r
	}
	att := c.arrival.of(c.facts, ns)
	if att == nil {
		return r.Until(c.arrival.changes)
	}
	return control.Pass("Attested", "attestation", att.Name, "detail", detailOf(r)).
		RestingOn(control.Attested).Until(c.arrival.changes)
}

func detailOf(r control.Result) string {
	for _, a := range r.Args {
		if a.Name == "detail" || a.Name == "message" {
			return a.Value
		}
	}
	return "no log collector is recognised"
}

// judgeArrival judges the evidence of arrival for the environment.
func judgeArrival(in control.EnvironmentInput, p *log01) []control.Result {
	if !p.RequireArrivalEvidence {
		return nil
	}
	arrival := newArrival(in.Environment, in.Now, period(p.ArrivalMaxAge))
	var without []string
	name := ""
	for _, ns := range in.Environment.Scope() {
		att := arrival.of(in.Facts, ns)
		if att == nil {
			without = append(without, ns)
			continue
		}
		name = att.Name
	}
	if len(without) > 0 || name == "" {
		return []control.Result{control.Unknown("NoArrivalEvidence", "namespaces", strings.Join(without, ", "), "environment", in.Environment.Object.Name).Until(arrival.changes)}
	}
	return []control.Result{control.Pass("ArrivalAttested", "attestation", name).RestingOn(control.Attested).Until(arrival.changes)}
}

// destinationsOf names where an outcome leads.
func destinationsOf(o logs.Outcome) string {
	var names []string
	for _, r := range o.Reached {
		for _, d := range r.Output.To {
			if n := d.Name(); !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
