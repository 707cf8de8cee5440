package evaluate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// problems collects what is wrong with resources.
type problems struct{ list []Problem }

func (p *problems) add(object facts.Ref, typ, reason, format string, args ...any) {
	p.list = append(p.list, Problem{Object: object, Type: typ, Status: metav1.ConditionFalse, Reason: reason, Message: fmt.Sprintf(format, args...)})
}

func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(a.Object.Compare(b.Object), cmp.Compare(a.Type, b.Type))
	})
	return slices.Clip(p.list)
}

// ref names a resource of tilsyn.dev.
func ref(kind, name string) facts.Ref {
	return facts.Ref{Group: v1alpha1.GroupVersion.Group, Kind: kind, Name: name}
}

// some joins the first names of a list for a message.
func some(names []string) string {
	const shown = 10
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

// didYouMean ends a sentence that says that a word is not known, with the nearest of the known words where one is near.
func didYouMean(word string, known []string) string {
	best, distance := "", 3
	for _, k := range known {
		if d := near.Distance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best == "" {
		return "."
	}
	return fmt.Sprintf("; did you mean %s?", best)
}

func controlIDs(controls []*control.Control) []string {
	var out []string
	for _, c := range controls {
		out = append(out, string(c.ID))
	}
	return out
}

// day writes the day that begins at an instant, in Europe/Copenhagen.
func day(t time.Time) string { return t.In(date.Copenhagen()).Format(time.DateOnly) }

// DidYouMean ends a sentence that says that a word is not known, with the nearest of the known words where one is near.
func DidYouMean(word string, known []string) string { return didYouMean(word, known) }
