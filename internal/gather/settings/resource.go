package settings

import (
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// PruneResource makes a copy of a custom resource for a snapshot: name, namespace and labels, the spec that prune makes of
// the spec, and of the status the given fields. It gives nil for anything else than an unstructured object. What a resource
// holds beyond that, such as environment variables, may be secret and is never copied.
func PruneResource(o runtime.Object, prune func(spec map[string]any) map[string]any, status ...string) runtime.Object {
	u, ok := o.(*unstructured.Unstructured)
	if !ok {
		return nil
	}
	out := &unstructured.Unstructured{Object: map[string]any{}}
	out.SetAPIVersion(u.GetAPIVersion())
	out.SetKind(u.GetKind())
	out.SetNamespace(u.GetNamespace())
	out.SetName(u.GetName())
	out.SetUID(u.GetUID())
	out.SetCreationTimestamp(u.GetCreationTimestamp())
	out.SetLabels(u.GetLabels())
	out.Object["spec"] = prune(Map(u.Object, "spec"))
	if s := Pick(Map(u.Object, "status"), status...); len(s) > 0 {
		out.Object["status"] = s
	}
	return out
}

// Pick gives a mapping with the given keys only.
func Pick(m map[string]any, keys ...string) map[string]any {
	out := map[string]any{}
	for _, k := range keys {
		if v, ok := m[k]; ok {
			out[k] = v
		}
	}
	return out
}

// PickScalars gives a mapping with those scalars and lists of scalars only whose name, in lower case, keep accepts, with
// URLs cleaned.
func PickScalars(m map[string]any, keep func(key string) bool) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		key := strings.ToLower(k)
		if !keep(key) {
			continue
		}
		if s, ok := Scalar(v); ok {
			out[k] = Clean(key, s)
		} else if l, ok := v.([]any); ok {
			out[k] = cleanList(key, l)
		}
	}
	return out
}

func cleanList(key string, l []any) []any {
	out := make([]any, 0, len(l))
	for _, e := range l {
		if s, ok := Scalar(e); ok {
			out = append(out, Clean(key, s))
		}
	}
	return out
}
