package logs

import (
	"reflect"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// OptOut is something that a pod or namespace says about the collection of its own logs.
type OptOut struct {
	Product facts.LogProduct
	// Key of the annotation or label, and what holds it.
	Key       string
	Label     bool
	Namespace bool
	// Container that it is about; empty: all.
	Container string
}

// Field gives the JSON path of the key within the metadata of the object that holds it.
func (o OptOut) Field() string {
	if o.Label {
		return "metadata.labels[" + o.Key + "]"
	}
	return "metadata.annotations[" + o.Key + "]"
}

// Keys, and beginnings of keys, of opt-outs.
const (
	fluentBitExclude = facts.AnnotationFluentBitExclude
	elasticPrefix    = "co.elastic.logs"
	datadogPrefix    = "ad.datadoghq.com/"
)

// OptOuts lists the opt-outs in the annotations and labels of a pod or template, by key. One about a container that is not
// there is none. It allocates nothing where there is none.
func OptOuts(shape *facts.PodShape) []OptOut {
	var out []OptOut
	for key, value := range shape.Annotations {
		if o, ok := annotationOptOut(key, value); ok && concerns(shape, o, value) {
			out = append(out, o)
		}
	}
	if isTrue(shape.Labels.Get(facts.LabelVectorExclude)) {
		out = append(out, OptOut{Product: facts.LogVector, Key: facts.LabelVectorExclude, Label: true})
	}
	if len(out) > 1 {
		slices.SortFunc(out, func(a, b OptOut) int { return strings.Compare(a.Key, b.Key) })
	}
	return out
}

// concerns tells whether an opt-out is about a container that is there, or about all of them.
func concerns(shape *facts.PodShape, o OptOut, value string) bool {
	var named []string
	switch {
	case o.Key == facts.AnnotationVectorContainers:
		named = list(value)
	case o.Container != "":
		named = []string{o.Container}
	default:
		return true
	}
	return slices.ContainsFunc(shape.Containers, func(c facts.Container) bool { return slices.Contains(named, c.Name) })
}

func annotationOptOut(key, value string) (OptOut, bool) {
	switch {
	case strings.HasPrefix(key, fluentBitExclude):
		container, ok := fluentBitKey(key)
		return OptOut{Product: facts.LogFluentBit, Key: key, Container: container}, ok && switchedOn(value) == facts.Yes
	case key == facts.AnnotationVectorContainers:
		return OptOut{Product: facts.LogVector, Key: key}, strings.TrimSpace(value) != ""
	case key == facts.AnnotationAlloyPods:
		return OptOut{Product: facts.LogAlloy, Key: key}, slices.Contains([]string{"false", "no", "skip"}, strings.ToLower(value))
	case strings.HasPrefix(key, elasticPrefix):
		container, ok := elasticKey(key)
		off := isFalse(value)
		if key == elasticPrefix+"/disable" {
			off = isTrue(value)
		}
		return OptOut{Product: facts.LogFilebeat, Key: key, Container: container}, ok && off
	case strings.HasPrefix(key, datadogPrefix):
		container, ok := datadogKey(key)
		return OptOut{Product: facts.LogDatadog, Key: key, Container: container}, ok && isTrue(value)
	case key == facts.AnnotationOpenTelemetryLogs:
		return OptOut{Product: facts.LogOpenTelemetry, Key: key}, isFalse(value)
	}
	return OptOut{}, false
}

// NamespaceOptOuts lists the opt-outs on a namespace.
func NamespaceOptOuts(labels map[string]string) []OptOut {
	if !isTrue(labels[facts.LabelVectorExclude]) {
		return nil
	}
	return []OptOut{{Product: facts.LogVector, Key: facts.LabelVectorExclude, Label: true, Namespace: true}}
}

func isTrue(s string) bool  { return strings.EqualFold(s, "true") }
func isFalse(s string) bool { return strings.EqualFold(s, "false") }

// fluentBitKey reads fluentbit.io/exclude[_stdout|_stderr][-container].
func fluentBitKey(key string) (container string, ok bool) {
	rest := strings.TrimPrefix(key, fluentBitExclude)
	for _, stream := range []string{"_stdout", "_stderr"} {
		rest = strings.TrimPrefix(rest, stream)
	}
	if rest == "" {
		return "", true
	}
	return strings.CutPrefix(rest, "-")
}

// fluentBitOptOut gives the annotation that takes a container, or one of its two streams, out; empty where none does.
func fluentBitOptOut(annotations map[string]string, container string) string {
	for key, value := range annotations {
		if !strings.HasPrefix(key, fluentBitExclude) || switchedOn(value) != facts.Yes {
			continue
		}
		if c, ok := fluentBitKey(key); ok && (c == "" || c == container) {
			return key
		}
	}
	return ""
}

// elasticKey reads co.elastic.logs/enabled, co.elastic.logs/disable and co.elastic.logs.<container>/enabled.
func elasticKey(key string) (container string, ok bool) {
	rest := strings.TrimPrefix(key, elasticPrefix)
	if rest == "/enabled" || rest == "/disable" {
		return "", true
	}
	container, ok = strings.CutSuffix(strings.TrimPrefix(rest, "."), "/enabled")
	return container, ok && container != ""
}

// hintsSetting tells what the hints of a pod say about a container: Yes in, No out, NotKnown nothing.
func hintsSetting(annotations map[string]string, container string) facts.Tristate {
	for _, key := range []string{elasticPrefix + "." + container + "/enabled", elasticPrefix + "/enabled"} {
		if v, ok := annotations[key]; ok {
			if isFalse(v) {
				return facts.No
			}
			return facts.Yes
		}
	}
	if isTrue(annotations[elasticPrefix+"/disable"]) {
		return facts.No
	}
	return facts.NotKnown
}

// datadogKey reads ad.datadoghq.com/[<container>.](exclude|logs_exclude).
func datadogKey(key string) (container string, ok bool) {
	rest := strings.TrimPrefix(key, datadogPrefix)
	if rest == "exclude" || rest == "logs_exclude" {
		return "", true
	}
	for _, suffix := range []string{".exclude", ".logs_exclude"} {
		if c, found := strings.CutSuffix(rest, suffix); found {
			return c, true
		}
	}
	return "", false
}

func datadogOptOut(annotations map[string]string, container string) string {
	for key, value := range annotations {
		if !strings.HasPrefix(key, datadogPrefix) || !isTrue(value) {
			continue
		}
		if c, ok := datadogKey(key); ok && (c == "" || c == container) {
			return key
		}
	}
	return ""
}

// vectorOptOut gives the label or annotation that takes a container out of Vector.
func vectorOptOut(r *Record) string {
	if isTrue(r.Labels.Get(facts.LabelVectorExclude)) || isTrue(r.NamespaceLabels[facts.LabelVectorExclude]) {
		return facts.LabelVectorExclude
	}
	if slices.Contains(list(r.Annotations[facts.AnnotationVectorContainers]), r.Container) {
		return facts.AnnotationVectorContainers
	}
	return ""
}

// PodOptOut is an opt-out that a running pod has, whatever its template says.
type PodOptOut struct {
	Pod facts.Ref
	OptOut
	Shape *facts.PodShape
}

// Own is what the pods of a namespace say about the collection of their logs.
type Own struct {
	// Running lists the opt-outs of running pods by workload.
	Running map[facts.Ref][]PodOptOut
	// Missing lists sources of pods and namespaces that are not complete, so that there may be more.
	Missing []facts.SourceState
	// OnlyManifests is true where the way of gathering has no pods.
	OnlyManifests bool
}

type ownKey struct{ namespace string }

var ownLooks = facts.Looks{In: []reflect.Type{facts.TypeOf[facts.Pod](), facts.TypeOf[facts.Owner](), facts.TypeOf[facts.Namespace]()}}

// OwnOf looks at the pods of a namespace. The caller declares facts.Pod, facts.Owner and facts.Namespace for it.
func OwnOf(v facts.View, namespace string) *Own {
	return facts.DerivedIn(v, ownKey{namespace}, namespace, ownLooks, func(v facts.View) *Own {
		out := &Own{Running: map[facts.Ref][]PodOptOut{}, OnlyManifests: OnlyManifests(v)}
		out.Missing = facts.Incomplete[facts.Namespace](v)
		if !out.OnlyManifests {
			out.Missing = append(out.Missing, facts.Incomplete[facts.Pod](v)...)
		}
		roots := workload.RootsIn(v, namespace)
		for _, p := range facts.ListIn[facts.Pod](v, namespace) {
			if !active(p) || p.Shape == nil {
				continue
			}
			for _, o := range OptOuts(p.Shape) {
				root := roots.Of(p)
				out.Running[root] = append(out.Running[root],
					PodOptOut{Pod: facts.Ref{Kind: "Pod", Namespace: p.Namespace, Name: p.Name}, OptOut: o, Shape: p.Shape})
			}
		}
		return out
	})
}

// OnlyManifests tells whether the way of gathering has no pods.
func OnlyManifests(v facts.View) bool {
	return !slices.ContainsFunc(facts.Sources[facts.Pod](v), func(s facts.SourceState) bool { return s.Condition != facts.SourceNotObservable })
}
