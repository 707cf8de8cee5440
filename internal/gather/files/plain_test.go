package files

import (
	"testing"

	"k8s.io/apimachinery/pkg/api/validate/content"
)

func FuzzPlainLabelsAreRight(f *testing.F) {
	for _, seed := range []string{"", "a", "app.kubernetes.io/name", "a/b/c", "/a", "a/", "-a", "a-", "a..b/c", "a.-b/c", "a_b/c", "A.b/c", "é", "a b",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "v1.2_3-4"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if faults := content.IsLabelKey(s); plainKey(s) && len(faults) > 0 {
			t.Errorf("%q is no key: %q", s, faults)
		}
		if faults := content.IsLabelValue(s); plainValue(s) && len(faults) > 0 {
			t.Errorf("%q is no value: %q", s, faults)
		}
	})
}
