package api

import (
	"maps"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// ruleCase is one mistake that the API server refuses, and its accepted twin. Both are the spec of the kind in YAML, or
// the whole object if it begins with apiVersion.
type ruleCase struct {
	kind     string
	before   string // the stored object that refused and accepted change; empty: they are new
	refused  string
	accepted string
	field    string
	says     []string // all in one cause; the first is enough to know the rule by
}

func (c ruleCase) object(t testing.TB, text string) *unstructured.Unstructured {
	t.Helper()
	if strings.HasPrefix(strings.TrimSpace(text), "apiVersion") {
		return parse(t, text)
	}
	name := "rule"
	if c.kind == "Platform" {
		name = "cluster"
	}
	return parse(t, "apiVersion: tilsyn.dev/v1alpha1\nkind: "+c.kind+"\nmetadata: {name: "+name+"}\nspec: {"+text+"}\n")
}

func ruleCases() map[string]ruleCase {
	all := map[string]ruleCase{}
	for _, cases := range []map[string]ruleCase{
		solutionCases(), environmentCases(), platformCases(), profileCases(), exceptionCases(), attestationCases(), recordCases(),
		supplierCases(), agreementCases(), statementCases(), institutionCases(), incidentCases(), contractCases(), catalogueCases(),
	} {
		before := len(all)
		if maps.Copy(all, cases); len(all) != before+len(cases) {
			panic("two cases have the same sentence, so one of them would not be tried")
		}
	}
	return all
}

func TestMistakesAreRefusedWithTheMend(t *testing.T) {
	for sentence, c := range ruleCases() {
		t.Run(sentence, func(t *testing.T) {
			try := tryCreate
			if c.before != "" {
				create(t, c.object(t, c.before))
				try = func(t testing.TB, u *unstructured.Unstructured) error { t.Helper(); return tryUpdate(t, u) }
			}
			mustRefuse(t, try(t, c.object(t, c.refused)), c.field, c.says...)
			mustAccept(t, try(t, c.object(t, c.accepted)))
		})
	}
}

// TestEveryRuleHasACase is what keeps the tables from falling behind the schema.
func TestEveryRuleHasACase(t *testing.T) {
	cases, rules := ruleCases(), 0
	for _, n := range nodes(t) {
		if n.schema.Type == "string" {
			continue // TestFormatsHoldWhereverTheyApply asks for those
		}
		for _, rule := range n.schema.XValidations {
			rules++
			covered := false
			for _, c := range cases {
				covered = covered || c.kind == n.kind && strings.Contains(rule.Message, c.says[0])
			}
			if !covered {
				t.Errorf("%s %s: no case for the rule that says: %s", n.kind, n.path, rule.Message)
			}
		}
	}
	if rules < 30 {
		t.Errorf("only %d rules found", rules)
	}
}
