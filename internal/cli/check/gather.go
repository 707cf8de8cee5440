package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/internal/gather/once"
)

// evidence is what was gathered.
type evidence struct {
	mode       Mode
	kinds      []adapter.Kind
	index      *gather.Index
	store      *facts.Store // until everything is judged
	objects    int
	taken      time.Time // of a snapshot
	kubernetes string    // version of the API server
	read       files.Result
}

func gatherEvidence(ctx context.Context, o Options) (*evidence, error) {
	kinds := gather.Kinds()
	e := &evidence{kinds: kinds, index: gather.NewIndex(kinds), store: gather.NewStore(kinds)}
	defer func() {
		for i := range kinds { // with them goes what readers remember
			kinds[i].New, kinds[i].Prune, kinds[i].Extract = nil, nil, nil
		}
	}()
	switch {
	case o.Cluster != nil:
		return e, e.cluster(ctx, o)
	case o.Snapshot != "":
		return e, e.snapshot(ctx, o)
	default:
		return e, e.manifests(ctx, o)
	}
}

func (e *evidence) manifests(ctx context.Context, o Options) error {
	e.mode = Manifests
	result, err := files.Load(ctx, e.store, e.kinds, o.Files, files.Options{Namespace: o.Namespace, Stdin: o.Stdin, Progress: o.Progress})
	if result != nil {
		e.read, e.objects = *result, result.Objects
	}
	if errors.Is(err, files.ErrNothing) || err == nil && e.nothing() { // nobody who checks nothing shall be told that all is well
		e.read.Errors = append(e.read.Errors, e.whyNothing(strings.Join(o.Files, ", "))...)
		return nil
	}
	return err
}

// nothing tells that no object of the input is of a kind that any control reads.
func (e *evidence) nothing() bool {
	return e.objects == 0 && len(e.read.Foreign) == 0 && len(e.read.Errors) == 0
}

// whyNothing says what the input holds instead of objects to check.
func (e *evidence) whyNothing(input string) []*files.Error {
	if len(e.read.Empty) > 0 {
		return e.read.Empty
	}
	message := files.ErrNothing.Error()
	if len(e.read.Ignored) > 0 {
		message = "nothing to check: no control reads any kind that the input holds"
	}
	return []*files.Error{{Position: files.Position{File: input}, Message: message}}
}

func (e *evidence) snapshot(ctx context.Context, o Options) error {
	e.mode = Snapshot
	header, result, err := files.ReadSnapshot(ctx, e.store, e.kinds, o.Snapshot, files.Options{Stdin: o.Stdin, Progress: o.Progress})
	if err != nil {
		return err
	}
	e.read, e.objects = *result, result.Objects
	e.read.Positions = nil // lines of a file that no person writes
	if header != nil {
		e.taken, e.kubernetes = header.TakenAt, header.KubernetesVersion
	}
	return nil
}

func (e *evidence) cluster(ctx context.Context, o Options) error {
	e.mode = Cluster
	options := once.Options{Now: o.Now}
	if o.Progress != nil {
		options.Progress = func(done, total int) { o.Progress(int64(done), int64(total)) }
	}
	report, err := once.Read(ctx, o.Cluster, e.store, e.kinds, options)
	if err != nil {
		return fmt.Errorf("the cluster cannot be read: %w", err)
	}
	e.objects, e.kubernetes = report.Objects, report.KubernetesVersion
	return nil
}

// position tells where an object stands; false where it does not come from a manifest.
func (e *evidence) position(object facts.Ref) (files.Position, bool) {
	kind, known := e.index.LookupAnyVersion(schema.GroupKind{Group: object.Group, Kind: object.Kind})
	if !known {
		p, ok := e.read.Foreign[object]
		return p, ok
	}
	p, ok := e.read.Positions[facts.ObjectKey{Source: kind.SourceID(), Namespace: object.Namespace, Name: object.Name}]
	return p, ok
}

// apiVersion of an object in the version that is read first; the group alone where Tilsyn does not read the kind.
func (e *evidence) apiVersion(object facts.Ref) string {
	kind, known := e.index.LookupAnyVersion(schema.GroupKind{Group: object.Group, Kind: object.Kind})
	if !known {
		return object.Group
	}
	return kind.GVK.GroupVersion().String()
}

// source gives the id of the source of a kind of ours.
func (e *evidence) source(gk schema.GroupKind) (facts.SourceID, error) {
	kind, known := e.index.LookupAnyVersion(gk)
	if !known {
		return "", errors.New("kind " + gk.String() + " is not read")
	}
	return kind.SourceID(), nil
}
