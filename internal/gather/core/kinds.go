package core

import (
	"fmt"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Kinds gives the built-in kinds and those of tilsyn.dev, in the order in which they are read. The kinds of one call share
// an interner, so that equal pod shapes are one pointer: call it once for each store.
func Kinds() []adapter.Kind {
	in := newInterner()
	kinds := builtin(in)
	for i := range kinds {
		kinds[i] = withAddOns(withPlugins(withAgents(kinds[i])))
	}
	return slices.Concat(kinds, access(in), traffic(in), resilience(in), hooks(in), admission(), ours(in))
}

// withAgents lets a kind that gives workloads also give the log collector or store that a workload runs.
func withAgents(k adapter.Kind) adapter.Kind {
	if !slices.Contains(k.Feeds, facts.TypeOf[facts.Workload]()) {
		return k
	}
	k.Feeds = append(slices.Clone(k.Feeds), facts.TypeOf[facts.LogAgent]())
	workloads := k.Extract
	k.Extract = func(o runtime.Object) ([]any, error) {
		out, err := workloads(o)
		for _, f := range out {
			if w, ok := f.(*facts.Workload); ok {
				if a := facts.LogAgentOf(w); a != nil {
					return append(out, a), err
				}
			}
		}
		return out, err
	}
	return k
}

// withPlugins lets DaemonSets also give the network plugin that they run.
func withPlugins(k adapter.Kind) adapter.Kind {
	if k.GVK.Kind != "DaemonSet" {
		return k
	}
	k.Feeds = append(slices.Clone(k.Feeds), facts.TypeOf[facts.NetworkPlugin]())
	workloads := k.Extract
	k.Extract = func(o runtime.Object) ([]any, error) {
		out, err := workloads(o)
		for _, f := range out {
			if w, ok := f.(*facts.Workload); ok {
				if p := facts.NetworkPluginOf(w); p != nil {
					return append(out, p), err
				}
			}
		}
		return out, err
	}
	return k
}

// withAddOns lets Deployments and DaemonSets also give the add-on that they run.
func withAddOns(k adapter.Kind) adapter.Kind {
	if k.GVK.Kind != "DaemonSet" && k.GVK.Kind != "Deployment" {
		return k
	}
	k.Feeds = append(slices.Clone(k.Feeds), facts.TypeOf[facts.AddOn]())
	workloads := k.Extract
	k.Extract = func(o runtime.Object) ([]any, error) {
		out, err := workloads(o)
		for _, f := range out {
			if w, ok := f.(*facts.Workload); ok {
				if a := facts.AddOnOf(w); a != nil {
					return append(out, a), err
				}
			}
		}
		return out, err
	}
	return k
}

func builtin(in *interner) []adapter.Kind {
	return []adapter.Kind{
		typed("", "v1", "Namespace", "namespaces", cluster, in.namespace, pruneNamespace, feeds[facts.Namespace]()),
		typed("", "v1", "Node", "nodes", cluster|fromRuntime, in.node, pruneNode, feeds[facts.Node]()),
		typed("storage.k8s.io", "v1", "StorageClass", "storageclasses", cluster|fromRuntime, in.storageClass, pruneStorageClass,
			feeds[facts.StorageClass]()),
		typed("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", cluster|fromRuntime, in.runtimeClass, pruneRuntimeClass,
			feeds[facts.RuntimeClass]()),
		typed("", "v1", "PersistentVolume", "persistentvolumes", cluster|fromRuntime, in.persistentVolume, prunePersistentVolume,
			feeds[facts.PersistentVolume]()),
		typed("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", 0, in.claim, pruneClaim, feeds[facts.Claim]()),
		typed("", "v1", "Service", "services", 0, in.service, pruneService, slices.Concat(feedsBoth[facts.ServiceName, facts.ExternalService](), feeds[facts.Service]())),
		selecting(handWritten, typed("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", 0, in.endpointSlice, pruneEndpointSlice,
			feeds[facts.ExternalService]())),
		typed("apps", "v1", "Deployment", "deployments", 0, in.deployment, pruneDeployment, feeds[facts.Workload]()),
		typed("apps", "v1", "StatefulSet", "statefulsets", 0, in.statefulSet, pruneStatefulSet, feeds[facts.Workload]()),
		typed("apps", "v1", "DaemonSet", "daemonsets", 0, in.daemonSet, pruneDaemonSet, feeds[facts.Workload]()),
		typed("batch", "v1", "CronJob", "cronjobs", 0, in.cronJob, pruneCronJob, feedsBoth[facts.Workload, facts.CronJob]()),
		typed("", "v1", "ReplicationController", "replicationcontrollers", 0, in.replicationController, pruneReplicationController,
			feeds[facts.Workload]()),
		typed("apps", "v1", "ReplicaSet", "replicasets", 0, in.replicaSet, pruneReplicaSet, feedsBoth[facts.Workload, facts.Owner]()),
		typed("batch", "v1", "Job", "jobs", 0, in.job, pruneJob, feedsBoth[facts.Workload, facts.Owner]()),
		// Past placements are made by whoever watches pods end; they count as complete when pods are.
		typed("", "v1", "Pod", "pods", fromRuntime, in.pod, prunePod, append(feedsBoth[facts.Workload, facts.Pod](), feedsBoth[facts.PastPlacement, facts.APIServer]()...)),
	}
}

// trait says what is special about a kind.
type trait uint8

const (
	cluster     trait = 1 << iota // not namespaced
	fromRuntime                   // manifests do not say what there is of it
)

// typed makes a Kind whose objects are decoded into P.
func typed[O any, P interface {
	*O
	runtime.Object
}](group, version, kind, resource string, t trait, extract func(P) []any, prune func(P) P, feeds []reflect.Type) adapter.Kind {
	return adapter.Kind{
		GVK:        schema.GroupVersionKind{Group: group, Version: version, Kind: kind},
		Resource:   resource,
		Namespaced: t&cluster == 0,
		Runtime:    t&fromRuntime != 0,
		Feeds:      feeds,
		New:        func() runtime.Object { return P(new(O)) },
		Prune: func(o runtime.Object) runtime.Object {
			obj, ok := o.(P)
			if !ok {
				return o
			}
			return prune(obj)
		},
		Extract: func(o runtime.Object) ([]any, error) {
			obj, ok := o.(P)
			if !ok {
				return nil, fmt.Errorf("%T is not the type of a %s", o, kind)
			}
			return extract(obj), nil
		},
	}
}

func selecting(selector string, k adapter.Kind) adapter.Kind {
	k.Selector = selector
	return k
}

func feeds[T any]() []reflect.Type { return []reflect.Type{facts.TypeOf[T]()} }

func feedsBoth[T, U any]() []reflect.Type {
	return []reflect.Type{facts.TypeOf[T](), facts.TypeOf[U]()}
}
