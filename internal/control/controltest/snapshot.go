package controltest

import (
	"fmt"
	"io"
	"slices"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

// WriteSnapshot writes what the fixture shows as a snapshot, with the sources in the state that the fixture gives them, so
// that the command line can be asked about it.
func (f *Fixture) WriteSnapshot(out io.Writer) error {
	w := files.NewSnapshotWriter(out, false)
	kinds := gather.Kinds()
	index := adapter.NewIndex(kinds)
	for _, o := range f.objects {
		kind, ok := index.Lookup(o.GroupVersionKind())
		if !ok {
			return fmt.Errorf("%s %s: Tilsyn does not read such objects", o.GroupVersionKind(), o.GetName())
		}
		if slices.Contains(f.Unreadable, string(kind.SourceID())) {
			continue
		}
		object, err := typed(kind, o)
		if err != nil {
			return err
		}
		if err := w.Add(kind, object); err != nil {
			return err
		}
	}
	states := make([]facts.SourceState, len(kinds))
	for i, kind := range kinds {
		states[i] = f.state(kind, f.objects)
	}
	return w.Close(files.Header{TakenAt: f.Now, Sources: files.Entries(states)})
}
