// Package alarms tells of an alert by its name whether it can raise an alarm and where the alarm goes: is there a rule, can its
// expression ever be true, does a Prometheus that runs evaluate it, and which receivers do the routes lead to.
package alarms

import (
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Types lists the facts that the package looks at; whoever calls it declares all of them for all namespaces.
func Types() []reflect.Type {
	return []reflect.Type{facts.TypeOf[facts.AlertRules](), facts.TypeOf[facts.MetricsServer](), facts.TypeOf[facts.AlertManager](),
		facts.TypeOf[facts.AlertRoute](), facts.TypeOf[facts.Namespace]()}
}

// Incomplete gives the sources of Types whose facts may not be all there are, each once.
func Incomplete(v facts.View) []facts.SourceState {
	var out []facts.SourceState
	for _, t := range Types() {
		for _, s := range v.SourcesOf(t) {
			if !s.Complete() && !slices.ContainsFunc(out, func(o facts.SourceState) bool { return o.ID == s.ID }) {
				out = append(out, s)
			}
		}
	}
	return out
}

// State of an alert.
type State string

// States, worst first. NotReported: nothing says whether the Prometheus that evaluates the rule runs.
const (
	Absent      State = "Absent"
	Broken      State = "Broken"
	Impossible  State = "Impossible"
	NotSelected State = "NotSelected"
	NotRunning  State = "NotRunning"
	NotReported State = "NotReported"
	Loaded      State = "Loaded"
)

var states = []State{Absent, Broken, Impossible, NotSelected, NotRunning, NotReported, Loaded}

// Alarm is the best that is known of an alert: of several rules of a name one that works is enough.
type Alarm struct {
	State  State
	Rules  *facts.AlertRules
	Alert  *facts.Alert
	Server *facts.MetricsServer
}

// Look finds an alert by its name.
func Look(v facts.View, name string) Alarm {
	best := Alarm{State: Absent}
	for _, rules := range facts.List[facts.AlertRules](v) {
		for i := range rules.Alerts {
			if a := &rules.Alerts[i]; a.Name == name {
				best = better(best, look(v, rules, a))
			}
		}
	}
	return best
}

func better(a, b Alarm) Alarm {
	if slices.Index(states, b.State) > slices.Index(states, a.State) {
		return b
	}
	return a
}

func look(v facts.View, rules *facts.AlertRules, a *facts.Alert) Alarm {
	out := Alarm{State: NotSelected, Rules: rules, Alert: a}
	switch {
	// One rule that cannot be parsed keeps its whole object from being loaded.
	case slices.ContainsFunc(rules.Alerts, func(a facts.Alert) bool { return a.Unread }):
		out.State = Broken
		return out
	case NeverFires(a.Expr):
		out.State = Impossible
		return out
	}
	for _, s := range facts.List[facts.MetricsServer](v) {
		if !selects(v, s.Rules, s.RuleNamespaces, s.Ref.Namespace, rules.Ref.Namespace, rules.Labels) {
			continue
		}
		found := Alarm{State: NotReported, Rules: rules, Alert: a, Server: s}
		switch {
		case s.Replicas == 0 || s.Available == facts.No:
			found.State = NotRunning
		case s.Available == facts.Yes:
			found.State = Loaded
		}
		out = better(out, found)
	}
	return out
}

// selects tells whether the selectors of an object in its own namespace pick one with labels in another: without a selector of
// objects none, without one of namespaces those of its own.
func selects(v facts.View, objects, namespaces *metav1.LabelSelector, own, namespace string, labels *facts.Labels) bool {
	if objects == nil || !matchesSelector(objects, labels) {
		return false
	}
	if namespaces == nil {
		return own == namespace
	}
	n := facts.Get[facts.Namespace](v, "", namespace)
	return n != nil && matchesSelector(namespaces, facts.NewLabels(n.Labels))
}

func matchesSelector(s *metav1.LabelSelector, labels *facts.Labels) bool {
	selector, err := metav1.LabelSelectorAsSelector(s)
	return err == nil && selector.Matches(labels)
}
