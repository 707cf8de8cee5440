package status

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/publish"
)

// messageMax is the most that a condition's message may hold in the API.
const messageMax = 32768

// Common is what the status of every kind starts from.
type Common struct {
	// Ref and Generation of the object, whose Problems the fleet knows.
	Ref        facts.Ref
	Generation int64
	Fleet      *evaluate.Fleet
	// Problems of the object; nil: those that the fleet knows.
	Problems []evaluate.Problem
	// Due says how the object stands with what is due; zero: nothing ever is.
	Due publish.Due
	// At is the time of the evaluation.
	At time.Time
}

// Of gives what the status of an object of tilsyn.dev starts from.
func Of(s *publish.Snapshot, ref facts.Ref, generation int64) Common {
	return Common{Ref: ref, Generation: generation, Fleet: s.Evaluation.Fleet, At: s.Evaluation.At, Problems: s.ProblemsOf(ref), Due: s.Due[ref]}
}

// conditions builds the conditions of one object on those it had, so that a transition keeps its time.
type conditions struct {
	Common
	list []metav1.Condition
}

func newConditions(c Common, before []metav1.Condition) *conditions {
	return &conditions{Common: c, list: slices.Clone(before)}
}

func (c *conditions) set(typ string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(&c.list, metav1.Condition{
		Type: typ, Status: status, Reason: reason, Message: limit(message, messageMax), ObservedGeneration: c.Generation,
		LastTransitionTime: stamp(c.At),
	})
}

// drop takes a condition away that no longer says anything.
func (c *conditions) drop(typ string) { meta.RemoveStatusCondition(&c.list, typ) }

// fromProblems sets a condition from the problems that the fleet found with the object, and tells whether it is True.
func (c *conditions) fromProblems(typ, goodReason, goodMessage string) bool {
	problems := c.Problems
	if problems == nil {
		problems = c.Fleet.ProblemsOf(c.Ref)
	}
	p, bad := evaluate.Condition(problems, typ)
	if !bad {
		c.set(typ, metav1.ConditionTrue, goodReason, goodMessage)
		return true
	}
	c.set(typ, p.Status, p.Reason, p.Message)
	return p.Status == metav1.ConditionTrue
}

// accepted sets Accepted and Ready.
func (c *conditions) accepted() {
	if c.fromProblems(v1alpha1.ConditionAccepted, v1alpha1.ReasonAccepted, "The spec is accepted.") {
		c.set(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonEvaluated,
			"Accepted and evaluated. This says nothing about compliance.")
	} else {
		c.notReady()
	}
}

// runs sets Deployed of an environment: that something of it runs here. That nothing does is known only where everything can
// be read.
func (c *conditions) runs(e *decide.Environment, incomplete []facts.SourceState) {
	set := func(status metav1.ConditionStatus, reason, message string) {
		c.set(v1alpha1.ConditionDeployed, status, reason, message)
	}
	switch spec := e.Resolved.Object.Spec; {
	case spec.HostedBy != "":
		set(metav1.ConditionFalse, v1alpha1.ReasonHostedElsewhere, spec.HostedBy+" runs the environment outside this cluster.")
	case e.Workloads > 0:
		set(metav1.ConditionTrue, v1alpha1.ReasonDeployed, "Workloads run in the environment.")
	case len(incomplete) > 0:
		set(metav1.ConditionUnknown, evidenceReason(incomplete), "No workload is seen, and not everything can be read; the condition EvidenceComplete says what is missing.")
	case len(e.Resolved.Namespaces) == 0:
		set(metav1.ConditionFalse, v1alpha1.ReasonNotDeployed, "No namespace matches spec.namespaces, so nothing runs in the environment.")
	default:
		set(metav1.ConditionFalse, v1alpha1.ReasonNotDeployed, "No workload runs in its namespaces.")
	}
}

// current sets the condition Current of objects that have deadlines.
func (c *conditions) current() {
	if c.Due.Reason != "" {
		c.set(v1alpha1.ConditionCurrent, c.Due.Status, c.Due.Reason, c.Due.Message)
		return
	}
	c.set(v1alpha1.ConditionCurrent, metav1.ConditionTrue, v1alpha1.ReasonNothingOverdue, "Nothing is overdue.")
}

// nextDeadline gives the deadline to show, nil where there is none.
func (c Common) nextDeadline() *v1alpha1.DeadlineStatus {
	if c.Due.Next == (v1alpha1.DeadlineStatus{}) {
		return nil
	}
	next := c.Due.Next
	return &next
}

func (c *conditions) notReady() {
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonNotAccepted, "The condition Accepted says what to correct.")
}

// evidence sets a condition that is True while every one of the sources is complete.
func (c *conditions) evidence(typ string, incomplete []facts.SourceState) {
	if len(incomplete) == 0 {
		c.set(typ, metav1.ConditionTrue, v1alpha1.ReasonAllReadable, "Every source of evidence is readable or confirmed absent.")
		return
	}
	var told []string
	for _, s := range incomplete {
		told = append(told, describe(s))
	}
	const most = 10
	if n := len(told); n > most {
		told = append(told[:most], fmt.Sprintf("%d more", n-most))
	}
	c.set(typ, metav1.ConditionFalse, evidenceReason(incomplete), strings.Join(told, "; ")+".")
}

func describe(s facts.SourceState) string {
	switch {
	case len(s.Undecodable) > 0 && s.Condition == facts.SourceSynced:
		return fmt.Sprintf("%s: %d objects cannot be understood, the first is %s", s.ID, len(s.Undecodable), s.Undecodable[0])
	case s.Message != "":
		return string(s.ID) + ": " + s.Message
	default:
		return string(s.ID) + ": not read yet"
	}
}

// evidenceReason is the reason of the worst source: a missing right first, because somebody can grant it.
func evidenceReason(incomplete []facts.SourceState) string {
	reasons := map[string]string{
		facts.ReasonForbidden: v1alpha1.ReasonPermissionMissing, facts.ReasonDiscoveryFailed: v1alpha1.ReasonDiscoveryFailed,
		facts.ReasonVersion: v1alpha1.ReasonDecodeFailed, facts.ReasonDecodeFailed: v1alpha1.ReasonDecodeFailed,
		facts.ReasonListFailed: v1alpha1.ReasonSyncTimedOut, facts.ReasonNotSynced: v1alpha1.ReasonSyncTimedOut,
	}
	order := []string{
		v1alpha1.ReasonPermissionMissing, v1alpha1.ReasonDiscoveryFailed, v1alpha1.ReasonDecodeFailed, v1alpha1.ReasonSyncTimedOut,
		v1alpha1.ReasonSourcesPending,
	}
	worst := len(order) - 1
	for _, s := range incomplete {
		reason := reasons[s.Reason]
		if s.Condition == facts.SourceSynced { // some of its objects are the trouble
			reason = v1alpha1.ReasonDecodeFailed
		}
		if s.Condition == facts.SourcePending {
			reason = v1alpha1.ReasonSourcesPending
		}
		if i := slices.Index(order, reason); i >= 0 {
			worst = min(worst, i)
		}
	}
	return order[worst]
}

// stamp gives a time as the API keeps it, in whole seconds.
func stamp(t time.Time) metav1.Time { return metav1.NewTime(t.Truncate(time.Second).UTC()) }

func stampOrNil(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	s := stamp(t)
	return &s
}

// limit cuts a text to a number of bytes, at the end of a character.
func limit(s string, n int) string {
	if len(s) <= n {
		return s
	}
	const more = "…"
	cut := n - len(more)
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + more
}
