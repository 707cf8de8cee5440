package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/test/workloads"
)

// loaders is how many calls are under way at a time.
const loaders = 16

// load creates a generated cluster in an API server: what is shared and declared, then every Deployment with its
// ReplicaSet and two pods that are bound and Running, the owners being those that the API server knows.
func load(ctx context.Context, config *rest.Config, g *workloads.Generator) error {
	binary := rest.CopyConfig(config)
	binary.ContentType, binary.AcceptContentTypes = runtime.ContentTypeProtobuf, runtime.ContentTypeProtobuf
	builtIn, err1 := client.New(binary, client.Options{Scheme: clientgoscheme.Scheme})
	custom, err2 := client.New(config, client.Options{Scheme: runtime.NewScheme()})
	shared, err3 := workloads.Decode(g.Shared())
	declared, err4 := workloads.Decode(g.Declarations())
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	for _, obj := range slices.Concat(shared, declared, g.Surroundings()) {
		if err := create(ctx, builtIn, custom, obj); err != nil {
			return err
		}
		collector, ok := obj.(*appsv1.DaemonSet)
		if !ok {
			continue
		}
		pods := g.Collecting(collector)
		if err := builtIn.Status().Update(ctx, collector); err != nil {
			return err
		}
		for _, p := range pods {
			if err := create(ctx, builtIn, custom, p); err != nil {
				return err
			}
		}
	}
	return concurrently(ctx, g.Count, func(ctx context.Context, i int) error {
		objs, err := g.Running(g.Workload(i))
		if err != nil {
			return err
		}
		owners := map[string]string{} // UID as generated to UID as given
		for _, obj := range objs {
			generated := string(obj.GetUID())
			adopt(obj, owners)
			if err := create(ctx, builtIn, custom, obj); err != nil {
				return err
			}
			owners[generated] = string(obj.GetUID())
		}
		return nil
	})
}

// adopt replaces the generated UIDs that an object names by those that the API server gave.
func adopt(obj client.Object, owners map[string]string) {
	refs := obj.GetOwnerReferences()
	for i := range refs {
		if uid, ok := owners[string(refs[i].UID)]; ok {
			refs[i].UID = types.UID(uid)
		}
	}
	obj.SetOwnerReferences(refs)
	labels := maps.Clone(obj.GetLabels())
	if uid, ok := owners[labels["velero.io/pvc-uid"]]; ok {
		labels["velero.io/pvc-uid"] = uid
		obj.SetLabels(labels)
	}
	if pv, ok := obj.(*corev1.PersistentVolume); ok && pv.Spec.ClaimRef != nil {
		if uid, ok := owners[string(pv.Spec.ClaimRef.UID)]; ok {
			pv.Spec.ClaimRef.UID = types.UID(uid)
		}
	}
}

// create creates an object and gives it the status that it has.
func create(ctx context.Context, builtIn, custom client.Client, obj client.Object) error {
	obj.SetUID("")
	obj.SetResourceVersion("")
	switch o := obj.(type) {
	case *corev1.Pod:
		return withStatus(ctx, builtIn, o, func(status corev1.PodStatus) { o.Status = status }, o.Status)
	case *corev1.PersistentVolumeClaim:
		return withStatus(ctx, builtIn, o, func(status corev1.PersistentVolumeClaimStatus) { o.Status = status }, o.Status)
	case *corev1.PersistentVolume:
		return withStatus(ctx, builtIn, o, func(status corev1.PersistentVolumeStatus) { o.Status = status }, o.Status)
	case *corev1.Node:
		return withStatus(ctx, builtIn, o, func(status corev1.NodeStatus) { o.Status = status }, o.Status)
	}
	if clientgoscheme.Scheme.Recognizes(obj.GetObjectKind().GroupVersionKind()) {
		return builtIn.Create(ctx, obj)
	}
	return custom.Create(ctx, obj)
}

func withStatus[S any](ctx context.Context, c client.Client, obj client.Object, set func(S), status S) error {
	if err := c.Create(ctx, obj); err != nil {
		return err
	}
	set(status)
	return c.Status().Update(ctx, obj)
}

// concurrently calls do for 0 to n-1 and gives the first error.
func concurrently(ctx context.Context, n int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var group sync.WaitGroup
	for range loaders {
		group.Go(func() {
			for i := range next {
				if err := do(ctx, i); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	func() {
		defer close(next)
		for i := range n {
			select {
			case next <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	group.Wait()
	return context.Cause(ctx)
}
