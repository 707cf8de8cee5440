// Package event tells of transitions: a state or a control of an environment, a solution or the platform that is not what
// it was. Nothing is ever told twice, because events are made of the difference of two statuses.
package event

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Event is one transition, for the recorder of events.
type Event struct {
	// Type is Normal or Warning, Reason a word in CamelCase. Action names the transition, because the recorder takes events
	// with the same type, reason and action for one that repeats, whatever their messages say.
	Type, Reason, Action, Message string
}

// Reasons of events.
const (
	ReasonStateChanged   = "StateChanged"
	ReasonControlFailed  = "ControlFailed"
	ReasonControlUnknown = "ControlUnknown"
	ReasonControlMet     = "ControlMet"
	ReasonDeadlineNear   = "DeadlineNear"
	ReasonDeadlinePassed = "DeadlinePassed"
)

// Subject is what a status says of the state and the controls of a subject.
type Subject struct {
	State    v1alpha1.ComplianceState
	Controls []v1alpha1.ControlStatus
}

// Transitions lists the events between two statuses of a subject, the state first, then controls in order. A subject seen
// for the first time tells its state only. Controls that are only observed tell nothing.
func Transitions(before, after Subject) []Event {
	var out []Event
	if after.State != "" && before.State != after.State {
		out = append(out, stateChanged(before.State, after.State))
	}
	if before.State == "" {
		return out
	}
	for _, now := range after.Controls {
		i := slices.IndexFunc(before.Controls, func(c v1alpha1.ControlStatus) bool { return c.Control == now.Control })
		if i < 0 || now.Mode != v1alpha1.ModeRequired {
			continue // new in the catalogue or profile; the state tells what it means
		}
		if was := before.Controls[i]; was.Verdict != now.Verdict {
			if e, tells := controlChanged(was, now); tells {
				out = append(out, e)
			}
		}
	}
	return out
}

func stateChanged(before, after v1alpha1.ComplianceState) Event {
	e := Event{
		Type: corev1.EventTypeNormal, Reason: ReasonStateChanged, Action: "State to " + string(after), Message: fmt.Sprintf("The state is %s.", after),
	}
	if before != "" {
		e.Action = fmt.Sprintf("State %s to %s", before, after)
		e.Message = fmt.Sprintf("The state was %s and is %s.", before, after)
	}
	if after == v1alpha1.StateNonCompliant || after == v1alpha1.StateUnknown {
		e.Type = corev1.EventTypeWarning
	}
	return e
}

func controlChanged(was, now v1alpha1.ControlStatus) (Event, bool) {
	action := fmt.Sprintf("%s %s to %s", now.Control, was.Verdict, now.Verdict)
	message := fmt.Sprintf("%s (%s) was %s and is %s: %s. status.findings of this object says what was found.",
		now.Control, now.Severity, was.Verdict, now.Verdict, now.Reason)
	switch now.Verdict {
	case v1alpha1.VerdictFail:
		return Event{corev1.EventTypeWarning, ReasonControlFailed, action, message}, true
	case v1alpha1.VerdictUnknown:
		return Event{corev1.EventTypeWarning, ReasonControlUnknown, action, message}, true
	case v1alpha1.VerdictPass, v1alpha1.VerdictExcepted:
		return Event{corev1.EventTypeNormal, ReasonControlMet, action, message}, true
	default: // NotApplicable: what was asked for is no longer there
		return Event{}, false
	}
}
