package files

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	clientscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/tilsyn-dev/tilsyn/internal/near"
)

// isList tells whether a kind is a list for certain: kinds of other APIs may end in List and be none, such as an AllowList.
func (r *reader) isList(gvk schema.GroupVersionKind) bool {
	of, list := strings.CutSuffix(gvk.Kind, "List")
	if !list {
		return false
	}
	if gvk.Version == "v1" && gvk.Group == "" && of == "" || clientscheme.Scheme.Recognizes(gvk) {
		return true
	}
	_, known := r.index.LookupAnyVersion(schema.GroupKind{Group: gvk.Group, Kind: of})
	return known
}

// noItems says why nothing is read of a list: its items are missing, misspelt or too deep inside others.
func noItems(h head, raw []byte) *Error {
	if len(h.Items) > 0 {
		return &Error{Message: fmt.Sprintf("Lists are read up to %d deep in each other; this one is deeper: give its objects alone", maxNested)}
	}
	fault := &Error{Message: fmt.Sprintf("the %s has no items, so nothing of it is read", h.Kind)}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return fault
	}
	var names []string
	for name := range fields {
		if near.Distance(strings.ToLower(name), "items") < maxEdit {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		fault.Message += fmt.Sprintf("; %s is no field of it: did you mean items?", slices.Min(names))
	}
	return fault
}

// emptyList notes a list that holds no object.
func (d *document) emptyList(h head, at Position, path string) {
	d.empty = append(d.empty, &Error{Position: at, Field: join(path, "items"),
		Message: fmt.Sprintf("nothing to check: the %s holds no object; was it asked for in the right namespace?", h.Kind)})
}
