// Package once reads a cluster a single time into facts: every kind is listed page by page, each object is extracted and
// dropped. Nothing is installed, watched or written.
package once

import (
	"context"
	"errors"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Options of reading.
type Options struct {
	// Sink is given every object before it is dropped, kind by kind in order. Its error ends the reading.
	Sink func(adapter.Kind, runtime.Object) error
	// Progress is told how many kinds have been read, out of how many.
	Progress func(done, total int)
	// Now gives the time that sources say they were read at; without it they do not say.
	Now func() time.Time
}

// Report is what came of reading.
type Report struct {
	// KubernetesVersion of the API server, for example v1.36.1.
	KubernetesVersion string
	// Objects that were read and understood.
	Objects int
	// Sources in the order of the kinds.
	Sources []facts.SourceState
}

// Read lists every kind once. What may not or cannot be read makes its source Unreadable and stops nothing else; a kind
// that the API server does not serve is Absent. The error says that the API server cannot be used at all, that the sink
// failed, or that the context ended.
func Read(ctx context.Context, config *rest.Config, store *facts.Store, kinds []adapter.Kind, o Options) (*Report, error) {
	if o.Now == nil {
		o.Now = func() time.Time { return time.Time{} }
	}
	config = rest.CopyConfig(config)
	config.QPS, config.Burst = -1, -1 // a handful of lists; the API server has its own limits
	d, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	version, err := d.ServerVersion()
	if err != nil {
		return nil, unusable(err)
	}
	served, err := servedBy(d)
	if err != nil {
		return nil, unusable(err)
	}
	l, err := newLister(config)
	if err != nil {
		return nil, err
	}
	r := &Report{KubernetesVersion: version.GitVersion}
	for i, k := range kinds {
		state, err := readKind(ctx, l, served, store, k, o, r)
		if err != nil {
			return nil, err
		}
		store.SetSource(state)
		r.Sources = append(r.Sources, state)
		if o.Progress != nil {
			o.Progress(i+1, len(kinds))
		}
	}
	return r, nil
}

// unusable explains why nothing can be read.
func unusable(err error) error {
	if apierrors.IsUnauthorized(err) {
		return fmt.Errorf("the API server does not accept the credentials of the kubeconfig; log in again: %w", err)
	}
	return err
}

// sinkError is an error of the sink, which is not one of the source.
type sinkError struct{ error }

func (e sinkError) Unwrap() error { return e.error }

func readKind(ctx context.Context, l *lister, s *served, store *facts.Store, k adapter.Kind, o Options, r *Report) (facts.SourceState, error) {
	gvr, state := s.find(k)
	state.LastEvent = o.Now()
	if state.Condition != facts.SourceSynced {
		return state, nil
	}
	var sinks sinkError
	err := l.each(ctx, k, gvr, func(obj runtime.Object) error {
		m, err := meta.Accessor(obj)
		if err != nil {
			return err
		}
		key := facts.ObjectKey{Source: k.SourceID(), Namespace: m.GetNamespace(), Name: m.GetName()}
		found, err := extract(k, obj)
		if err != nil {
			state.Undecodable = append(state.Undecodable,
				facts.Ref{Group: k.GVK.Group, Kind: k.GVK.Kind, Namespace: m.GetNamespace(), Name: m.GetName()})
			state.Message = fmt.Sprintf("%s %s: %v", k.GVK.Kind, m.GetName(), err)
		} else {
			store.Put(key, found...)
			r.Objects++
		}
		if o.Sink == nil {
			return nil
		}
		if err := o.Sink(k, obj); err != nil {
			return sinkError{err}
		}
		return nil
	})
	switch {
	case err == nil:
		return state, nil
	case ctx.Err() != nil:
		return state, ctx.Err()
	case errors.As(err, &sinks):
		return state, sinks.error
	case apierrors.IsUnauthorized(err):
		return state, unusable(err)
	case apierrors.IsForbidden(err):
		state.Condition, state.Reason, state.Message = facts.SourceUnreadable, facts.ReasonForbidden, missingRight(k, err)
	default:
		state.Condition, state.Reason = facts.SourceUnreadable, facts.ReasonListFailed
		state.Message = fmt.Sprintf("list %s: %v", k.SourceID(), err)
	}
	return state, nil
}

// missingRight names the right that RBAC must grant, then what the API server said.
func missingRight(k adapter.Kind, err error) string {
	group := k.GVK.Group
	if group == "" {
		group = `"" (core)`
	}
	return fmt.Sprintf("the right to list %s in API group %s is missing; ask for it. The API server says: %v", k.Resource, group, err)
}

// extract keeps a fault in an adapter from taking everything down with it.
func extract(k adapter.Kind, obj runtime.Object) (found []any, err error) {
	defer func() {
		if p := recover(); p != nil {
			found, err = nil, fmt.Errorf("its reader failed: %v", p)
		}
	}()
	return k.Extract(obj)
}
