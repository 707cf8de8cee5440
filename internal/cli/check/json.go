package check

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// Output says what to print.
type Output struct {
	Threshold
	// All prints every result of every subject and not only failures and unknowns.
	All bool
	// Observed makes the table tell findings that count for nothing in full and not in one line. JSON always has them.
	Observed bool
}

// document is the JSON object apart from its results, which are written one by one: there can be many.
type document struct {
	Tilsyn       string        `json:"tilsyn"`
	At           time.Time     `json:"at"`
	Evidence     evidenceJSON  `json:"evidence"`
	Outcome      outcome       `json:"outcome"`
	Environments []Environment `json:"environments"`
	Solutions    []Solution    `json:"solutions"`
	Institutions []Institution `json:"institutions"`
	Exceptions   []Exception   `json:"exceptions"`

	NotObservable       []Unobservable `json:"notObservable"`
	UnclaimedNamespaces []string       `json:"unclaimedNamespaces"`
	Sources             []sourceJSON   `json:"sources"`
	Problems            []Problem      `json:"problems"`
	Errors              []Fault        `json:"errors"`
	Notes               []noteJSON     `json:"notes"`
	Ignored             []ignoredJSON  `json:"ignored"`
	Inventory           *Inventory     `json:"inventory,omitempty"`
}

type evidenceJSON struct {
	Mode              Mode       `json:"mode"`
	Objects           int        `json:"objects"`
	TakenAt           *time.Time `json:"takenAt,omitempty"`
	KubernetesVersion string     `json:"kubernetesVersion,omitempty"`
}

type outcome struct {
	ExitCode int               `json:"exitCode"`
	FailOn   v1alpha1.Severity `json:"failOn"`
	Strict   bool              `json:"strict"`
	Failed   int               `json:"failed"`
	Unknown  int               `json:"unknown"`
}

type sourceJSON struct {
	Source  facts.SourceID        `json:"source"`
	State   facts.SourceCondition `json:"state"`
	Reason  string                `json:"reason,omitempty"`
	Message string                `json:"message,omitempty"`
	// Undecodable names objects that could not be understood.
	Undecodable []string `json:"undecodable,omitempty"`
}

type noteJSON struct {
	File    string `json:"file"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
}

type ignoredJSON struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Count      int    `json:"count"`
}

// WriteJSON writes the report as one object, described by docs/reference/check-result.schema.json. Every element of a list
// has a line of its own.
func WriteJSON(w io.Writer, r *Report, o Output) error {
	// bufio remembers the first error of writing, and Flush gives it.
	b := bufio.NewWriter(w)
	d := reflect.ValueOf(r.document(o))
	for i := range d.NumField() {
		name, options, _ := strings.Cut(d.Type().Field(i).Tag.Get("json"), ",")
		if options == "omitempty" && d.Field(i).IsZero() {
			continue
		}
		_, _ = fmt.Fprintf(b, "%s\n  %q: ", separator(i), name)
		if err := member(b, d.Field(i)); err != nil {
			return err
		}
	}
	_, _ = b.WriteString(",\n  \"results\": [")
	n := 0
	for result := range r.Results(o.All) {
		if err := element(b, n, result); err != nil {
			return err
		}
		n++
	}
	_, _ = b.WriteString(closing(n) + "\n}\n")
	return b.Flush()
}

func separator(i int) string {
	if i == 0 {
		return "{"
	}
	return ","
}

// member writes the value of a field of the document.
func member(b *bufio.Writer, v reflect.Value) error {
	if v.Kind() != reflect.Slice {
		raw, err := encode(v.Interface())
		_, _ = b.Write(raw)
		return err
	}
	_ = b.WriteByte('[')
	for i := range v.Len() {
		if err := element(b, i, v.Index(i).Interface()); err != nil {
			return err
		}
	}
	_, _ = b.WriteString(closing(v.Len()))
	return nil
}

func element(b *bufio.Writer, i int, v any) error {
	raw, err := encode(v)
	if i > 0 {
		_ = b.WriteByte(',')
	}
	_, _ = b.WriteString("\n    ")
	_, _ = b.Write(raw)
	return err
}

// closing ends a list of n elements.
func closing(n int) string {
	if n == 0 {
		return "]"
	}
	return "\n  ]"
}

// encode is json.Marshal without escapes for HTML, which people would have to read.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

func (r *Report) document(o Output) document {
	failed, unknown := r.Count(o.Threshold)
	d := document{
		Tilsyn: r.Version, At: r.At.UTC(),
		Evidence: evidenceJSON{Mode: r.Mode, Objects: r.evidence.objects, TakenAt: instant(r.evidence.taken), KubernetesVersion: r.evidence.kubernetes},
		Outcome:  outcome{ExitCode: r.ExitCode(o.Threshold), FailOn: o.FailOn, Strict: o.Strict, Failed: failed, Unknown: unknown},

		Environments: r.Environments(), Solutions: r.Solutions(), Institutions: r.Institutions(), Exceptions: r.Exceptions(), NotObservable: r.NotObservable(),
		UnclaimedNamespaces: notNil(r.Unclaimed), Sources: []sourceJSON{},
		Problems: notNil(r.Problems), Errors: notNil(r.Errors),
		Notes: []noteJSON{}, Ignored: []ignoredJSON{}, Inventory: r.Inventory,
	}
	for _, s := range r.Sources {
		d.Sources = append(d.Sources, sourceOf(s))
	}
	for _, n := range r.Notes() {
		d.Notes = append(d.Notes, noteJSON{File: n.File, Line: n.Line, Message: n.Message})
	}
	for _, i := range r.Ignored() {
		d.Ignored = append(d.Ignored, ignoredJSON{APIVersion: i.APIVersion, Kind: i.Kind, Count: i.Count})
	}
	return d
}

// Notes are remarks on the input that are no faults.
func (r *Report) Notes() []files.Note { return r.evidence.read.Notes }

// Ignored lists the kinds in the input that no control reads.
func (r *Report) Ignored() []files.Ignored { return r.evidence.read.Ignored }

func sourceOf(s facts.SourceState) sourceJSON {
	out := sourceJSON{Source: s.ID, State: s.Condition, Reason: s.Reason, Message: s.Message}
	for _, ref := range s.Undecodable {
		out.Undecodable = append(out.Undecodable, ref.String())
	}
	return out
}
