package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// row is one measured figure.
type row struct {
	section        string
	what, measured string
	// budget is empty for what is only shown; missed marks a budget that does not hold.
	budget string
	missed bool
	note   string
}

// table collects rows, says each as it is measured, and prints them all at the end.
type table struct {
	out     io.Writer
	current string
	rows    []row
}

func newTable(out io.Writer) *table { return &table{out: out} }

func (t *table) section(name string) {
	t.current = name
	t.printf("\n%s\n", name)
}

func (t *table) printf(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format, args...) }

// show adds a figure without a budget.
func (t *table) show(what, measured, note string) {
	t.add(row{what: what, measured: measured, note: note})
}

// judge adds a figure with its budget.
func (t *table) judge(what, measured, budget string, met bool, note string) {
	t.add(row{what: what, measured: measured, budget: budget, missed: !met, note: note})
}

func (t *table) add(r row) {
	r.section = t.current
	t.rows = append(t.rows, r)
	t.printf("  %s: %s\n", r.what, r.measured)
}

func (t *table) print() {
	t.printf("\n")
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) }
	section := ""
	for _, r := range t.rows {
		if r.section != section {
			section = r.section
			line("", "", "", "", "")
			line(strings.ToUpper(section), "MEASURED", "BUDGET", "", "")
		}
		met := "met"
		switch {
		case r.budget == "":
			met = ""
		case r.missed:
			met = "MISSED"
		}
		line(r.what, r.measured, r.budget, met, r.note)
	}
	_ = w.Flush() // to standard output, where an error would not be seen either
	missed := 0
	for _, r := range t.rows {
		if r.missed {
			missed++
		}
	}
	t.printf("\n%d of %d budgets missed.\n", missed, len(slices.DeleteFunc(slices.Clone(t.rows), func(r row) bool { return r.budget == "" })))
}

// each divides a time by a count.
func each(d time.Duration, n int) time.Duration { return d / time.Duration(max(n, 1)) }

func micros(d time.Duration) string { return fmt.Sprintf("%.2f µs", float64(d.Nanoseconds())/1e3) }
func nanos(d time.Duration) string  { return fmt.Sprintf("%d ns", d.Nanoseconds()) }
func millis(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1e3) }
func seconds(d time.Duration) string {
	return fmt.Sprintf("%.2f s", d.Seconds())
}
func mebibytes(bytes int64) string { return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20)) }

// percentile of durations, which it sorts.
func percentile(list []time.Duration, p float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[min(int(p*float64(len(list))), len(list)-1)]
}

func cpuModel() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(data)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
