package facts_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestARuleAllowsWhatTheAPIServerAllows(t *testing.T) {
	rule := func(verbs, groups, resources []string, names ...string) facts.Rule {
		return facts.Rule{Verbs: verbs, Groups: groups, Resources: resources, Names: names}
	}
	get, core, pods := []string{"get"}, []string{""}, []string{"pods"}
	all := []string{"*"}
	for sentence, tc := range map[string]struct {
		rule                        facts.Rule
		verb, group, resource, name string
		want                        bool
	}{
		"what is written":                                      {rule(get, core, pods), "get", "", "pods", "", true},
		"no other verb":                                        {rule(get, core, pods), "list", "", "pods", "", false},
		"no other group":                                       {rule(get, core, pods), "get", "apps", "pods", "", false},
		"no subresource of what is written":                    {rule(get, core, pods), "get", "", "pods/exec", "", false},
		"a subresource that is written":                        {rule(get, core, []string{"pods/exec"}), "get", "", "pods/exec", "", true},
		"not the resource of a subresource":                    {rule(get, core, []string{"pods/exec"}), "get", "", "pods", "", false},
		"a subresource of every resource":                      {rule(get, core, []string{"*/exec"}), "get", "", "pods/exec", "", true},
		"no other subresource of every resource":               {rule(get, core, []string{"*/exec"}), "get", "", "pods/log", "", false},
		"every resource and subresource":                       {rule(get, core, all), "get", "", "pods/exec", "", true},
		"every verb":                                           {rule(all, core, pods), "escalate", "", "pods", "", true},
		"every group":                                          {rule(get, all, pods), "get", "example.org", "pods", "", true},
		"one object by its name":                               {rule(get, core, pods, "web"), "get", "", "pods", "web", true},
		"no other object than those named":                     {rule(get, core, pods, "web"), "get", "", "pods", "db", false},
		"not all objects where some are named":                 {rule(get, core, pods, "web"), "get", "", "pods", "", false},
		"a prefix with an asterisk is no wildcard to the verb": {rule([]string{"g*"}, core, pods), "get", "", "pods", "", false},
	} {
		if got := tc.rule.Allows(tc.verb, tc.group, tc.resource, tc.name); got != tc.want {
			t.Errorf("%s: got %v, want %v", sentence, got, tc.want)
		}
	}
}

func TestARoleTakesOnWhatItsLabelsSelect(t *testing.T) {
	label := func(name string) *facts.Labels { return facts.NewLabels(map[string]string{name: "true"}) }
	selects := func(name string) []metav1.LabelSelector {
		return []metav1.LabelSelector{{MatchLabels: map[string]string{name: "true"}}}
	}
	role := func(name, verb string, labels *facts.Labels, aggregates []metav1.LabelSelector) *facts.Role {
		return &facts.Role{Ref: facts.Ref{Kind: "ClusterRole", Name: name}, Labels: labels, Aggregates: aggregates, Rules: []facts.Rule{{Verbs: []string{verb}}}}
	}
	view := role("view", "get", label("to-edit"), selects("to-view"))
	edit := role("edit", "update", label("to-view"), selects("to-edit")) // they take on each other
	wide := role("wide", "escalate", label("to-view"), nil)
	namespaced := role("other", "delete", label("to-view"), nil)
	namespaced.Ref = facts.Ref{Kind: "Role", Namespace: "aula", Name: "other"}
	all := []*facts.Role{view, edit, wide, namespaced}
	verbs := func(rules []facts.Rule) (out string) {
		for _, r := range rules {
			out += r.Verbs[0] + " "
		}
		return out
	}
	for sentence, tc := range map[string]struct {
		role *facts.Role
		want string
	}{
		"a role without aggregation has its own rules":          {wide, "escalate "},
		"a role takes on cluster roles by label, each of them":  {view, "get update escalate "},
		"roles that take on each other have both and no circle": {edit, "update get escalate "},
	} {
		if got := verbs(facts.RulesOf(tc.role, all)); got != tc.want {
			t.Errorf("%s: got %s, want %s", sentence, got, tc.want)
		}
	}
}

func TestParseDigest(t *testing.T) {
	const hex = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	if d, ok := facts.ParseDigest("sha256:" + hex); !ok || d.String() != "sha256:"+hex || d.IsZero() {
		t.Errorf("got %s, %v", d, ok)
	}
	for _, text := range []string{"", hex, "sha256:", "sha256:" + hex[1:], "sha512:" + hex, "sha256:" + hex + "00", "sha256:9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"} {
		if d, ok := facts.ParseDigest(text); ok || !d.IsZero() || d.String() != "" {
			t.Errorf("%q: got %s, %v, want none", text, d, ok)
		}
	}
}
