package files

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

const (
	maxNested = 4  // Lists in Lists
	maxFaults = 20 // errors of one object; what follows is mostly more of the same
)

// outcome is what one document gave. Workers make it, the loader applies it.
type outcome struct {
	objects []object
	errors  []*Error
	// empty are Lists without an item, which are errors only where the input holds nothing else.
	empty []*Error
	// other are objects of kinds that are not read.
	other []other
}

// object is an object of a kind that is read, understood or not.
type object struct {
	Position
	kind      *adapter.Kind
	key       facts.ObjectKey
	ref       facts.Ref
	facts     []any
	defaulted bool // the namespace was filled in
	failed    bool
	workload  *object // what it runs, where the kind is read for something else
}

type other struct {
	Position
	head
	raw      []byte
	workload *object // where it makes pods
}

// reader turns documents into facts. It is safe for concurrent use.
type reader struct {
	decoder     decoder
	index       *adapter.Index
	definitions *definitions // for strict readers
	strict      bool         // what the API server would refuse is an error
	namespace   string
}

// read never fails: what cannot be understood is in the outcome.
func (r *reader) read(ctx context.Context, c chunk) outcome {
	raw := c.data
	if !c.json {
		var err error
		if raw, err = r.decoder.JSON(c.data); err != nil {
			if !r.strict && cutHeader(c) {
				return outcome{errors: []*Error{{Position: c.Position, Message: cutShort}}}
			}
			return outcome{errors: yamlFaults(c, err)}
		}
		if string(raw) == "null" {
			return outcome{}
		}
	}
	d := document{chunk: c}
	r.object(ctx, &d, raw, c.Position, "", 0)
	return d.outcome
}

// object reads one JSON object: a List or something else. Path is where it stands in the document.
func (r *reader) object(ctx context.Context, d *document, raw []byte, at Position, path string, depth int) {
	h, err := headOf(raw)
	if err != nil {
		d.fail(at, facts.Ref{}, path, &Error{Message: err.Error() + hint(d.chunk.data)})
		return
	}
	gvk := schema.FromAPIVersionAndKind(h.APIVersion, h.Kind)
	kind, known := r.index.Lookup(gvk)
	switch {
	case !known && len(h.Items) > 0 && strings.HasSuffix(h.Kind, "List") && depth < maxNested:
		r.list(ctx, d, h, at, path, depth)
	case !known && r.isList(gvk):
		d.fail(at, facts.Ref{}, join(path, "items"), noItems(h, raw))
	case !known && r.otherVersion(d, gvk, at, path):
	case !known:
		o := other{Position: at, head: h, raw: raw}
		var faults []*Error
		if r.strict {
			o.workload, faults = r.foreign(gvk, raw)
		}
		d.fail(at, facts.Ref{}, path, faults...)
		d.other = append(d.other, o)
	default:
		r.known(ctx, d, &kind, raw, at, path)
	}
}

// otherVersion recognises a kind that is read, in a version that is not understood, and workloads of the group "extensions",
// which Kubernetes moved to "apps" and serves no more.
func (r *reader) otherVersion(d *document, gvk schema.GroupVersionKind, at Position, path string) bool {
	home := gvk.GroupKind()
	if home.Group == "extensions" {
		home.Group = appsv1.GroupName
	}
	kind, known := r.index.LookupAnyVersion(home)
	if !known {
		return false
	}
	d.undecodable(&kind, facts.Ref{Group: gvk.Group, Kind: gvk.Kind, Name: at.String()}, at)
	d.fail(at, facts.Ref{}, join(path, "apiVersion"), &Error{Message: fmt.Sprintf("version %s of %s is not understood; use %s",
		strings.TrimPrefix(gvk.GroupVersion().String(), home.Group+"/"), gvk.Kind, kind.GVK.GroupVersion())})
	return true
}

func (r *reader) list(ctx context.Context, d *document, h head, at Position, path string, depth int) {
	var items []json.RawMessage
	if err := json.Unmarshal(h.Items, &items); err != nil {
		d.fail(at, facts.Ref{}, join(path, "items"), &Error{Message: "must be a list of objects"})
		return
	}
	if len(items) == 0 {
		d.emptyList(h, at, path)
	}
	lines := itemLines(d.chunk, len(items))
	for i, item := range items {
		pos := at
		if depth == 0 && i < len(lines) {
			pos.Line = lines[i]
		}
		if ih, err := headOf(item); err == nil && ih.Kind == "" && ih.APIVersion == "" && h.Kind != "List" {
			item = named(item, h.APIVersion, strings.TrimSuffix(h.Kind, "List")) // as the API server gives the items of a typed list
		}
		r.object(ctx, d, item, pos, fmt.Sprintf("%s[%d]", join(path, "items"), i), depth+1)
	}
}

