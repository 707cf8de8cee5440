package facts

import (
	"reflect"
	"time"
)

// SourceID names one API resource that facts are read from: resource and group, for example backups.velero.io, or pods.
type SourceID string

// SourceCondition tells how far a source can be relied on.
type SourceCondition string

// Conditions of a source. Absent is confirmed by discovery and makes a complete, empty source. NotObservable is a source
// that this way of gathering never has, such as nodes when only manifests are checked. An unknown source is Pending.
const (
	SourcePending       SourceCondition = "Pending"
	SourceSynced        SourceCondition = "Synced"
	SourceAbsent        SourceCondition = "Absent"
	SourceUnreadable    SourceCondition = "Unreadable"
	SourceNotObservable SourceCondition = "NotObservable"
)

// Reasons of sources that are neither Synced nor Absent.
const (
	ReasonNotSynced       = "NotSynced"
	ReasonForbidden       = "Forbidden"
	ReasonListFailed      = "ListFailed"
	ReasonDiscoveryFailed = "DiscoveryFailed"
	// ReasonVersion is for kinds that are served, but in no version that is understood.
	ReasonVersion      = "VersionNotSupported"
	ReasonDecodeFailed = "DecodeFailed"
	// ReasonTruncated is for a snapshot that holds fewer objects of the source than its header says.
	ReasonTruncated = "Truncated"
	// ReasonNotRead is for sources that a snapshot or way of gathering does not have.
	ReasonNotRead = "NotRead"
)

// SourceState is what is known about one source.
type SourceState struct {
	ID        SourceID
	Condition SourceCondition
	// Reason in one word where the source is not Synced or Absent.
	Reason string
	// Message names the missing right or the error, with the mend.
	Message string
	// Undecodable names objects of a synced source that could not be understood; whatever depends on the source being
	// complete must not pass.
	Undecodable []Ref
	// LastEvent is the time of the last event, bookmark or list.
	LastEvent time.Time
}

// Complete tells whether the facts of the source are all there are.
func (s SourceState) Complete() bool {
	return s.Condition == SourceAbsent || s.Condition == SourceSynced && len(s.Undecodable) == 0
}

// Why says in words why a source is not complete; it is never empty.
func (s SourceState) Why() string {
	switch {
	case s.Message != "":
		return s.Message
	case s.Condition == SourceSynced && len(s.Undecodable) > 0:
		return s.Undecodable[0].String() + " could not be understood"
	case s.Reason != "":
		return s.Reason
	default:
		return string(s.Condition)
	}
}

// WhyNot gives the same in one word, for conditions; it is never empty.
func (s SourceState) WhyNot() string {
	switch {
	case s.Reason != "":
		return s.Reason
	case len(s.Undecodable) > 0:
		return ReasonDecodeFailed
	default:
		return ReasonNotSynced
	}
}

// Source declares one API resource and the fact types it feeds.
type Source struct {
	ID    SourceID
	Feeds []reflect.Type
	// Runtime is true for sources that only a cluster or a snapshot has; false for what manifests in a repository hold.
	Runtime bool
}

// TypeOf gives the key of a fact type, for Source.Feeds and for needs.
func TypeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
