package observed

import (
	"testing"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

func TestTheLineNamesEachControlOnceAndCountsEveryFinding(t *testing.T) {
	for name, c := range map[string]struct {
		findings []v1alpha1.ControlID
		shown    int
		want     string
	}{
		"nothing is observed":                {nil, 3, ""},
		"one finding alone":                  {[]v1alpha1.ControlID{"GOV-01"}, 0, "1 finding is observed and does not count: GOV-01"},
		"one finding beside others":          {[]v1alpha1.ControlID{"GOV-01"}, 2, "1 more is observed and does not count: GOV-01"},
		"several, one control with two":      {[]v1alpha1.ControlID{"SUP-01", "GOV-01", "SUP-01"}, 0, "3 findings are observed and do not count: GOV-01, SUP-01"},
		"several beside others, in disorder": {[]v1alpha1.ControlID{"SUP-01", "BCK-04"}, 1, "2 more are observed and do not count: BCK-04, SUP-01"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Line(c.findings, c.shown); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
