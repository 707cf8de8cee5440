// Package support knows until when versions of products are supported, and reads the version strings that clusters show.
//
// The facts are a small embedded table (data/support.csv, with the day of its review on top). What it does not hold is not
// known; nothing is concluded from that.
package support

import (
	_ "embed" // the table
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tilsyn-dev/tilsyn/internal/date"
)

//go:embed data/support.csv
var text string

var builtIn = sync.OnceValues(func() (*Table, error) { return parse(text) })

// Default returns the embedded table, parsed once. An error means a broken build; a test of this package guards against it.
func Default() (*Table, error) { return builtIn() }

// Table holds ends of support.
type Table struct {
	// rows by product, oldest version first.
	rows map[string][]Row
}

// Row is the end of support of one version of a product.
type Row struct {
	Product string
	// Version is a prefix that ends at a dot or at the end of a version; empty: all versions.
	Version string
	Ends    date.Partial
	Source  string
}

// End is when support of a version ends.
type End struct {
	// Ends is the last day of support, as precisely as it is known. Of a version older than all that are known it is that of the oldest
	// of them, before which it ended.
	Ends   date.Partial
	Source string
	// Declared is true where the Platform says so, and not the embedded table.
	Declared bool
}

func parse(text string) (*Table, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	records, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("support: %w", err)
	}
	if len(records) == 0 || strings.Join(records[0], ",") != "product,version,ends,source,verified" {
		return nil, fmt.Errorf("support: the header is not product,version,ends,source,verified")
	}
	t := &Table{rows: map[string][]Row{}}
	for _, f := range records[1:] {
		ends, err := date.Parse(f[2])
		if err != nil {
			return nil, fmt.Errorf("support: %s %s: %w", f[0], f[1], err)
		}
		if f[1] != "" && numbers(f[1]) == nil {
			return nil, fmt.Errorf("support: %s: version %q has no number", f[0], f[1])
		}
		t.rows[f[0]] = append(t.rows[f[0]], Row{Product: f[0], Version: f[1], Ends: ends, Source: f[3]})
	}
	for _, rows := range t.rows {
		slices.SortFunc(rows, func(a, b Row) int { return slices.Compare(numbers(a.Version), numbers(b.Version)) })
	}
	return t, nil
}

// Ends gives the end of support of a version: from the table, else from the Platform's own rows, whose longest prefix counts.
// It is false where neither knows. What the table knows the Platform does not change.
func (t *Table) Ends(product, version string, own []Row) (End, bool) {
	version = strings.TrimPrefix(version, "v")
	if e, ok := t.known(product, version); ok {
		return e, true
	}
	best := -1
	for i, r := range own {
		if r.Product == product && covers(r.Version, version) && (best < 0 || len(r.Version) > len(own[best].Version)) {
			best = i
		}
	}
	if best < 0 || own[best].Ends.IsZero() {
		return End{}, false
	}
	return End{Ends: own[best].Ends, Source: own[best].Source, Declared: true}, true
}

func (t *Table) known(product, version string) (End, bool) {
	rows := t.rows[product]
	for _, r := range rows {
		if r.Version == "" || covers(r.Version, version) {
			return End{Ends: r.Ends, Source: r.Source}, true
		}
	}
	if n := numbers(version); len(rows) > 0 && n != nil && slices.Compare(n, numbers(rows[0].Version)) < 0 {
		return End{Ends: rows[0].Ends, Source: rows[0].Source}, true
	}
	return End{}, false
}

// covers tells whether a prefix ends at the end of a number of the version: 1.3 covers 1.3 and 1.3.1, not 1.30.
func covers(prefix, version string) bool {
	rest, ok := strings.CutPrefix(version, strings.TrimPrefix(prefix, "v"))
	return ok && (rest == "" || rest[0] < '0' || rest[0] > '9')
}

// numbers reads the leading numbers of a version; nil where it begins with none.
func numbers(version string) []int {
	var out []int
	rest := strings.TrimPrefix(version, "v")
	for {
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		digits := rest
		if end >= 0 {
			digits = rest[:end]
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			return out
		}
		out = append(out, n)
		if end < 0 || rest[end] != '.' {
			return out
		}
		rest = rest[end+1:]
	}
}

// Minor gives the major and minor number of a version such as v1.36.1-eks-abc or 1.36; false where it does not begin with them.
func Minor(version string) (major, minor int, ok bool) {
	n := numbers(version)
	if len(n) < 2 {
		return 0, 0, false
	}
	return n[0], n[1], true
}
