package report

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/tilsyn-dev/tilsyn/internal/decide"
)

// +kubebuilder:rbac:groups=openreports.io,resources=reports,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups=wgpolicyk8s.io,resources=policyreports,verbs=list;watch;create;patch;delete

const fieldOwner = "tilsyn-operator"

// Writer writes reports through one API at a time and remembers which there are. It is safe for concurrent use, except
// that one environment is written by one caller at a time.
type Writer struct {
	client dynamic.Interface

	mu    sync.Mutex
	used  bool // Use has succeeded
	api   *API
	known map[string]map[string]string // environment → namespace → content hash
	err   error                        // the last failure, until a write succeeds
}

// NewWriter makes a writer, which does nothing until Use names an API.
func NewWriter(client dynamic.Interface) *Writer {
	return &Writer{client: client, known: map[string]map[string]string{}}
}

// Use switches to an API and reads which reports of Tilsyn it holds; nil means that there is none. Reports that were
// written through another API that is still served are removed. After an error nothing is written until Use succeeds.
func (w *Writer) Use(ctx context.Context, api *API, stillServed func(API) bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.used && same(w.api, api) {
		return nil
	}
	w.used = false
	known, err := w.adopt(ctx, api, stillServed)
	if err != nil {
		w.err = err
		return err
	}
	w.used, w.api, w.known, w.err = true, api, known, nil
	return nil
}

// adopt removes reports of the other APIs and reads those of this one.
func (w *Writer) adopt(ctx context.Context, api *API, stillServed func(API) bool) (map[string]map[string]string, error) {
	for _, other := range apis() {
		if stillServed(other) && (api == nil || other.Name != api.Name) {
			if err := w.clear(ctx, other); err != nil {
				return nil, err
			}
		}
	}
	known := map[string]map[string]string{}
	if api == nil {
		return known, nil
	}
	list, err := w.list(ctx, *api)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		environment := r.GetLabels()[EnvironmentLabel]
		if known[environment] == nil {
			known[environment] = map[string]string{}
		}
		known[environment][r.GetNamespace()] = r.GetAnnotations()[hashAnnotation]
	}
	return known, nil
}

func same(a, b *API) bool { return a == b || a != nil && b != nil && a.Name == b.Name }

// State gives the API in use, if any, and the last failure.
func (w *Writer) State() (*API, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.api, w.err
}

// Environments that have reports.
func (w *Writer) Environments() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for e := range w.known {
		out = append(out, e)
	}
	slices.Sort(out)
	return out
}

// Write makes the reports of an environment those of its namespaces, and gives the number of requests that took. A
// namespace that is going away gets none.
func (w *Writer) Write(ctx context.Context, e *decide.Environment) (int, error) {
	name := e.Resolved.Object.Name
	api, known := w.of(name)
	if api == nil {
		return 0, nil
	}
	requests := 0
	var errs []error
	for _, namespace := range e.Resolved.Namespaces {
		r := Render(*api, e, namespace)
		hash := r.GetAnnotations()[hashAnnotation]
		old, there := known[namespace]
		if there && old == hash {
			continue
		}
		requests++
		w.remember(name, namespace, hash) // before the watch can tell that somebody removed it
		if err := w.put(ctx, *api, r); err != nil {
			errs = append(errs, err)
			w.undo(name, namespace, old, there)
		}
	}
	removed, err := w.remove(ctx, *api, name, func(ns string) bool { return !slices.Contains(e.Resolved.Namespaces, ns) })
	return requests + removed, w.outcome(errors.Join(append(errs, err)...))
}

// Remove deletes every report of an environment that is gone.
func (w *Writer) Remove(ctx context.Context, environment string) (int, error) {
	api, _ := w.of(environment)
	if api == nil {
		return 0, nil
	}
	n, err := w.remove(ctx, *api, environment, func(string) bool { return true })
	return n, w.outcome(err)
}

func (w *Writer) remove(ctx context.Context, api API, environment string, drop func(namespace string) bool) (int, error) {
	_, known := w.of(environment)
	requests := 0
	var errs []error
	for namespace := range known {
		if !drop(namespace) {
			continue
		}
		requests++
		err := w.resource(api).Namespace(namespace).Delete(ctx, Name(environment), metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			errs = append(errs, fmt.Errorf("report %s/%s: %w", namespace, Name(environment), err))
			continue
		}
		w.forget(environment, namespace)
	}
	return requests, errors.Join(errs...)
}

func (w *Writer) put(ctx context.Context, api API, r *unstructured.Unstructured) error {
	_, err := w.resource(api).Namespace(r.GetNamespace()).Apply(ctx, r.GetName(), r, metav1.ApplyOptions{FieldManager: fieldOwner, Force: true})
	if apierrors.IsNotFound(err) || apierrors.HasStatusCause(err, "NamespaceTerminating") {
		return nil // the namespace is going away, and its reports with it
	}
	if err != nil {
		return fmt.Errorf("report %s/%s: %w", r.GetNamespace(), r.GetName(), err)
	}
	return nil
}

func (w *Writer) clear(ctx context.Context, api API) error {
	list, err := w.list(ctx, api)
	if err != nil {
		return err
	}
	for _, r := range list {
		err := w.resource(api).Namespace(r.GetNamespace()).Delete(ctx, r.GetName(), metav1.DeleteOptions{Preconditions: uidOf(r.GetUID())})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("report %s/%s: %w", r.GetNamespace(), r.GetName(), err)
		}
	}
	return nil
}

func uidOf(uid types.UID) *metav1.Preconditions { return &metav1.Preconditions{UID: &uid} }

// list reads the metadata of the reports that Tilsyn owns.
func (w *Writer) list(ctx context.Context, api API) ([]unstructured.Unstructured, error) {
	list, err := w.resource(api).List(ctx, metav1.ListOptions{LabelSelector: ManagedByLabel + "=" + ManagedBy})
	if err != nil {
		return nil, fmt.Errorf("list %s.%s: %w", api.Resource, api.GVK.Group, err)
	}
	return list.Items, nil
}

func (w *Writer) resource(api API) dynamic.NamespaceableResourceInterface {
	return w.client.Resource(api.GVK.GroupVersion().WithResource(api.Resource))
}

func (w *Writer) of(environment string) (*API, map[string]string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.api, maps.Clone(w.known[environment])
}

func (w *Writer) remember(environment, namespace, hash string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known[environment] == nil {
		w.known[environment] = map[string]string{}
	}
	w.known[environment][namespace] = hash
}

// undo remembers what was known before a write that failed.
func (w *Writer) undo(environment, namespace, hash string, there bool) {
	if there {
		w.remember(environment, namespace, hash)
	} else {
		w.forget(environment, namespace)
	}
}

func (w *Writer) forget(environment, namespace string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forgetLocked(environment, namespace)
}

func (w *Writer) forgetLocked(environment, namespace string) {
	delete(w.known[environment], namespace)
	if len(w.known[environment]) == 0 {
		delete(w.known, environment)
	}
}

func (w *Writer) outcome(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
	return err
}
