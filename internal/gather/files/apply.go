package files

import (
	"fmt"

	"k8s.io/apimachinery/pkg/runtime/schema"
	clientscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// loader applies what the workers read to the store, in the order of the input.
type loader struct {
	store     *facts.Store
	options   Options
	reader    *reader
	result    *Result
	documents int // that hold something
	found     map[facts.SourceID]int
	bad       map[facts.SourceID][]facts.Ref
	unnamed   map[string]int // by file: the index of the note on objects whose namespace was filled in
	filled    map[string]int // by file: how many

	total, done, base, told int64
	file                    string
	unknown                 bool // the total
}

func newLoader(store *facts.Store, o Options, r *reader) *loader {
	return &loader{
		store: store, options: o, reader: r, result: newResult(), found: map[facts.SourceID]int{},
		bad: map[facts.SourceID][]facts.Ref{}, unnamed: map[string]int{}, filled: map[string]int{},
	}
}

func (l *loader) apply(out outcome) {
	if len(out.objects)+len(out.errors)+len(out.other) > 0 {
		l.documents++
	}
	l.result.Empty = append(l.result.Empty, out.empty...)
	for _, o := range out.objects {
		if o.failed {
			l.bad[o.kind.SourceID()] = append(l.bad[o.kind.SourceID()], o.ref)
			continue
		}
		l.put(o)
	}
	l.result.Errors = append(l.result.Errors, out.errors...)
	for _, o := range out.other {
		l.other(o)
	}
}

// put keeps the facts of an object. The same object may stand in several places, as Namespaces often do, as long as it says
// the same. Where it does not, the last one is judged, which is the one that stays when both are applied.
func (l *loader) put(o object) {
	changes := l.store.Put(o.key, o.facts...)
	if other, twice := l.result.Positions[o.key]; twice {
		if len(changes) > 0 {
			l.result.Positions[o.key] = o.Position
			l.result.Errors = append(l.result.Errors, &Error{Position: o.Position, Object: o.ref,
				Message: fmt.Sprintf("the same object stands differently in %s; when both are applied this one stays, so it is judged: remove one of them", other)})
			return
		}
		l.result.Notes = append(l.result.Notes, Note{o.Position, fmt.Sprintf("%s also stands in %s", o.ref, other)})
		return
	}
	if o.workload != nil && !l.options.Whole { // where the input is all there is, its pods are there too
		l.store.Put(o.workload.key, o.workload.facts...)
	}
	l.result.Positions[o.key] = o.Position
	l.result.Objects++
	l.found[o.key.Source]++
	if o.defaulted {
		l.noteNamespace(o)
	}
}

func (l *loader) noteNamespace(o object) {
	i, noted := l.unnamed[o.File]
	if !noted {
		i = len(l.result.Notes)
		l.unnamed[o.File] = i
		l.result.Notes = append(l.result.Notes, Note{Position: o.Position})
	}
	l.filled[o.File]++
	what := "1 object names"
	if n := l.filled[o.File]; n > 1 {
		what = fmt.Sprintf("%d objects name", n)
	}
	l.result.Notes[i].Message = fmt.Sprintf("%s no namespace, %s is taken", what, o.ref.Namespace)
}

// other deals with a document of a kind that is not read.
func (l *loader) other(o other) {
	gvk := schema.FromAPIVersionAndKind(o.APIVersion, o.Kind)
	if l.options.Other != nil {
		taken, err := l.options.Other(o.Position, gvk, o.raw)
		if err != nil {
			l.result.Errors = append(l.result.Errors, &Error{Position: o.Position, Message: err.Error()})
		}
		if taken || err != nil {
			return
		}
	}
	fault := &Error{Position: o.Position}
	switch {
	case o.Kind == "":
		fault.Field, fault.Message = "kind", "the object does not say what it is: kind is missing"+notAManifest(o.raw)
	case o.APIVersion == "":
		fault.Field, fault.Message = "apiVersion", fmt.Sprintf("the %s does not say of which API it is: apiVersion is missing", o.Kind)
	case gvk.GroupKind() == snapshotKind.GroupKind():
		fault.Message = "this is a snapshot and no manifest; give it with --snapshot"
	case misspelt(gvk):
		fault.Field, fault.Message = "kind", fmt.Sprintf("%s has no kind %s; kubectl api-resources lists those there are", o.APIVersion, o.Kind)
	case o.workload != nil:
		l.foreign(o.Position, o.workload)
		return
	default:
		l.result.ignore(o.APIVersion, o.Kind)
		return
	}
	l.result.Errors = append(l.result.Errors, fault)
}

// foreign keeps the workload of an object of a kind that is not read where a cluster has it too: it is known from its pods.
func (l *loader) foreign(at Position, o *object) {
	l.store.Put(o.key, o.facts...)
	l.result.Foreign[o.ref] = at
	if o.defaulted {
		l.noteNamespace(object{Position: at, ref: o.ref})
	}
}

// state gives the state of the source of a kind after all documents have been applied.
func (l *loader) state(k adapter.Kind) facts.SourceState {
	id := k.SourceID()
	s := facts.SourceState{ID: id, Condition: facts.SourceSynced, Undecodable: l.bad[id]}
	switch {
	case l.options.Whole:
	case k.Runtime:
		s.Condition = facts.SourceNotObservable
		s.Reason, s.Message = facts.ReasonNotRead, "manifests do not say what there is of it"
	case k.Optional && l.found[id] == 0 && len(s.Undecodable) == 0:
		s.Condition = facts.SourceAbsent
	}
	return s
}

func (l *loader) progress(c chunk) {
	if l.options.Progress == nil {
		return
	}
	if c.File != l.file {
		l.base, l.file = l.done, c.File
	}
	l.done = l.base + c.end
	if l.done-l.told < progressStep && l.done != l.total {
		return
	}
	l.told = l.done
	total := l.total
	if l.unknown {
		total = 0
	}
	l.options.Progress(l.done, total)
}

// misspelt tells whether a kind is none of an API that is known whole: Kubernetes' own, and ours. Kinds of other APIs may exist.
func misspelt(gvk schema.GroupVersionKind) bool {
	if gvk.Group == v1alpha1.GroupVersion.Group {
		return true // those that there are, are read
	}
	return clientscheme.Scheme.IsVersionRegistered(gvk.GroupVersion()) && !clientscheme.Scheme.Recognizes(gvk)
}
