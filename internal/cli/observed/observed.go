// Package observed says in one line which findings count for nothing, so that those that count are not lost among them.
package observed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// Line gives "3 more are observed and do not count: GOV-01, GOV-02" of the controls of observed findings, one for each
// finding; shown is how many findings are shown beside it. Empty where nothing is observed.
func Line(findings []v1alpha1.ControlID, shown int) string {
	var what string
	switch n := len(findings); {
	case n == 0:
		return ""
	case n == 1 && shown > 0:
		what = "1 more is observed and does not count"
	case n == 1:
		what = "1 finding is observed and does not count"
	case shown > 0:
		what = fmt.Sprintf("%d more are observed and do not count", n)
	default:
		what = fmt.Sprintf("%d findings are observed and do not count", n)
	}
	return what + ": " + strings.Join(distinct(findings), ", ")
}

// distinct gives each control once, sorted, as text.
func distinct(findings []v1alpha1.ControlID) []string {
	out := make([]string, 0, len(findings))
	for _, id := range findings {
		out = append(out, string(id))
	}
	slices.Sort(out)
	return slices.Compact(out)
}
