package event

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
)

// noteMax is how long the note of an event may be.
const noteMax = 1024

// Deadlines lists the events between the conditions of two statuses: one for each line of the condition Current that was not
// there before, which is one for each step of a deadline.
func Deadlines(before, after []metav1.Condition) []Event {
	now := meta.FindStatusCondition(after, v1alpha1.ConditionCurrent)
	if now == nil || now.Reason != v1alpha1.ReasonDueSoon && now.Reason != v1alpha1.ReasonOverdue {
		return nil
	}
	var told []string
	if was := meta.FindStatusCondition(before, v1alpha1.ConditionCurrent); was != nil {
		told = strings.Split(was.Message, "\n")
	}
	var out []Event
	for line := range strings.SplitSeq(now.Message, "\n") {
		if strings.HasPrefix(line, publish.More) || slices.Contains(told, line) {
			continue
		}
		e := Event{Type: corev1.EventTypeNormal, Reason: ReasonDeadlineNear, Message: note(line)}
		if strings.HasPrefix(line, "Overdue") {
			e.Type, e.Reason = corev1.EventTypeWarning, ReasonDeadlinePassed
		}
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(line)) // a hash takes everything
		e.Action = fmt.Sprintf("%s %x", e.Reason, hash.Sum64())
		out = append(out, e)
	}
	return out
}

// note cuts a text at the end of a character.
func note(s string) string {
	if len(s) <= noteMax {
		return s
	}
	n := noteMax - len("…")
	for s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
