package adapter

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// PruneTo gives a Prune function that keeps of an object what T reads, what names it, its labels, and the annotations whose
// key starts with one of the given texts. Users and passwords in addresses are cut out.
func PruneTo[T any](annotations ...string) func(runtime.Object) runtime.Object {
	return func(obj runtime.Object) runtime.Object {
		kept := new(T)
		var fields map[string]any
		_, err := Decode(obj, kept)
		if err == nil {
			fields, err = runtime.DefaultUnstructuredConverter.ToUnstructured(kept)
		}
		if err != nil {
			fields = map[string]any{"spec": notKept}
		}
		u, _ := obj.(*unstructured.Unstructured)
		if u == nil {
			return obj
		}
		out := &unstructured.Unstructured{Object: scrub(fields).(map[string]any)}
		out.SetGroupVersionKind(u.GroupVersionKind())
		out.SetNamespace(u.GetNamespace())
		out.SetName(u.GetName())
		out.SetUID(u.GetUID())
		out.SetResourceVersion(u.GetResourceVersion())
		if g := u.GetGeneration(); g != 0 { // else what T read of it stays
			out.SetGeneration(g)
		}
		out.SetCreationTimestamp(u.GetCreationTimestamp())
		out.SetLabels(u.GetLabels())
		out.SetOwnerReferences(u.GetOwnerReferences())
		out.SetAnnotations(keepPrefixed(u.GetAnnotations(), annotations))
		return out
	}
}

// notKept stands for what could not be understood, and so not be pruned: whoever reads the snapshot finds the object as
// undecodable as it was.
const notKept = "not kept: it could not be understood"

func keepPrefixed(all map[string]string, prefixes []string) map[string]string {
	kept := map[string]string{}
	for k, v := range all {
		for _, p := range prefixes {
			if strings.HasPrefix(k, p) {
				kept[k] = v
			}
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// scrub cuts the user part out of every address and drops empty values, in place.
func scrub(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e = scrub(e); e == nil {
				delete(v, k)
			} else {
				v[k] = e
			}
		}
	case []any:
		for i := range v {
			v[i] = scrub(v[i])
		}
	case string:
		return withoutUser(v)
	}
	return v
}

// withoutUser cuts user and password out of an address, also of one behind a prefix such as s3:https://.
func withoutUser(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return text
	}
	authority := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		authority = rest[:end]
	}
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		return scheme + "://" + rest[at+1:]
	}
	// A password may hold a slash; then what stands before it is no port.
	_, port, hasPort := strings.Cut(authority, ":")
	at := strings.LastIndexByte(rest, '@')
	if at >= 0 && hasPort && strings.Trim(port, "0123456789") != "" && !strings.HasPrefix(authority, "[") {
		return scheme + "://" + rest[at+1:]
	}
	return text
}
