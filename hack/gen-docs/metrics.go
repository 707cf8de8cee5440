package main

import (
	"fmt"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/publish/metrics"
)

func metricsPage() string {
	var b strings.Builder
	b.WriteString(notice + "# Metrics\n\nThe operator serves these on `/metrics`. Labels are names and fixed words, never free text or persons, and what no longer\n" +
		"exists has no series. A histogram has the usual series `_bucket`, `_sum` and `_count`.\n\n" +
		"| metric | type | labels | |\n| --- | --- | --- | --- |\n")
	for _, f := range metrics.Families() {
		labels := make([]string, len(f.Labels))
		for i, l := range f.Labels {
			labels[i] = "`" + l + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Type, strings.Join(labels, " "), cell(f.Help))
	}
	return b.String()
}
