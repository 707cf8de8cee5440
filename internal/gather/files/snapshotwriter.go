package files

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// SnapshotWriter writes a snapshot. The header, which says what could be read, comes first in the file and is known last:
// until then the objects wait compressed in memory. It is not safe for concurrent use.
type SnapshotWriter struct {
	out     io.Writer
	packed  bool
	waiting bytes.Buffer
	pack    *gzip.Writer
	objects map[facts.SourceID]int
}

// NewSnapshotWriter makes a writer; the snapshot is compressed with gzip if packed is true. Nothing is written before Close.
func NewSnapshotWriter(out io.Writer, packed bool) *SnapshotWriter {
	w := &SnapshotWriter{out: out, packed: packed, objects: map[facts.SourceID]int{}}
	w.pack = gzip.NewWriter(&w.waiting)
	return w
}

// Add takes an object in, without what its kind prunes. Objects that give no facts are left out.
func (w *SnapshotWriter) Add(kind adapter.Kind, obj runtime.Object) error {
	if found, err := kind.Extract(obj); err == nil && len(found) == 0 {
		return nil
	}
	kept, err := prune(kind, obj)
	if err != nil || kept == nil {
		return err
	}
	if kept.GetObjectKind().GroupVersionKind().Empty() {
		kept.GetObjectKind().SetGroupVersionKind(kind.GVK)
	}
	w.objects[kind.SourceID()]++
	return json.NewEncoder(w.pack).Encode(kept)
}

// Objects counts those that were taken in.
func (w *SnapshotWriter) Objects() int {
	n := 0
	for _, of := range w.objects {
		n += of
	}
	return n
}

func prune(kind adapter.Kind, obj runtime.Object) (runtime.Object, error) {
	if kind.Prune != nil {
		return kind.Prune(obj), nil
	}
	kept := obj.DeepCopyObject()
	m, err := meta.Accessor(kept)
	if err != nil {
		return nil, err
	}
	m.SetManagedFields(nil)
	annotations := m.GetAnnotations()
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	m.SetAnnotations(annotations)
	return kept, nil
}

// Close writes the header, with the objects of each source counted, and the objects.
func (w *SnapshotWriter) Close(h Header) error {
	if err := w.pack.Close(); err != nil {
		return err
	}
	h.Sources = slices.Clone(h.Sources)
	for i := range h.Sources {
		h.Sources[i].Objects = w.objects[h.Sources[i].Source]
	}
	header, err := json.Marshal(headerDocument{APIVersion: snapshotKind.GroupVersion().String(), Kind: snapshotKind.Kind, Header: h})
	if err != nil {
		return err
	}
	header = append(header, '\n')
	if w.packed { // compressed parts may follow each other in one file
		first := gzip.NewWriter(w.out)
		_, err := first.Write(header)
		if err := errors.Join(err, first.Close()); err != nil {
			return err
		}
		_, err = w.waiting.WriteTo(w.out)
		return err
	}
	if _, err := w.out.Write(header); err != nil {
		return err
	}
	objects, err := gzip.NewReader(&w.waiting)
	if err != nil {
		return fmt.Errorf("objects of the snapshot: %w", err)
	}
	_, err = io.Copy(w.out, objects) //nolint:gosec // we packed it ourselves
	return err
}
