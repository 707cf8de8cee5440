// Package exposure looks for personal data and secrets in the objects that are read, and keeps where they are and never what
// they are.
package exposure

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// FoundAnnotation says of an object of a snapshot, from which texts were cut out, what was found in them. It adds to what is
// found in the rest: nobody can take a finding away with it.
const FoundAnnotation = "scan.tilsyn.dev/found"

// Scanning gives kinds whose objects also give a facts.Exposure where personal data or secrets are found in them. Kinds of
// which nothing is looked at stay as they are.
func Scanning(kinds []adapter.Kind) []adapter.Kind {
	out := slices.Clone(kinds)
	for i := range out {
		if !passedOver(out[i].GVK.Group, out[i].GVK.Kind) {
			out[i] = scanning(out[i])
		}
	}
	return out
}

// passedOver are kinds that hold what others published, at length, or what Tilsyn itself wrote.
func passedOver(group, kind string) bool {
	return group == "aquasecurity.github.io" || group == "tilsyn.dev" && kind == "SupervisionRecord"
}

func scanning(k adapter.Kind) adapter.Kind {
	extract, prune := k.Extract, k.Prune
	k.Feeds = slices.Clone(k.Feeds)
	if t := facts.TypeOf[facts.Exposure](); !slices.Contains(k.Feeds, t) {
		k.Feeds = append(k.Feeds, t)
	}
	k.Extract = func(o runtime.Object) ([]any, error) {
		out, err := extract(o)
		if err != nil {
			return out, err
		}
		if e := exposureOf(k, o); e != nil {
			out = append(out, e)
		}
		return out, nil
	}
	if prune != nil {
		k.Prune = func(o runtime.Object) runtime.Object { return marked(k, o, prune(o)) }
	}
	return k
}

// exposureOf gives what was found in an object, nil where nothing was.
func exposureOf(k adapter.Kind, o runtime.Object) *facts.Exposure {
	m, err := meta.Accessor(o)
	if err != nil {
		return nil
	}
	found := find(o, m)
	if said, there := m.GetAnnotations()[FoundAnnotation]; there {
		found = merge(found, read(said))
	}
	if len(found) == 0 {
		return nil
	}
	return &facts.Exposure{
		Ref:   facts.Ref{Group: k.GVK.Group, Kind: k.GVK.Kind, Namespace: m.GetNamespace(), Name: m.GetName()},
		Owner: ownerOf(o, m), Found: found,
	}
}

// marked gives a pruned object on which stands what was found in the whole one.
func marked(k adapter.Kind, whole, pruned runtime.Object) runtime.Object {
	e := exposureOf(k, whole)
	if e == nil {
		return pruned
	}
	if isNil(pruned) {
		pruned = empty(k, whole)
	}
	m, err := meta.Accessor(pruned)
	if err != nil {
		return pruned
	}
	written, err := json.Marshal(e.Found)
	if err != nil {
		return pruned
	}
	annotations := maps.Clone(m.GetAnnotations())
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[FoundAnnotation] = string(written)
	m.SetAnnotations(annotations)
	return pruned
}

func isNil(o runtime.Object) bool {
	return o == nil || reflect.ValueOf(o).Kind() == reflect.Pointer && reflect.ValueOf(o).IsNil()
}

// empty makes an object that has a name and an owner only.
func empty(k adapter.Kind, whole runtime.Object) runtime.Object {
	var out runtime.Object = &unstructured.Unstructured{Object: map[string]any{}}
	if k.New != nil {
		out = k.New()
	}
	out.GetObjectKind().SetGroupVersionKind(k.GVK)
	from, err := meta.Accessor(whole)
	if err != nil {
		return out
	}
	if to, err := meta.Accessor(out); err == nil {
		to.SetNamespace(from.GetNamespace())
		to.SetName(from.GetName())
		to.SetUID(from.GetUID())
		to.SetCreationTimestamp(from.GetCreationTimestamp())
		to.SetOwnerReferences(from.GetOwnerReferences())
	}
	return out
}

// read understands what an annotation says as far as it makes sense.
func read(said string) []facts.ExposedField {
	var all []facts.ExposedField
	if json.Unmarshal([]byte(said), &all) != nil {
		return nil
	}
	return slices.DeleteFunc(all, func(f facts.ExposedField) bool {
		return f.Field == "" || len(f.Field) > maxField || f.Identifier == "" || f.Confidence == 0 || f.Count <= 0
	})
}

// merge joins two lists, of entries about the same the one that counts more.
func merge(a, b []facts.ExposedField) []facts.ExposedField {
	out := slices.Clone(a)
	for _, f := range b {
		i := slices.IndexFunc(out, func(o facts.ExposedField) bool {
			return o.Field == f.Field && o.Identifier == f.Identifier && o.Confidence == f.Confidence
		})
		if i < 0 {
			out = append(out, f)
			continue
		}
		out[i].Count = max(out[i].Count, f.Count)
	}
	return ordered(out)
}

// ownerOf gives what a pod or another object belongs to.
func ownerOf(o runtime.Object, m metav1.Object) facts.Ref {
	if r, ok := aboutOf(o); ok {
		return r
	}
	c := metav1.GetControllerOfNoCopy(m)
	if c == nil {
		return facts.Ref{}
	}
	gv, err := schema.ParseGroupVersion(c.APIVersion)
	if err != nil {
		return facts.Ref{}
	}
	return facts.Ref{Group: gv.Group, Kind: c.Kind, Namespace: m.GetNamespace(), Name: c.Name}
}
