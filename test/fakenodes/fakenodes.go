// Package fakenodes stands in for the kubelets of a cluster that has none: it registers nodes, renews their leases and
// moves the pods bound to them to Running and Ready, or to the state that an annotation asks for. Controllers then meet
// hundreds of nodes and tens of thousands of pods without a container.
//
// Pods are steered by annotations, which belong into the pod template and may change later:
//
//	fakenodes.tilsyn.dev/waiting: ImagePullBackOff   stay Pending, waiting for that reason
//	fakenodes.tilsyn.dev/ready: "false"              Running, not Ready
//	fakenodes.tilsyn.dev/exit-after: 2s              end that long after the start (0s: at once) ...
//	fakenodes.tilsyn.dev/exit-code: "1"              ... with this code, 0 if not given
//
// and a node by one:
//
//	fakenodes.tilsyn.dev/down: "true"                no sign of life any more, its pods stay as they are
package fakenodes

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// Annotations that steer a pod or, the last, a node.
const (
	AnnotationWaiting   = "fakenodes.tilsyn.dev/waiting"
	AnnotationReady     = "fakenodes.tilsyn.dev/ready"
	AnnotationExitAfter = "fakenodes.tilsyn.dev/exit-after"
	AnnotationExitCode  = "fakenodes.tilsyn.dev/exit-code"
	AnnotationDown      = "fakenodes.tilsyn.dev/down"
)

// labelFake marks our nodes, so that nodes of another making are left alone.
const labelFake = "fakenodes.tilsyn.dev/node"

// Options tune a fleet; the zero value is fit for a few hundred nodes.
type Options struct {
	// Renew is the time between two signs of life of a node; zero is 10 s, as a kubelet has it.
	Renew time.Duration
	// Workers is the number of concurrent calls for pods, and again for nodes; zero is 8.
	Workers int
}

// Fleet is a set of simulated nodes.
type Fleet struct {
	client  kubernetes.Interface
	renew   time.Duration
	workers int

	nodes, pods           cache.SharedIndexInformer
	nodeQueue             workqueue.TypedRateLimitingInterface[string] // what a node's object asks for
	leaseQueue            workqueue.TypedRateLimitingInterface[string] // when to renew; apart, so that pods cannot starve it
	podQueue              workqueue.TypedRateLimitingInterface[string]
	addresses, nodeNumber atomic.Uint32
	running               sync.WaitGroup
	cancel                context.CancelFunc
}

// Start registers the nodes and serves them until ctx ends or Stop is called. It returns when every node is registered.
func Start(ctx context.Context, config *rest.Config, nodes []Node, opts Options) (*Fleet, error) {
	config = rest.CopyConfig(config)
	config.QPS, config.ContentType, config.AcceptContentTypes = -1, runtime.ContentTypeProtobuf, runtime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	f := &Fleet{client: client, renew: opts.Renew, workers: opts.Workers, nodeQueue: newQueue(), leaseQueue: newQueue(), podQueue: newQueue()}
	if f.renew <= 0 {
		f.renew = 10 * time.Second
	}
	if f.workers <= 0 {
		f.workers = 8
	}
	ctx, f.cancel = context.WithCancel(ctx)
	if err := errors.Join(f.watch(ctx), f.Add(ctx, nodes...)); err != nil {
		f.Stop()
		return nil, err
	}
	return f, nil
}

func newQueue() workqueue.TypedRateLimitingInterface[string] {
	return workqueue.NewTypedRateLimitingQueue(workqueue.DefaultTypedControllerRateLimiter[string]())
}

// Add registers more nodes, in parallel. A node that exists already is an error, as it might be somebody else's.
func (f *Fleet) Add(ctx context.Context, nodes ...Node) error {
	errs := make([]error, len(nodes))
	workqueue.ParallelizeUntil(ctx, f.workers, len(nodes), func(i int) {
		if err := f.register(ctx, nodes[i]); err != nil {
			errs[i] = fmt.Errorf("fake node %s: %w", nodes[i].Name, err)
		}
	})
	return errors.Join(append(errs, ctx.Err())...)
}

