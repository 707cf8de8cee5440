package dpd

import (
	"cmp"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// level is one of the three levels of a classification.
type level struct {
	field, name, value string
	order              []string
	// unset is what is in force where the classification leaves the level out; empty: less than any.
	unset string
}

func levels(c *v1alpha1.Classification) []level {
	var grades, confidentialities []string
	for _, g := range control.Grades() {
		grades = append(grades, string(g))
	}
	for _, c := range control.Confidentialities() {
		confidentialities = append(confidentialities, string(c))
	}
	const medium = string(v1alpha1.LevelMedium)
	return []level{
		{confidentialityField, "Confidentiality", string(c.Confidentiality), confidentialities, ""},
		{"spec.classification.integrity", "Integrity", string(c.Integrity), grades, medium},
		{"spec.classification.availability", "Availability", string(c.Availability), grades, medium},
	}
}

const confidentialityField = "spec.classification.confidentiality"

func (l level) inForce(value string) string { return cmp.Or(value, l.unset) }

func (l level) rank(value string) int { return slices.Index(l.order, l.inForce(value)) }

// lowered looks back: a level that went down, or was taken away, needs an approval dated that day or later, as long as it is
// lower than it was.
func lowered(in control.SolutionInput, now *v1alpha1.Classification) []control.Result {
	changes := changesOf(in)
	var out []control.Result
	for _, l := range levels(now) {
		i := slices.IndexFunc(changes, func(c v1alpha1.SpecChange) bool {
			return c.Field == l.field && !firstStated(changes, c) && l.rank(c.To) < l.rank(c.From) && l.rank(l.value) < l.rank(c.From) &&
				!approvedSince(now.Approval, c.At.Time, in.Now)
		})
		if i < 0 {
			continue
		}
		c := changes[i]
		out = append(out, control.Fail("LoweredWithoutApproval", "what", l.name, "from", l.inForce(c.From), "to", cmp.Or(l.inForce(c.To), "nothing"),
			"date", c.At.In(date.Copenhagen()).Format(time.DateOnly)).At("spec.classification.approval"))
	}
	return out
}

func changesOf(in control.SolutionInput) []v1alpha1.SpecChange {
	var out []v1alpha1.SpecChange
	for _, h := range facts.List[facts.SpecHistory](in.Facts) {
		if h.Kind == "HostedSolution" && h.Name == in.Solution.Object.Name {
			out = append(out, h.Changes...)
		}
	}
	slices.SortStableFunc(out, func(a, b v1alpha1.SpecChange) int { return a.At.Compare(b.At.Time) })
	return out
}

// firstStated tells whether a change belongs to the first classification of a solution that had none: that states levels and
// lowers none.
func firstStated(changes []v1alpha1.SpecChange, c v1alpha1.SpecChange) bool {
	i := slices.IndexFunc(changes, func(o v1alpha1.SpecChange) bool { return o.Field == confidentialityField })
	return i >= 0 && changes[i].From == "" && changes[i].At.Equal(&c.At)
}

// approvedSince tells whether an approval was given on the day of a change or later, and not in the future. An older one was
// about what stood before.
func approvedSince(a *v1alpha1.Approval, changed, now time.Time) bool {
	from, ok := approvedFrom(a)
	day := changed.In(date.Copenhagen()).Format(time.DateOnly)
	return ok && !now.Before(from) && from.In(date.Copenhagen()).Format(time.DateOnly) >= day
}

// approvedFrom is when an approval by a person begins to count: 00:00 of its day.
func approvedFrom(a *v1alpha1.Approval) (time.Time, bool) {
	if a == nil || a.By == "" || a.Reference == "" || v1alpha1.IsServiceIdentity(a.By) {
		return time.Time{}, false
	}
	from, err := date.EndOfValidity(string(a.At))
	return from, err == nil
}
