package decide

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Memory tells since when results are what they are. It is a value: Decide reads one and gives the next.
type Memory struct{ subjects map[facts.Ref]*remembered }

// remembered is the memory of one subject, and its last decision with what that rests on.
type remembered struct {
	entries entries
	basis   basis
	at      time.Time
	last    *Subject
}

// entries hold what was judged, by key.
type entries map[string]entry

// entry is what was judged and since when.
type entry struct {
	verdict v1alpha1.Verdict
	reason  string
	since   time.Time
}

// Key names a result in a SupervisionRecord: the control, then the subject as group/kind/namespace/name, joined by |. With no
// subject it names the control's folded result.
func Key(c v1alpha1.ControlID, subject facts.Ref) string {
	if subject.IsZero() {
		return string(c) + "|"
	}
	return string(c) + "|" + strings.Join([]string{subject.Group, subject.Kind, subject.Namespace, subject.Name}, "/")
}

// Records gives the memory of a subject as a SupervisionRecord keeps it, ordered by key.
func (m Memory) Records(subject facts.Ref) []v1alpha1.RecordedResult {
	held := m.subjects[subject]
	if held == nil {
		return nil
	}
	out := make([]v1alpha1.RecordedResult, 0, len(held.entries))
	for key, e := range held.entries {
		out = append(out, v1alpha1.RecordedResult{Key: key, Verdict: e.verdict, Reason: e.reason, Since: metav1.Time{Time: e.since}})
	}
	slices.SortFunc(out, func(a, b v1alpha1.RecordedResult) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// MemoryFrom reads back what Records gave, by subject.
func MemoryFrom(records map[facts.Ref][]v1alpha1.RecordedResult) Memory {
	m := Memory{subjects: map[facts.Ref]*remembered{}}
	for subject, list := range records {
		held := &remembered{entries: make(entries, len(list))}
		for _, r := range list {
			held.entries[r.Key] = entry{verdict: r.Verdict, reason: r.Reason, since: r.Since.Time}
		}
		m.subjects[subject] = held
	}
	return m
}

// since gives the instant from which a verdict has held, now where it is new. An instant in the future comes of a clock that
// was wrong, and counts as now.
func (held entries) since(key string, verdict v1alpha1.Verdict, now time.Time) time.Time {
	if e, ok := held[key]; ok && e.verdict == verdict && !e.since.After(now) {
		return e.since
	}
	return now
}

// calm tells whether the control was last decided as met, so that what may pass by itself changes nothing yet.
func (held entries) calm(key string) bool {
	e, ok := held[key]
	return ok && (e.verdict == v1alpha1.VerdictPass || e.verdict == v1alpha1.VerdictExcepted)
}