// Remove deletes nodes and then their pods, as a cluster that shrinks does, without the minute that the controller
// manager waits before it takes the pods of a node that has gone for lost.
func (f *Fleet) Remove(ctx context.Context, names ...string) error {
	var errs []error
	for _, name := range names {
		errs = append(errs, f.client.CoreV1().Nodes().Delete(ctx, name, metav1.DeleteOptions{}))
		pods, err := f.pods.GetIndexer().ByIndex(byNode, name)
		errs = append(errs, err)
		for _, o := range pods {
			if err := f.deletePod(ctx, o.(*corev1.Pod)); !apierrors.IsNotFound(err) {
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}

// Stop ends the simulation and waits for its last call. The nodes stay registered and fall silent.
func (f *Fleet) Stop() {
	f.cancel()
	for _, q := range []workqueue.TypedRateLimitingInterface[string]{f.nodeQueue, f.leaseQueue, f.podQueue} {
		q.ShutDown()
	}
	f.running.Wait()
}

// watch feeds the queues from the nodes that are ours and from the pods that are bound.
func (f *Fleet) watch(ctx context.Context) error {
	ours := informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.LabelSelector = labelFake })
	bound := informers.WithTweakListOptions(func(o *metav1.ListOptions) { o.FieldSelector = "spec.nodeName!=" })
	f.nodes = informers.NewSharedInformerFactoryWithOptions(f.client, 0, ours).Core().V1().Nodes().Informer()
	f.pods = informers.NewSharedInformerFactoryWithOptions(f.client, 0, bound, informers.WithTransform(trimPod)).Core().V1().Pods().Informer()
	_, nodeErr := f.nodes.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(o any) {
			name := o.(*corev1.Node).Name
			f.nodeQueue.Add(name)
			f.leaseQueue.AddAfter(name, rand.N(f.renew)) // so that the renewals of many nodes spread over the period
		},
		UpdateFunc: func(old, o any) {
			node := o.(*corev1.Node)
			if node.Annotations[AnnotationDown] != old.(*corev1.Node).Annotations[AnnotationDown] || !ready(node) {
				f.nodeQueue.Add(node.Name)
			}
		},
	})
	addPod := func(o any) { f.podQueue.Add(cache.MetaObjectToName(o.(*corev1.Pod)).String()) }
	_, podErr := f.pods.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: addPod, UpdateFunc: func(_, o any) { addPod(o) }})
	if err := errors.Join(nodeErr, podErr, f.pods.AddIndexers(indexByNode())); err != nil {
		return err
	}
	for _, informer := range []cache.SharedIndexInformer{f.nodes, f.pods} {
		f.running.Go(func() { informer.RunWithContext(ctx) })
	}
	if !cache.WaitForCacheSync(ctx.Done(), f.nodes.HasSynced, f.pods.HasSynced) {
		return ctx.Err()
	}
	f.work(ctx, f.nodeQueue, f.nodeChanged)
	f.work(ctx, f.leaseQueue, f.renewLease)
	f.work(ctx, f.podQueue, f.stepPod)
	return nil
}

// work serves a queue until it is shut down. A positive duration asks for another look after that time; an error for
// one after a pause that grows, unless the object has meanwhile gone or changed, of which the watch tells by itself.
func (f *Fleet) work(ctx context.Context, q workqueue.TypedRateLimitingInterface[string], step func(context.Context, string) (time.Duration, error)) {
	for range f.workers {
		f.running.Go(func() {
			for key, ended := q.Get(); !ended; key, ended = q.Get() {
				again, err := step(ctx, key)
				switch {
				case err != nil && !apierrors.IsNotFound(err) && !apierrors.IsConflict(err):
					if ctx.Err() == nil {
						utilruntime.HandleErrorWithContext(ctx, err, "fake nodes: a call failed and will be tried again", "key", key)
					}
					q.AddRateLimited(key)
				default:
					q.Forget(key)
					if again > 0 {
						q.AddAfter(key, again)
					}
				}
				q.Done(key)
			}
		})
	}
}
