package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/sheet"
	"github.com/tilsyn-dev/tilsyn/internal/cli/report/statements"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/internal/gather/once"
)

// recorded is what is recorded already. A nil recorded holds nothing.
type recorded struct {
	// statements whole, by name.
	statements map[string]*v1alpha1.AssuranceStatement
	// lines are those that the report writes of a statement, by its name.
	lines map[string][]row
}

// whole keeps the statements that are read as they are written; facts lack annotations.
type whole struct {
	mu   sync.Mutex
	kept map[string]*v1alpha1.AssuranceStatement
}

// source is where what is recorded is read: files or a cluster.
type source struct {
	files    []string
	stdin    io.Reader
	cluster  *rest.Config
	now      func() time.Time
	progress func(done, total int64)
}

// read gives what is recorded. Whatever cannot be read is an error: what is not known cannot be kept.
func (s source) read(ctx context.Context) (*recorded, error) {
	w := &whole{kept: map[string]*v1alpha1.AssuranceStatement{}}
	kinds := gather.Kinds()
	if s.cluster != nil {
		kinds = slices.DeleteFunc(kinds, func(k adapter.Kind) bool {
			return k.GVK.Group != v1alpha1.GroupVersion.Group || !slices.Contains([]string{"AssuranceStatement", "HostedSolution", "Supplier"}, k.GVK.Kind)
		})
	}
	for i := range kinds {
		if kinds[i].GVK == v1alpha1.GroupVersion.WithKind("AssuranceStatement") {
			w.watch(&kinds[i], s.cluster != nil)
		}
	}
	store := gather.NewStore(kinds)
	if err := s.fill(ctx, store, kinds); err != nil {
		return nil, err
	}
	out := &recorded{statements: w.kept, lines: map[string][]row{}}
	var missing error
	store.Read(func(v facts.View) {
		for _, state := range slices.Concat(facts.Incomplete[v1alpha1.AssuranceStatement](v), facts.Incomplete[v1alpha1.HostedSolution](v), facts.Incomplete[v1alpha1.Supplier](v)) {
			missing = errors.Join(missing, fmt.Errorf("%s cannot be read, so what is recorded there could be lost; nothing was written: %s", state.ID, state.Why()))
		}
		out.print(v, s.now())
	})
	return out, missing
}

func (s source) fill(ctx context.Context, store *facts.Store, kinds []adapter.Kind) error {
	if s.cluster != nil {
		o := once.Options{Now: s.now, Progress: func(done, total int) { s.progress(int64(done), int64(total)) }}
		if _, err := once.Read(ctx, s.cluster, store, kinds, o); err != nil {
			return fmt.Errorf("the cluster cannot be read: %w", err)
		}
		return nil
	}
	result, err := files.Load(ctx, store, kinds, s.files, files.Options{Stdin: s.stdin, Progress: s.progress})
	if errors.Is(err, files.ErrNothing) { // a repository that is still empty
		err = nil
	}
	if err == nil && len(result.Errors) > 0 {
		err = fmt.Errorf("what is recorded cannot be read, so it could be lost; nothing was written: %w", result.Errors[0])
	}
	return err
}

// watch has a kind keep what it reads. Of a cluster it reads fields that this version of Tilsyn does not know too, so that
// they are told and not dropped.
func (w *whole) watch(k *adapter.Kind, untyped bool) {
	extract := k.Extract
	if untyped {
		k.New = nil
	}
	k.Extract = func(o runtime.Object) ([]any, error) {
		s, ok := o.(*v1alpha1.AssuranceStatement)
		if u, is := o.(*unstructured.Unstructured); is {
			fields := maps.Clone(u.Object)
			delete(fields, "status")
			s, ok = &v1alpha1.AssuranceStatement{}, true
			if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(fields, s, true); err != nil {
				return nil, err
			}
		}
		if !ok {
			return nil, fmt.Errorf("%T is no AssuranceStatement", o)
		}
		w.mu.Lock()
		w.kept[s.Name] = s.DeepCopy()
		w.mu.Unlock()
		return extract(s)
	}
}

// print makes the lines that the report writes of every statement.
func (r *recorded) print(v facts.View, now time.Time) {
	years := map[int32]bool{}
	for _, s := range r.statements {
		years[s.Spec.Year] = true
	}
	columns := statements.Columns()
	for year := range years {
		for name, lines := range statements.Make(v, year, now, sheet.English).Lines() {
			for _, cells := range lines {
				one := row{cells: map[string]string{}}
				for i, c := range columns {
					one.cells[c.English] = strings.TrimSpace(cells[i])
				}
				r.lines[name] = append(r.lines[name], one)
			}
		}
	}
}

// table gives the lines of a statement as if they had been in the file.
func (r *recorded) table(name string) *table {
	t := &table{headings: map[string]string{}, rows: r.lines[name], recorded: true}
	for _, c := range statements.Columns() {
		t.headings[c.English] = c.English
	}
	return t
}
