package files

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/placement"
)

// noReplicas is the number of a workload that states none.
const noReplicas = -1

// foreign recognises an object of a kind that is not read and that makes pods, and gives its workload: it must not look as
// if nothing ran there. Nil where it makes none.
func (r *reader) foreign(gvk schema.GroupVersionKind, raw []byte) (*object, []*Error) {
	pods, known := r.index.Lookup(corev1.SchemeGroupVersion.WithKind("Pod"))
	listed := makerOfPods(gvk.GroupKind())
	if !known || !makesPods(gvk) || !listed && !bytes.Contains(raw, []byte(`"containers"`)) {
		return nil, nil
	}
	var content map[string]any
	if err := json.Unmarshal(raw, &content); err != nil {
		return nil, []*Error{{Message: err.Error()}}
	}
	path := "spec" // where there is no template, the object as a whole says what comes of it
	switch template := podTemplate(content, ""); {
	case template != "":
		path = template + ".spec"
	case !listed:
		return nil, nil
	}
	var meta metav1.PartialObjectMetadata
	if err := json.Unmarshal(raw, &meta); err != nil {
		return nil, []*Error{wrongValue(raw, &meta, err)}
	}
	defaulted, faults := r.settle(&adapter.Kind{Namespaced: true}, &meta)
	if len(faults) > 0 {
		return nil, faults
	}
	ref := facts.Ref{Group: gvk.Group, Kind: gvk.Kind, Namespace: meta.Namespace, Name: meta.Name}
	w := &facts.Workload{Ref: ref, UID: facts.UIDOf(meta.UID), Unread: true, TemplatePath: path, Shape: &facts.PodShape{},
		Labels: facts.NewLabels(meta.Labels), Replicas: noReplicas, CreatedAt: facts.InstantOf(meta.CreationTimestamp.Time)}
	if err := readScheduling(gvk.GroupKind(), raw, w); err != nil {
		return nil, []*Error{{Field: "spec.affinity", Message: err.Error()}}
	}
	return &object{
		key: facts.ObjectKey{Source: pods.SourceID(), Namespace: ref.Namespace, Name: gvk.GroupKind().String() + "/" + ref.Name},
		ref: ref, defaulted: defaulted, facts: []any{w},
	}, nil
}

const cnpgGroup = "postgresql.cnpg.io"

// readScheduling reads where the pods of a database cluster may run, if the object says it: its operator gives the pods that
// and nothing else.
func readScheduling(gk schema.GroupKind, raw []byte, w *facts.Workload) error {
	if gk.Group != cnpgGroup || gk.Kind != "Cluster" {
		return nil
	}
	var cluster struct {
		Spec struct {
			Affinity struct {
				NodeSelector map[string]string    `json:"nodeSelector"`
				NodeAffinity *corev1.NodeAffinity `json:"nodeAffinity"`
			} `json:"affinity"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(raw, &cluster); err != nil {
		return err
	}
	a := cluster.Spec.Affinity
	if len(a.NodeSelector) == 0 && a.NodeAffinity == nil {
		return nil
	}
	w.SchedulingRead = true
	w.Shape.Scheduling = placement.FromPodSpec(&corev1.PodSpec{NodeSelector: a.NodeSelector, Affinity: &corev1.Affinity{NodeAffinity: a.NodeAffinity}})
	return nil
}

// makesPods leaves out kinds that hold templates and run nothing: those of Kubernetes itself, of which all that run pods are
// read, and policies, which describe the templates of others.
func makesPods(gvk schema.GroupVersionKind) bool {
	return !clientscheme.Scheme.Recognizes(gvk) && !strings.HasSuffix(gvk.Kind, "Policy")
}

// podTemplate finds the first pod template in an object, by what custom resources have in common: it is called a template
// and has a spec with containers.
func podTemplate(v any, path string) string {
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			at := join(path, name)
			if strings.HasSuffix(strings.ToLower(name), "template") && hasContainers(v[name]) {
				return at
			}
			if found := podTemplate(v[name], at); found != "" {
				return found
			}
		}
	case []any:
		for i, e := range v {
			if found := podTemplate(e, fmt.Sprintf("%s[%d]", path, i)); found != "" {
				return found
			}
		}
	}
	return ""
}

func hasContainers(template any) bool {
	t, _ := template.(map[string]any)
	spec, _ := t["spec"].(map[string]any)
	containers, _ := spec["containers"].([]any)
	return slices.ContainsFunc(containers, func(c any) bool {
		container, ok := c.(map[string]any)
		return ok && (container["image"] != nil || container["name"] != nil)
	})
}
