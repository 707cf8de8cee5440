package alarms

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Way is where an alarm goes.
type Way struct {
	// Receiver by its own name, and by the one that the Prometheus operator gives it: namespace/name/receiver.
	Receiver, Full string
	// Types of its integrations; none: it is a dead end.
	Types []string
	// Muted is true where time intervals silence the route again and again.
	Muted bool
	// Certain is false where labels of the alert that are not known decide.
	Certain bool
	// By is the AlertmanagerConfig.
	By facts.Ref
}

// Ways is where the alarms of an alert go.
type Ways struct {
	All []Way
	// Closed is true where there is no other way than these: no route stands in a Secret.
	Closed bool
	// Managers that the alert is sent to, and whether one of them runs.
	Managers []facts.Ref
	Running  bool
	// Inhibited is Yes where other alerts silence this one; By names the rule's AlertmanagerConfig.
	Inhibited   date.Tri
	InhibitedBy facts.Ref
}

// WaysOf follows the alarms of an alert that is Loaded.
func WaysOf(v facts.View, a Alarm) Ways {
	w := walker{view: v, labels: known(a), certain: !a.Server.Relabels}
	out := Ways{Closed: !a.Server.OtherAlertManagers && !a.Server.Relabels, Inhibited: date.No}
	for _, service := range a.Server.AlertManagers {
		namespace, _, _ := strings.Cut(service, "/")
		managers := facts.ListIn[facts.AlertManager](v, namespace)
		if len(managers) == 0 {
			out.Closed = false // it stands elsewhere, or nobody's operator set it up
		}
		for _, m := range managers {
			if slices.Contains(out.Managers, m.Ref) {
				continue
			}
			out.Managers = append(out.Managers, m.Ref)
			if m.Replicas > 0 && m.Available != facts.No {
				out.Running = true
				w.manager(m, &out)
			}
		}
	}
	return out
}

// known gives the labels of an alert that its rule decides. Values with templates are not known before it fires.
func known(a Alarm) map[string]string {
	out := map[string]string{"alertname": a.Alert.Name}
	for name, value := range a.Alert.Labels.All() {
		if !strings.Contains(value, "{{") {
			out[name] = value
		}
	}
	if l := a.Server.NamespaceLabel; l != "" {
		out[l] = a.Rules.Ref.Namespace
	}
	return out
}

type walker struct {
	view    facts.View
	labels  map[string]string
	certain bool
}

// owned is a node of the tree of routes with the resource that it comes from.
type owned struct {
	facts.RouteNode
	by    *facts.AlertRoute
	extra []facts.AlertMatch
}

// manager follows the alarm through one Alertmanager: routes of selected resources come first and let the alarm go on to
// those of the base configuration.
func (w *walker) manager(m *facts.AlertManager, out *Ways) {
	var routes []owned
	var base *facts.AlertRoute
	for _, r := range facts.List[facts.AlertRoute](w.view) {
		if m.Base != "" && r.Ref.Namespace == m.Ref.Namespace && r.Ref.Name == m.Base {
			base = r
			continue
		}
		if !selects(w.view, m.Routes, m.RouteNamespaces, m.Ref.Namespace, r.Ref.Namespace, r.Labels) {
			continue
		}
		var extra []facts.AlertMatch
		if m.NamespaceMatch && (!m.OwnRoutesFree || r.Ref.Namespace != m.Ref.Namespace) {
			extra = []facts.AlertMatch{{Label: "namespace", Operator: "=", Value: r.Ref.Namespace}}
		}
		w.inhibitions(r, extra, out)
		root := r.Root
		root.Continue = true
		routes = append(routes, owned{root, r, extra})
	}
	if base == nil {
		out.Closed = false
		_, ways := w.children(routes, "")
		out.All = append(out.All, ways...)
		return
	}
	w.inhibitions(base, nil, out)
	for _, n := range base.Root.Routes {
		routes = append(routes, owned{RouteNode: n, by: base})
	}
	matched, ways := w.children(routes, base.Root.Receiver)
	out.All = append(out.All, ways...)
	if matched != date.Yes {
		root := owned{RouteNode: base.Root, by: base}
		out.All = append(out.All, w.way(&root, base.Root.Receiver, matched == date.No))
	}
}

// children walks the nodes below one: the first that matches takes the alarm, unless it lets it go on.
func (w *walker) children(nodes []owned, receiver string) (matched date.Tri, ways []Way) {
	matched = date.No
	certain := w.certain
	for i := range nodes {
		m, below := w.node(&nodes[i], receiver)
		if m == date.No {
			continue
		}
		for _, way := range below {
			way.Certain = way.Certain && certain
			ways = append(ways, way)
		}
		if matched != date.Yes {
			matched = m
		}
		if nodes[i].Continue {
			continue
		}
		if m == date.Yes {
			break
		}
		certain = false
	}
	return matched, ways
}

func (w *walker) node(n *owned, receiver string) (date.Tri, []Way) {
	m := w.match(slices.Concat(n.extra, n.Match))
	if m == date.No {
		return date.No, nil
	}
	if n.Receiver != "" {
		receiver = n.Receiver
	}
	var below []owned
	for _, c := range n.Routes {
		below = append(below, owned{RouteNode: c, by: n.by})
	}
	matched, ways := w.children(below, receiver)
	if matched != date.Yes {
		ways = append(ways, w.way(n, receiver, matched == date.No))
	}
	for i := range ways {
		ways[i].Certain = ways[i].Certain && m == date.Yes
	}
	return m, ways
}

func (w *walker) way(n *owned, receiver string, certain bool) Way {
	out := Way{Receiver: receiver, Full: n.by.Ref.Namespace + "/" + n.by.Ref.Name + "/" + receiver, Muted: n.Muted, Certain: certain && w.certain, By: n.by.Ref}
	if i := slices.IndexFunc(n.by.Receivers, func(r facts.AlertReceiver) bool { return r.Name == receiver }); i >= 0 {
		out.Types = n.by.Receivers[i].Types
	}
	return out
}

// inhibitions: an alert that only another one of its own name silences still shows as that one.
func (w *walker) inhibitions(r *facts.AlertRoute, extra []facts.AlertMatch, out *Ways) {
	for _, i := range r.Inhibits {
		if slices.Contains(i.Equal, "alertname") {
			continue
		}
		m := w.match(slices.Concat(extra, i.Target))
		if m == date.Yes || m == date.Maybe && out.Inhibited == date.No {
			out.Inhibited, out.InhibitedBy = m, r.Ref
		}
	}
}

func (w *walker) match(all []facts.AlertMatch) date.Tri {
	answer := date.Yes
	for _, m := range all {
		value, ok := w.labels[m.Label]
		switch {
		case !ok:
			answer = date.Maybe
		case !holds(m, value):
			return date.No
		}
	}
	return answer
}

func holds(m facts.AlertMatch, value string) bool {
	switch m.Operator {
	case "!=":
		return value != m.Value
	case "=~", "!~":
		re, err := regexp.Compile("^(?:" + m.Value + ")$")
		return err == nil && re.MatchString(value) == (m.Operator == "=~")
	}
	return value == m.Value
}
