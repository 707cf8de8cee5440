package report

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/tools/cache"
)

// Follow watches the metadata of the reports of Tilsyn until ctx ends. It tells of every environment that lost one which
// the writer did not remove itself; the next Write of that environment makes it anew. Unread is told of a watch that fails,
// and is tried again.
func (w *Writer) Follow(ctx context.Context, client metadata.Interface, api API, lost func(environment string), unread func(error)) {
	reports := client.Resource(api.GVK.GroupVersion().WithResource(api.Resource))
	own := func(o metav1.ListOptions) metav1.ListOptions {
		o.LabelSelector = ManagedByLabel + "=" + ManagedBy
		return o
	}
	lw := cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, o metav1.ListOptions) (runtime.Object, error) {
			return reports.List(ctx, own(o))
		},
		WatchFuncWithContext: func(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
			return reports.Watch(ctx, own(o))
		},
	}, client)
	name := api.GroupResource().String()
	retry := wait.Backoff{Duration: time.Second, Factor: 2, Jitter: 0.5, Steps: 8, Cap: 5 * time.Minute}
	r := cache.NewReflectorWithOptions(lw, &metav1.PartialObjectMetadata{}, follower{w, api, lost},
		cache.ReflectorOptions{Name: name, TypeDescription: name, Backoff: &retry})
	_ = retry.DelayFunc().Until(ctx, true, true, func(ctx context.Context) (bool, error) {
		if err := r.ListAndWatchWithContext(ctx); err != nil && ctx.Err() == nil {
			unread(err)
		}
		return false, nil
	})
}

// follower takes what the watch says and keeps nothing of it: the writer knows what there should be.
type follower struct {
	writer *Writer
	api    API
	lost   func(environment string)
}

func (f follower) Add(any) error    { return nil }
func (f follower) Update(any) error { return nil }
func (f follower) Resync() error    { return nil }

func (f follower) Delete(o any) error {
	if m, ok := o.(*metav1.PartialObjectMetadata); ok {
		f.gone(m.Labels[EnvironmentLabel], m.Namespace)
	}
	return nil
}

func (f follower) Replace(all []any, _ string) error {
	there := map[[2]string]bool{}
	for _, o := range all {
		if m, ok := o.(*metav1.PartialObjectMetadata); ok {
			there[[2]string{m.Labels[EnvironmentLabel], m.Namespace}] = true
		}
	}
	for _, environment := range f.writer.Environments() {
		_, known := f.writer.of(environment)
		for namespace := range known {
			if !there[[2]string{environment, namespace}] {
				f.gone(environment, namespace)
			}
		}
	}
	return nil
}

func (f follower) gone(environment, namespace string) {
	if f.writer.missed(f.api, environment, namespace) {
		f.lost(environment)
	}
}

// missed forgets a report that is gone and tells whether it was known.
func (w *Writer) missed(api API, environment, namespace string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.known[environment][namespace]; !known || !same(w.api, &api) {
		return false
	}
	w.forgetLocked(environment, namespace)
	return true
}
