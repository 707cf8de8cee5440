// Package handsoff finds workloads that a GitOps controller is told, by an annotation on them, to leave as they are.
package handsoff

import (
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// annotations and the values, in lower case, by which a controller no longer undoes changes of an object.
var annotations = map[string][]string{
	"kustomize.toolkit.fluxcd.io/reconcile": {"disabled"},
	"kustomize.toolkit.fluxcd.io/ssa":       {"ignore", "ifnotpresent"},
	"helm.toolkit.fluxcd.io/driftDetection": {"disabled"},
}

// Finding gives kinds whose workloads also give a facts.HandsOff where such an annotation is on them.
func Finding(kinds []adapter.Kind) []adapter.Kind {
	out := slices.Clone(kinds)
	for i := range out {
		if slices.Contains(out[i].Feeds, facts.TypeOf[facts.Workload]()) {
			out[i] = finding(out[i])
		}
	}
	return out
}

func finding(k adapter.Kind) adapter.Kind {
	extract, prune := k.Extract, k.Prune
	k.Feeds = append(slices.Clone(k.Feeds), facts.TypeOf[facts.HandsOff]())
	k.Extract = func(o runtime.Object) ([]any, error) {
		out, err := extract(o)
		m, noMeta := meta.Accessor(o)
		if err != nil || noMeta != nil {
			return out, err
		}
		if key, value := find(m.GetAnnotations()); key != "" {
			ref := facts.Ref{Group: k.GVK.Group, Kind: k.GVK.Kind, Namespace: m.GetNamespace(), Name: m.GetName()}
			out = append(out, &facts.HandsOff{Ref: ref, Key: key, Value: value})
		}
		return out, nil
	}
	if prune == nil {
		return k
	}
	k.Prune = func(o runtime.Object) runtime.Object {
		pruned := prune(o)
		whole, err := meta.Accessor(o)
		if err != nil {
			return pruned
		}
		key, value := find(whole.GetAnnotations())
		if key == "" {
			return pruned
		}
		if m, err := meta.Accessor(pruned); err == nil {
			kept := maps.Clone(m.GetAnnotations())
			if kept == nil {
				kept = map[string]string{}
			}
			kept[key] = value
			m.SetAnnotations(kept)
		}
		return pruned
	}
	return k
}

// find gives the first such annotation by key, empty where there is none.
func find(all map[string]string) (key, value string) {
	for k, v := range all {
		if slices.Contains(annotations[k], strings.ToLower(v)) && (key == "" || k < key) {
			key, value = k, v
		}
	}
	return key, value
}
