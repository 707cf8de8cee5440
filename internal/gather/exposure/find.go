package exposure

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

const (
	// maxFields is how many fields of one object are kept, the surest first: the next ones are found when these are mended.
	maxFields = 20
	// maxField is the longest path that is kept.
	maxField = 320
	// maxDepth is how deep custom resources are looked into.
	maxDepth = 20
)

// finder collects what is found in one object.
type finder struct {
	path  path
	found []facts.ExposedField
}

// find looks through the names, labels and annotations of an object, and through what its kind holds that people write.
func find(o runtime.Object, m metav1.Object) []facts.ExposedField {
	var room [12]step
	f := &finder{path: room[:0]}
	f.in("metadata", func() {
		f.in("name", func() { f.personal("", m.GetName()) })
		f.metadata(m.GetLabels(), m.GetAnnotations())
	})
	switch t := o.(type) {
	case *corev1.ConfigMap:
		f.in("data", func() { f.texts(t.Data) })
		f.in("binaryData", func() {
			for key, value := range t.BinaryData {
				f.text(key, string(value))
			}
		})
	case *corev1.Event:
		f.in("message", func() { f.personal("", t.Message) })
	case *networkingv1.Ingress:
		f.in("spec", func() { f.ingress(&t.Spec) })
	case *unstructured.Unstructured:
		for key, value := range t.Object {
			if key != "metadata" && key != "apiVersion" && key != "kind" {
				f.in(key, func() { f.walk(key, value) })
			}
		}
	default:
		f.pods(o)
	}
	return ordered(f.found)
}

// pods looks into whatever has or makes pods; custom resources of Tilsyn are looked into as others are.
func (f *finder) pods(o runtime.Object) {
	f.path = append(f.path, step{text: "spec", form: field})
	switch t := o.(type) {
	case *corev1.Pod:
		f.spec(&t.Spec)
	case *appsv1.Deployment:
		f.template(&t.Spec.Template)
	case *appsv1.StatefulSet:
		f.template(&t.Spec.Template)
	case *appsv1.DaemonSet:
		f.template(&t.Spec.Template)
	case *appsv1.ReplicaSet:
		f.template(&t.Spec.Template)
	case *batchv1.Job:
		f.template(&t.Spec.Template)
	case *batchv1.CronJob:
		f.in("jobTemplate.spec", func() { f.template(&t.Spec.JobTemplate.Spec.Template) })
	case *corev1.ReplicationController:
		if t.Spec.Template != nil {
			f.template(t.Spec.Template)
		}
	default:
		f.own(o)
	}
	f.path = f.path[:len(f.path)-1]
}

// own looks into the specs of Tilsyn's own kinds, where people write reasons and descriptions.
func (f *finder) own(o runtime.Object) {
	if !ours(o) {
		return
	}
	if fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o); err == nil {
		f.walk("spec", fields["spec"])
	}
}

func (f *finder) template(t *corev1.PodTemplateSpec) {
	f.in("template.metadata", func() { f.metadata(t.Labels, t.Annotations) })
	f.in("template.spec", func() { f.spec(&t.Spec) })
}

func (f *finder) spec(s *corev1.PodSpec) {
	f.in("initContainers", func() { f.containers(s.InitContainers) })
	f.in("containers", func() { f.containers(s.Containers) })
	f.in("ephemeralContainers", func() {
		for i := range s.EphemeralContainers {
			f.containers([]corev1.Container{corev1.Container(s.EphemeralContainers[i].EphemeralContainerCommon)})
		}
	})
}

func (f *finder) containers(all []corev1.Container) {
	for i := range all {
		c := &all[i]
		f.at(step{text: c.Name, form: entry}, func() {
			f.in("env", func() {
				for j := range c.Env {
					f.text(c.Env[j].Name, c.Env[j].Value)
				}
			})
			f.in("command", func() { f.line(c.Command) })
			f.in("args", func() { f.line(c.Args) })
		})
	}
}

// line looks into a command line; the flag before an argument says what it is.
func (f *finder) line(all []string) {
	flag := ""
	for i, arg := range all {
		f.at(step{index: i, form: index}, func() { f.both(flag, arg) })
		if flag = ""; strings.HasPrefix(arg, "-") {
			flag = strings.TrimLeft(arg, "-")
		}
	}
}

