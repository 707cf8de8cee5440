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

// keep does nothing where nothing is to be remembered.
func (m Memory) keep(subject facts.Ref, r *remembered) {
	if m.subjects != nil {
		m.subjects[subject] = r
	}
}

// remembered is the memory of one subject, and its last decision with what that rests on.
type remembered struct {
	entries entries
	basis   basis
	at      time.Time
	last    *Subject
}

// entries hold what was judged, by control and subject. What is held of one control never changes once all of it was judged.
type entries map[v1alpha1.ControlID]map[facts.Ref]entry

// keep remembers the first that is said under a key, and nothing where nothing is to be remembered.
func (held entries) keep(k key, e entry) {
	if held == nil {
		return
	}
	of := held[k.control]
	if of == nil {
		of = map[facts.Ref]entry{}
		held[k.control] = of
	}
	if _, known := of[k.subject]; !known {
		of[k.subject] = e
	}
}

// takeOver remembers of a control what was remembered before.
func (held entries) takeOver(old entries, id v1alpha1.ControlID) {
	if of := old[id]; held != nil && of != nil {
		held[id] = of
	}
}

// entry is what was judged and since when.
type entry struct {
	verdict v1alpha1.Verdict
	reason  string
	since   time.Time
}

// key names a result: a control and a subject, or no subject for the control's folded result.
type key struct {
	control v1alpha1.ControlID
	subject facts.Ref
}

// String names the result in a SupervisionRecord: the control, then the subject as group/kind/namespace/name, joined by |.
func (k key) String() string {
	if k.subject.IsZero() {
		return string(k.control) + "|"
	}
	return string(k.control) + "|" + strings.Join([]string{k.subject.Group, k.subject.Kind, k.subject.Namespace, k.subject.Name}, "/")
}

// keyFrom reads back what String gave. No group, kind or namespace has a slash, and no control a bar.
func keyFrom(s string) (key, bool) {
	control, subject, ok := strings.Cut(s, "|")
	k := key{control: v1alpha1.ControlID(control)}
	if subject == "" {
		return k, ok
	}
	parts := strings.SplitN(subject, "/", 4)
	if len(parts) < 4 {
		return k, false
	}
	k.subject = facts.Ref{Group: parts[0], Kind: parts[1], Namespace: parts[2], Name: parts[3]}
	return k, ok
}

// Records gives the memory of a subject as a SupervisionRecord keeps it, ordered by key. Subjects whose names hold a number of
// a person are left out: a record outlives what it is about.
func (m Memory) Records(subject facts.Ref) []v1alpha1.RecordedResult {
	held := m.subjects[subject]
	if held == nil {
		return nil
	}
	var out []v1alpha1.RecordedResult
	for id, of := range held.entries {
		for subject, e := range of {
			if subject != subject.Shown() {
				continue
			}
			out = append(out, v1alpha1.RecordedResult{Key: key{id, subject}.String(), Verdict: e.verdict, Reason: e.reason, Since: metav1.Time{Time: e.since}})
		}
	}
	slices.SortFunc(out, func(a, b v1alpha1.RecordedResult) int { return strings.Compare(a.Key, b.Key) })
	return out
}

// MemoryFrom reads back what Records gave, by subject.
func MemoryFrom(records map[facts.Ref][]v1alpha1.RecordedResult) Memory {
	m := Memory{subjects: map[facts.Ref]*remembered{}}
	for subject, list := range records {
		held := &remembered{entries: entries{}}
		for _, r := range slices.Backward(list) { // the last of a key counts
			if k, ok := keyFrom(r.Key); ok {
				held.entries.keep(k, entry{verdict: r.Verdict, reason: r.Reason, since: r.Since.Time})
			}
		}
		m.subjects[subject] = held
	}
	return m
}

// since gives the instant from which a verdict has held, now where it is new. An instant in the future comes of a clock that
// was wrong, and counts as now.
func (held entries) since(k key, verdict v1alpha1.Verdict, now time.Time) time.Time {
	if e, ok := held[k.control][k.subject]; ok && e.verdict == verdict && !e.since.After(now) {
		return e.since
	}
	return now
}

// calm tells whether the control was last decided as met, so that what may pass by itself changes nothing yet.
func (held entries) calm(k key) bool {
	e, ok := held[k.control][k.subject]
	return ok && (e.verdict == v1alpha1.VerdictPass || e.verdict == v1alpha1.VerdictExcepted)
}
