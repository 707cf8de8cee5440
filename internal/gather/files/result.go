package files

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// ErrNothing says that the inputs hold no object at all.
var ErrNothing = errors.New("nothing to check: the input holds no object")

// Position is where a document or object stands.
type Position struct {
	File string
	// Document counts the documents of the file, from 1; an object of a List has the number of its List.
	Document int
	// Line counts from 1; 0 where only the file is known.
	Line int
}

// String gives file:line.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Error is something in the input that could not be understood, with the mend.
type Error struct {
	Position
	// Object that the error is in, zero where it is not known.
	Object facts.Ref
	// Field is the path of the field, empty where the error is not in one.
	Field   string
	Message string
}

// Error gives file:line, document, object and field before the message.
func (e *Error) Error() string {
	s := e.String() + ": "
	if e.Document > 0 {
		s += fmt.Sprintf("document %d: ", e.Document)
	}
	if !e.Object.IsZero() {
		s += e.Object.String() + ": "
	}
	if e.Field != "" {
		s += e.Field + ": "
	}
	return s + e.Message
}

// Note is something in the input that people should know of and that is no error.
type Note struct {
	Position
	Message string
}

// Ignored is a kind that is not read.
type Ignored struct {
	APIVersion, Kind string
	Count            int
}

// Result is what came of reading.
type Result struct {
	// Objects counts those of kinds that are read and that were understood.
	Objects int
	// Ignored lists kinds that are not read, sorted.
	Ignored []Ignored
	Notes   []Note
	// Errors in the order of the input.
	Errors []*Error
	// Empty says, in the order of the input, which Lists hold no item.
	Empty []*Error
	// Positions of the objects that were understood.
	Positions map[facts.ObjectKey]Position
	// Foreign are the positions of objects that hold a pod template and are of a kind that is not read; each is a
	// facts.Workload with Unread.
	Foreign map[facts.Ref]Position
}

func newResult() *Result {
	return &Result{Positions: map[facts.ObjectKey]Position{}, Foreign: map[facts.Ref]Position{}}
}

func (r *Result) ignore(apiVersion, kind string) {
	i, found := slices.BinarySearchFunc(r.Ignored, Ignored{APIVersion: apiVersion, Kind: kind}, func(a, b Ignored) int {
		return cmp.Or(cmp.Compare(a.APIVersion, b.APIVersion), cmp.Compare(a.Kind, b.Kind))
	})
	if !found {
		r.Ignored = slices.Insert(r.Ignored, i, Ignored{APIVersion: apiVersion, Kind: kind})
	}
	r.Ignored[i].Count++
}