func (f *finder) ingress(s *networkingv1.IngressSpec) {
	f.in("rules", func() {
		for n := range s.Rules {
			r := &s.Rules[n]
			f.at(step{index: n, form: index}, func() {
				f.in("host", func() { f.personal("", r.Host) })
				if r.HTTP == nil {
					return
				}
				for p := range r.HTTP.Paths {
					f.in("http.paths", func() { f.at(step{index: p, form: index}, func() { f.personal("", r.HTTP.Paths[p].Path) }) })
				}
			})
		}
	})
	f.in("tls", func() {
		for n := range s.TLS {
			for _, host := range s.TLS[n].Hosts {
				f.at(step{index: n, form: index}, func() { f.personal("", host) })
			}
		}
	})
}

func (f *finder) metadata(labels, annotations map[string]string) {
	f.in("labels", func() { f.texts(labels) })
	f.in("annotations", func() {
		for key, value := range annotations {
			if key != FoundAnnotation {
				f.text(key, value)
			}
		}
	})
}

func (f *finder) texts(all map[string]string) {
	for key, value := range all {
		f.text(key, value)
	}
}

// text looks into one entry of a map, its key among it.
func (f *finder) text(key, value string) {
	f.at(step{text: key, form: entry}, func() {
		f.personal("", key)
		f.both(key, value)
	})
}

// walk looks into all texts of a custom resource.
func (f *finder) walk(key string, value any) {
	if len(f.path) > maxDepth {
		return
	}
	switch v := value.(type) {
	case string:
		f.personal(key, v)
	case map[string]any:
		for k, inner := range v {
			f.at(step{text: k, form: field}, func() { f.walk(k, inner) })
		}
	case []any:
		for i, inner := range v {
			f.at(step{index: i, form: index}, func() { f.walk(key, inner) })
		}
	}
}

// in looks at what stands in a field.
func (f *finder) in(name string, look func()) { f.at(step{text: name, form: field}, look) }

func (f *finder) at(s step, look func()) {
	f.path = append(f.path, s)
	look()
	f.path = f.path[:len(f.path)-1]
}

func (f *finder) personal(key, value string) {
	for _, m := range scan.Personal(key, value) {
		f.add(m, "")
	}
}

// both looks for personal data and secrets.
func (f *finder) both(key, value string) {
	f.personal(key, value)
	for _, m := range scan.Secrets(key, value) {
		f.add(m, scan.Public(value))
	}
}

func (f *finder) add(m scan.Match, public string) {
	at := f.path.String()
	f.found = append(f.found, facts.ExposedField{
		Field: at[:min(len(at), maxField)], Identifier: m.Identifier, Confidence: m.Confidence, Count: m.Count, Public: public,
	})
}

// path is where the finder looks; it is written down only where something is found.
type path []step

type step struct {
	text  string
	index int
	form  form
}

type form uint8

const (
	field form = iota // .name
	entry             // [name]
	index             // [0]
)

// String writes the path, and names without what they may hold of personal data themselves.
func (p path) String() string {
	var b strings.Builder
	for i, s := range p {
		name, _ := scan.Masked(s.text)
		switch {
		case s.form == index:
			name = "[" + strconv.Itoa(s.index) + "]"
		case s.form == entry:
			name = "[" + name + "]"
		case i > 0:
			name = "." + name
		}
		b.WriteString(name)
	}
	return b.String()
}

// ordered sorts what was found by field and identifier, and leaves the surest of it. What the same field holds as key and as
// value is one.
func ordered(found []facts.ExposedField) []facts.ExposedField {
	place := func(a, b facts.ExposedField) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Identifier, b.Identifier), cmp.Compare(b.Confidence, a.Confidence), cmp.Compare(b.Count, a.Count))
	}
	slices.SortFunc(found, place)
	found = slices.CompactFunc(found, func(a, b facts.ExposedField) bool {
		return a.Field == b.Field && a.Identifier == b.Identifier && a.Confidence == b.Confidence
	})
	if len(found) > maxFields {
		slices.SortStableFunc(found, func(a, b facts.ExposedField) int { return cmp.Compare(b.Confidence, a.Confidence) })
		found = found[:maxFields]
		slices.SortFunc(found, place)
	}
	return found
}
