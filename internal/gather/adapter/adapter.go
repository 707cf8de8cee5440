// Package adapter says how facts are made of API objects: one Kind for each resource that Tilsyn reads, the same for the
// operator's watches, for snapshots and for manifests.
package adapter

import (
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Kind declares one API resource that is read and what facts its objects give.
type Kind struct {
	// GVK with the version read first; Versions lists others that Extract understands, best first.
	GVK      schema.GroupVersionKind
	Versions []string
	// Resource is the plural name.
	Resource   string
	Namespaced bool
	// Optional is true for kinds that a cluster may lack (custom resources).
	Optional bool
	// New makes an empty typed object to decode into; nil: the object is read as *unstructured.Unstructured.
	New func() runtime.Object
	// Feeds lists the fact types, each of which an object gives at most once.
	Feeds []reflect.Type
	// Selector narrows list and watch to objects with these labels; Extract gives no facts of the others anyway.
	Selector string
	// Runtime is true for kinds that only a cluster or a snapshot has.
	Runtime bool
	// Prune makes a copy fit for a snapshot, without what controls never read and without anything that may be secret;
	// nil: the whole object without managedFields and last-applied annotation.
	Prune func(runtime.Object) runtime.Object
	// Extract gives the facts of one object, which it must not change or keep references into beyond immutable parts.
	// An error says what could not be understood; the object is then listed as undecodable and its source is incomplete.
	Extract func(runtime.Object) ([]any, error)
}

// SourceID gives the source of the kind: resource and group.
func (k Kind) SourceID() facts.SourceID {
	if k.GVK.Group == "" {
		return facts.SourceID(k.Resource)
	}
	return facts.SourceID(k.Resource + "." + k.GVK.Group)
}

// GVR gives the resource in the version read first.
func (k Kind) GVR() schema.GroupVersionResource {
	return k.GVK.GroupVersion().WithResource(k.Resource)
}

// Source declares the kind to a facts.Store.
func (k Kind) Source() facts.Source {
	return facts.Source{ID: k.SourceID(), Feeds: k.Feeds, Runtime: k.Runtime}
}
