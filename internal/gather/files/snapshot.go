package files

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// snapshotKind is the kind of the first document of a snapshot. The others are the objects, one JSON value on each line,
// as Prune of their kind left them; what was written by hand as YAML is read just as well.
var snapshotKind = v1alpha1.GroupVersion.WithKind("Snapshot")

// cutShort is said of a snapshot whose header is cut.
const cutShort = "the snapshot is cut short inside its header: write or copy it anew"

// cutHeader tells whether a document that is no whole JSON begins as the header of a snapshot does.
func cutHeader(c chunk) bool {
	const begins = `{"apiVersion":"` // as SnapshotWriter writes it
	head, _, _ := bytes.Cut(bytes.TrimSpace(c.data), []byte(","))
	return c.Document == 1 && bytes.HasPrefix(head, []byte(begins+v1alpha1.GroupVersion.Group+"/")) && bytes.Contains(c.data, []byte(`"kind":"`+snapshotKind.Kind+`"`))
}

// Header is the first document of a snapshot.
type Header struct {
	TakenAt           time.Time     `json:"takenAt"`
	KubernetesVersion string        `json:"kubernetesVersion,omitempty"`
	TilsynVersion     string        `json:"tilsynVersion,omitempty"`
	Sources           []SourceEntry `json:"sources"`
}

// SourceEntry is the state of a source when the snapshot was taken.
type SourceEntry struct {
	Source    facts.SourceID        `json:"source"`
	Condition facts.SourceCondition `json:"condition"`
	Reason    string                `json:"reason,omitempty"`
	Message   string                `json:"message,omitempty"`
	// Objects that the snapshot holds of it; the writer counts them.
	Objects int `json:"objects"`
}

// Entries gives the entries of a header for states of sources.
func Entries(states []facts.SourceState) []SourceEntry {
	out := make([]SourceEntry, len(states))
	for i, s := range states {
		out[i] = SourceEntry{Source: s.ID, Condition: s.Condition, Reason: s.Reason, Message: s.Message}
	}
	return out
}

// headerDocument is a header as it is written.
type headerDocument struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Header
}

// ReadSnapshot reads a snapshot, compressed or not. Sources are as complete as its header says and its objects prove: one
// that the header does not name, of which objects are missing or cannot be understood stays incomplete.
//
// The error, an *Error, says that there is no snapshot to be read, or is that of the context; single objects that cannot be understood
// are in the result.
func ReadSnapshot(ctx context.Context, store *facts.Store, kinds []adapter.Kind, path string, o Options) (*Header, *Result, error) {
	var header *Header
	var refused error
	o.Other = func(at Position, gvk schema.GroupVersionKind, raw []byte) (bool, error) {
		if at.Document != 1 || gvk.GroupKind() != snapshotKind.GroupKind() {
			return false, nil
		}
		header, refused = readHeader(gvk, raw)
		return true, nil
	}
	l := newLoader(store, o, &reader{decoder: library{}, index: adapter.NewIndex(kinds), namespace: "default"})
	inputs := expand([]string{path}, o.Stdin)
	for i := range inputs {
		inputs[i] = unpacked(inputs[i])
	}
	if err := l.run(ctx, inputs); err != nil {
		return nil, l.result, err
	}
	switch {
	case refused != nil:
		return nil, l.result, &Error{Position: Position{File: path}, Message: refused.Error()}
	case header == nil && len(l.result.Errors) > 0 && (l.documents == 0 || l.result.Errors[0].Message == cutShort):
		return nil, l.result, l.result.Errors[0]
	case header == nil:
		return nil, l.result, &Error{Position: Position{File: path},
			Message: "this is no snapshot: it does not begin with kind Snapshot; manifests are given with -f"}
	}
	for _, k := range kinds {
		store.SetSource(l.stateIn(header, k))
	}
	return header, l.result, nil
}

func readHeader(gvk schema.GroupVersionKind, raw []byte) (*Header, error) {
	var d headerDocument
	if err := json.Unmarshal(raw, &d); err != nil && gvk == snapshotKind {
		return nil, fmt.Errorf("the header of the snapshot cannot be read: %w", err)
	}
	if gvk != snapshotKind {
		return nil, fmt.Errorf("the snapshot is of version %s, written by tilsyn %s; this program reads %s: use that version of it",
			gvk.GroupVersion(), d.TilsynVersion, snapshotKind.GroupVersion())
	}
	return &d.Header, nil
}

// stateIn gives the state of a source after a snapshot has been read.
func (l *loader) stateIn(h *Header, k adapter.Kind) facts.SourceState {
	id := k.SourceID()
	s := facts.SourceState{ID: id, Condition: facts.SourceUnreadable, Reason: facts.ReasonNotRead, LastEvent: h.TakenAt,
		Message: "the snapshot does not say that it was read; take a new one with this version of tilsyn"}
	for _, e := range h.Sources {
		if e.Source != id {
			continue
		}
		s.Condition, s.Reason, s.Message = e.Condition, e.Reason, e.Message
		if read := l.found[id] + len(l.bad[id]); read != e.Objects {
			s.Condition, s.Reason = facts.SourceUnreadable, facts.ReasonTruncated
			s.Message = fmt.Sprintf("the snapshot holds %d of %d objects; it is damaged or was cut", read, e.Objects)
		}
	}
	switch s.Condition {
	case facts.SourceSynced, facts.SourceAbsent, facts.SourceUnreadable, facts.SourceNotObservable:
	default:
		s.Condition = facts.SourceUnreadable
	}
	s.Undecodable = l.bad[id]
	return s
}

// unpacked reads through gzip where the content is compressed.
func unpacked(in input) input {
	open := in.open
	if open == nil {
		return in
	}
	in.size = 0 // of the packed file, which says nothing of how much there is to read
	in.open = func() (io.ReadCloser, error) {
		f, err := open()
		if err != nil {
			return nil, err
		}
		buffered := bufio.NewReaderSize(f, 1<<16)
		var r io.Reader = buffered
		if magic, err := buffered.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1F, 0x8B}) {
			if r, err = gzip.NewReader(buffered); err != nil {
				return nil, errors.Join(fmt.Errorf("the compressed file is damaged: %w", err), f.Close())
			}
		}
		return struct {
			io.Reader
			io.Closer
		}{r, f}, nil
	}
	return in
}