// named adds apiVersion and kind to an object that has neither.
func named(raw []byte, apiVersion, kind string) []byte {
	inner := bytes.TrimPrefix(bytes.TrimSpace(raw), []byte("{"))
	comma := ","
	if bytes.HasPrefix(bytes.TrimSpace(inner), []byte("}")) {
		comma = ""
	}
	return fmt.Appendf(nil, `{"apiVersion":%q,"kind":%q%s%s`, apiVersion, kind, comma, inner)
}

// known reads an object of a kind that is read.
func (r *reader) known(ctx context.Context, d *document, kind *adapter.Kind, raw []byte, at Position, path string) {
	obj, faults := r.decode(kind, raw)
	meta, ok := obj.(metav1.Object)
	if !ok {
		meta = &metav1.ObjectMeta{}
	}
	o := object{Position: at, kind: kind}
	if len(faults) == 0 {
		o.defaulted, faults = r.settle(kind, meta)
	}
	o.ref = facts.Ref{Group: kind.GVK.Group, Kind: kind.GVK.Kind, Namespace: meta.GetNamespace(), Name: meta.GetName()}
	switch {
	case len(faults) > 0 || !r.strict:
	case kind.GVK.Group == v1alpha1.GroupVersion.Group:
		faults = r.validate(ctx, kind, raw)
	default:
		faults = refused(obj, meta)
	}
	if len(faults) > 0 && faults[0].Field != "metadata.name" {
		faults[0].Message += hint([]byte(o.ref.Name))
	}
	if len(faults) == 0 {
		var err error
		if o.facts, err = extract(kind, obj); err != nil {
			faults = []*Error{{Message: err.Error()}}
		}
	}
	o.key = facts.ObjectKey{Source: kind.SourceID(), Namespace: o.ref.Namespace, Name: o.ref.Name}
	if len(faults) > 0 {
		d.undecodable(kind, o.ref, at)
		d.fail(at, o.ref, path, faults...)
		return
	}
	if r.strict && makerOfPods(kind.GVK.GroupKind()) {
		if o.workload, faults = r.foreign(kind.GVK, raw); len(faults) > 0 {
			d.undecodable(kind, o.ref, at)
			d.fail(at, o.ref, path, faults...)
			return
		}
	}
	d.objects = append(d.objects, o)
}

func (r *reader) decode(kind *adapter.Kind, raw []byte) (runtime.Object, []*Error) {
	var obj runtime.Object
	var into any
	if kind.New == nil {
		u := &unstructured.Unstructured{}
		obj, into = u, &u.Object
	} else {
		obj = kind.New()
		into = obj
	}
	if r.strict {
		return obj, strictly(raw, into)
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, into); err != nil {
		return obj, []*Error{{Message: err.Error()}}
	}
	return obj, nil
}

// settle fills in namespace and generated name as the API server would.
func (r *reader) settle(kind *adapter.Kind, meta metav1.Object) (defaulted bool, faults []*Error) {
	switch {
	case !kind.Namespaced:
		meta.SetNamespace("")
	case meta.GetNamespace() == "":
		meta.SetNamespace(r.namespace)
		defaulted = true
	}
	switch {
	case strings.Contains(meta.GetName(), "{{"):
		return defaulted, []*Error{{Field: "metadata.name", Message: fmt.Sprintf("%q is no name", meta.GetName()) + hint([]byte(meta.GetName()))}}
	case meta.GetName() != "":
	case meta.GetGenerateName() != "":
		meta.SetName(meta.GetGenerateName() + "*")
	default:
		return defaulted, []*Error{{Field: "metadata.name", Message: "the object has no name"}}
	}
	return defaulted, nil
}

// validate judges a resource of tilsyn.dev as the API server would.
func (r *reader) validate(ctx context.Context, kind *adapter.Kind, raw []byte) []*Error {
	def, err := r.definitions.of(kind.Resource)
	if err != nil {
		return []*Error{{Message: fmt.Sprintf("the definition of %s is broken: %v", kind.GVK.Kind, err)}}
	}
	var content map[string]any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, &content); err != nil {
		return []*Error{{Message: err.Error()}}
	}
	var out []*Error
	for _, e := range def.judge(ctx, content) {
		out = append(out, &Error{Field: strings.TrimPrefix(e.Field, "<nil>"), Message: e.ErrorBody()})
	}
	return out
}

// extract keeps a fault in an adapter from taking everything down with it.
func extract(kind *adapter.Kind, obj runtime.Object) (found []any, err error) {
	defer func() {
		if p := recover(); p != nil {
			found, err = nil, fmt.Errorf("the reader of %s failed on it: %v", kind.GVK.Kind, p)
		}
	}()
	return kind.Extract(obj)
}
