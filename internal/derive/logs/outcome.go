package logs

import (
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Why says why a record does not, or may not, reach a destination.
type Why string

// The causes. The first group goes with No, the second with Maybe.
const (
	NoInput      Why = "NoInput"      // nothing reads the container's log
	PathExcluded Why = "PathExcluded" // an input leaves the container's log file out
	Dropped      Why = "Dropped"      // a filter drops the records
	OptedOut     Why = "OptedOut"     // an annotation or label takes the container out
	NoOutput     Why = "NoOutput"     // no output, or no flow, takes the records
	DeadEnd      Why = "DeadEnd"      // the outputs that take them keep nothing

	Unread      Why = "Unread"      // the configuration, or a part of it, is not read
	MayDrop     Why = "MayDrop"     // something may drop records, depending on what they hold or on load
	Undecidable Why = "Undecidable" // a pattern or variable decides whose value is not known
	HandedOver  Why = "HandedOver"  // the next hop is a process whose configuration is not read
)

// weight orders causes: of several the one that comes closest to the destination explains most.
func (w Why) weight() int {
	for i, v := range []Why{NoInput, PathExcluded, OptedOut, NoOutput, Dropped, DeadEnd, Undecidable, Unread, MayDrop, HandedOver} {
		if v == w {
			return i
		}
	}
	return -1
}

// Place names a part of a configuration: the object that holds it and where in it.
type Place struct {
	Object facts.Ref
	Field  string
	// Text says what it is, for people, for example [FILTER] grep.
	Text string
}

// Outcome is what becomes of a record.
type Outcome struct {
	// Answer: does the record reach a destination that keeps it?
	Answer date.Tri
	// Why not, or why only maybe; empty with Yes.
	Why Why
	// At is the part of the configuration that decides.
	At Place
	// Reached lists the outputs that get the record, or may get it.
	Reached []Reach
}

// Reach is one output on the way of a record.
type Reach struct {
	Output  *Output
	Certain bool
}

func refused(why Why, at Place) Outcome   { return Outcome{Answer: date.No, Why: why, At: at} }
func uncertain(why Why, at Place) Outcome { return Outcome{Answer: date.Maybe, Why: why, At: at} }

// nothing is the outcome of a record that nobody has taken yet; whatever follows says more.
var nothing = Outcome{Answer: date.No}

// or gives the outcome, or another one where nobody has taken the record.
func (o Outcome) or(why Why, at Place) Outcome {
	if o.Answer == date.No && o.Why == "" {
		return refused(why, at)
	}
	return o
}

// copies joins the outcomes of two ways that a record takes both.
func copies(a, b Outcome) Outcome {
	best, other := a, b
	if better(b, a) {
		best, other = b, a
	}
	best.Reached = append(slices.Clip(best.Reached), other.Reached...)
	return best
}

func better(a, b Outcome) bool {
	if a.Answer != b.Answer {
		return a.Answer == date.Yes || a.Answer == date.Maybe && b.Answer == date.No
	}
	return a.Why.weight() > b.Why.weight()
}

// either joins the outcomes of two ways of which a record takes one, nobody knows which.
func either(a, b Outcome, why Why, at Place) Outcome {
	out := Outcome{Answer: date.Maybe, Why: why, At: at}
	if a.Answer == b.Answer {
		out = a
		if b.Why.weight() > a.Why.weight() {
			out = b
		}
	}
	out.Reached = nil
	for _, r := range append(slices.Clip(a.Reached), b.Reached...) {
		r.Certain = false
		out.Reached = append(out.Reached, r)
	}
	return out
}

// weakened is an outcome after something that may drop the record before.
func (o Outcome) weakened(why Why, at Place) Outcome {
	if o.Answer == date.No {
		return o
	}
	if o.Answer == date.Yes {
		o.Answer, o.Why, o.At = date.Maybe, why, at
	}
	reached := make([]Reach, len(o.Reached))
	for i, r := range o.Reached {
		reached[i] = Reach{Output: r.Output}
	}
	o.Reached = reached
	return o
}
