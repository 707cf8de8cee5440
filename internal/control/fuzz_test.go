package control

import (
	"strings"
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// FuzzMatchesNamespace holds patterns against what they promise: a name means itself, a pattern means what its prefix begins,
// and nothing in the name of a namespace is ever read as a pattern.
func FuzzMatchesNamespace(f *testing.F) {
	for _, s := range [][2]string{{"aula", "aula"}, {"aula-*", "aula-test"}, {"aula*", "aula"}, {"*", "kube-system"}, {"aula", "aula-test"}, {"a*la", "aula"}, {"aula**", "aula*x"}, {"", ""}, {"AULA", "aula"}, {"aula", "aula*"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, pattern, namespace string) {
		got := MatchesNamespace(v1alpha1.NamespacePattern(pattern), namespace)
		want := pattern == namespace && !strings.HasSuffix(pattern, "*")
		if strings.HasSuffix(pattern, "*") {
			n := len(pattern) - 1
			want = len(namespace) >= n && namespace[:n] == pattern[:n]
		}
		if got != want {
			t.Fatalf("%q means %q: %v, want %v", pattern, namespace, got, want)
		}
		if got && !MatchesNamespace(v1alpha1.NamespacePattern(namespace+"*"), namespace) {
			t.Fatalf("%q* does not mean %q", namespace, namespace)
		}
		if got && strings.HasSuffix(pattern, "*") && !MatchesNamespace(v1alpha1.NamespacePattern(pattern), namespace+"-x") {
			t.Fatalf("%q means %q and not what is longer", pattern, namespace)
		}
	})
}
