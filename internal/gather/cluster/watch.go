package cluster

import (
	"context"
	"errors"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/clock"
)

// observer is told how the list and watch of a kind go.
type observer interface {
	attempt()
	opened()
	failed(error)
}

// target is one resource to be watched.
type target struct {
	client   rest.Interface
	resource string
	selector string
	name     string
}

// follow lists and watches until ctx ends, again and again with backoff, and tells the observer of every outcome.
// The reflector's own loop is not used because it hides errors.
func follow(ctx context.Context, t target, store cache.ReflectorStore, o observer, retry wait.Backoff) {
	lw := cache.ToListWatcherWithWatchListSemantics(t.listWatch(o), t.client)
	// Backoff and watch times are the real clock's business even where a test sets the time that facts are judged by.
	reflector := cache.NewReflectorWithOptions(lw, nil, store, cache.ReflectorOptions{Name: t.name, TypeDescription: t.name, Backoff: &retry})
	_ = retry.DelayWithReset(clock.RealClock{}, 2*time.Minute).Until(ctx, true, true, func(ctx context.Context) (bool, error) {
		o.attempt()
		if err := reflector.ListAndWatchWithContext(ctx); err != nil && ctx.Err() == nil && telling(err) {
			o.failed(err)
		}
		return false, nil
	})
}

// telling filters out how watches end in the ordinary course of things: a new list follows at once.
func telling(err error) bool {
	return !errors.Is(err, io.EOF) && !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err)
}

func (t target) listWatch(o observer) *cache.ListWatch {
	request := func(options *metav1.ListOptions) *rest.Request {
		options.LabelSelector = t.selector
		return t.client.Get().Resource(t.resource).VersionedParams(options, metav1.ParameterCodec)
	}
	return &cache.ListWatch{
		ListWithContextFunc: func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
			list, err := request(&options).Do(ctx).Get()
			report(ctx, o, err)
			return list, err
		},
		WatchFuncWithContext: func(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
			options.Watch = true
			w, err := request(&options).Watch(ctx)
			if err == nil {
				o.opened()
			}
			report(ctx, o, err)
			return w, err
		},
	}
}

func report(ctx context.Context, o observer, err error) {
	if err != nil && ctx.Err() == nil && telling(err) {
		o.failed(err)
	}
}
