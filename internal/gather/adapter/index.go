package adapter

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Index finds kinds by what objects say of themselves.
type Index struct {
	byVersion map[schema.GroupVersionKind]*Kind
	byKind    map[schema.GroupKind]*Kind
}

// NewIndex indexes kinds, which must not change afterwards.
func NewIndex(kinds []Kind) *Index {
	x := &Index{byVersion: map[schema.GroupVersionKind]*Kind{}, byKind: map[schema.GroupKind]*Kind{}}
	for i := range kinds {
		k := &kinds[i]
		x.byKind[k.GVK.GroupKind()] = k
		for _, version := range slices.Concat([]string{k.GVK.Version}, k.Versions) {
			x.byVersion[k.GVK.GroupKind().WithVersion(version)] = k
		}
	}
	return x
}

// Lookup finds the kind of an object in a version that is understood.
func (x *Index) Lookup(gvk schema.GroupVersionKind) (Kind, bool) {
	k := x.byVersion[gvk]
	if k == nil {
		return Kind{}, false
	}
	return *k, true
}

// LookupAnyVersion finds the kind of an object whatever its version.
func (x *Index) LookupAnyVersion(gk schema.GroupKind) (Kind, bool) {
	k := x.byKind[gk]
	if k == nil {
		return Kind{}, false
	}
	return *k, true
}
