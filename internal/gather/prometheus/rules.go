package prometheus

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

type rules struct {
	Spec struct {
		Groups []struct {
			Rules []rule `json:"rules,omitempty"`
		} `json:"groups,omitempty"`
	} `json:"spec"`
}

type rule struct {
	Alert  string             `json:"alert,omitempty"`
	Expr   intstr.IntOrString `json:"expr,omitzero"`
	For    string             `json:"for,omitempty"`
	Labels map[string]string  `json:"labels,omitempty"`
}

func extractRules(obj runtime.Object) ([]any, error) {
	var r rules
	u, err := adapter.Decode(obj, &r)
	if err != nil {
		return nil, err
	}
	out := &facts.AlertRules{Ref: adapter.RefOf(u), Labels: facts.NewLabels(u.GetLabels())}
	language := parser.NewParser(parser.Options{})
	for _, g := range r.Spec.Groups {
		for _, a := range g.Rules {
			if a.Alert != "" {
				out.Alerts = append(out.Alerts, alertOf(language, &a))
			}
		}
	}
	return []any{out}, nil
}

func alertOf(language parser.Parser, a *rule) facts.Alert {
	out := facts.Alert{Name: a.Alert, Expr: a.Expr.String(), Labels: facts.NewLabels(a.Labels)}
	if a.For != "" {
		d, err := model.ParseDuration(a.For)
		out.For, out.Unread = time.Duration(d), err != nil
	}
	if _, err := language.ParseExpr(out.Expr); err != nil {
		out.Unread = true
	}
	return out
}

type config struct {
	Spec struct {
		Route     *route     `json:"route,omitempty"`
		Receivers []receiver `json:"receivers,omitempty"`
		Inhibits  []struct {
			Target []matcher `json:"targetMatch,omitempty"`
			Equal  []string  `json:"equal,omitempty"`
		} `json:"inhibitRules,omitempty"`
	} `json:"spec"`
}

type route struct {
	Receiver string    `json:"receiver,omitempty"`
	Matchers []matcher `json:"matchers,omitempty"`
	Continue bool      `json:"continue,omitempty"`
	Mutes    []string  `json:"muteTimeIntervals,omitempty"`
	Actives  []string  `json:"activeTimeIntervals,omitempty"`
	Routes   []route   `json:"routes,omitempty"`
}

type matcher struct {
	Name      string `json:"name,omitempty"`
	Value     string `json:"value,omitempty"`
	MatchType string `json:"matchType,omitempty"`
	Regex     bool   `json:"regex,omitempty"`
}

// receiver keeps of each integration of a receiver only that it is there: addresses and keys are none of ours.
type receiver struct {
	Name  string
	Types []string
}

const integrations = "Configs"

// UnmarshalJSON reads the names of the integrations.
func (r *receiver) UnmarshalJSON(raw []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	*r = receiver{}
	for key, value := range all {
		kind, ok := strings.CutSuffix(key, integrations)
		if key == "name" {
			if err := json.Unmarshal(value, &r.Name); err != nil {
				return fmt.Errorf("name of a receiver: %w", err)
			}
		}
		var list []json.RawMessage
		if ok && json.Unmarshal(value, &list) == nil && len(list) > 0 {
			r.Types = append(r.Types, kind)
		}
	}
	slices.Sort(r.Types)
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (r receiver) MarshalJSON() ([]byte, error) {
	all := map[string]any{"name": r.Name}
	for _, kind := range r.Types {
		all[kind+integrations] = []map[string]any{{"kept": false}}
	}
	return json.Marshal(all)
}

func extractRoute(obj runtime.Object) ([]any, error) {
	var c config
	u, err := adapter.Decode(obj, &c)
	if err != nil {
		return nil, err
	}
	out := &facts.AlertRoute{Ref: adapter.RefOf(u), Labels: facts.NewLabels(u.GetLabels())}
	if c.Spec.Route != nil {
		out.Root = node(c.Spec.Route)
	}
	for _, r := range c.Spec.Receivers {
		out.Receivers = append(out.Receivers, facts.AlertReceiver{Name: r.Name, Types: r.Types})
	}
	for _, i := range c.Spec.Inhibits {
		out.Inhibits = append(out.Inhibits, facts.Inhibition{Target: matches(i.Target), Equal: i.Equal})
	}
	return []any{out}, nil
}

func node(r *route) facts.RouteNode {
	out := facts.RouteNode{Receiver: r.Receiver, Match: matches(r.Matchers), Continue: r.Continue, Muted: len(r.Mutes)+len(r.Actives) > 0}
	for i := range r.Routes {
		out.Routes = append(out.Routes, node(&r.Routes[i]))
	}
	return out
}

func matches(all []matcher) (out []facts.AlertMatch) {
	for _, m := range all {
		operator := m.MatchType
		switch {
		case operator == "" && m.Regex:
			operator = "=~"
		case operator == "":
			operator = "="
		}
		out = append(out, facts.AlertMatch{Label: m.Name, Operator: operator, Value: m.Value})
	}
	return out
}
