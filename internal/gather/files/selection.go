package files

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// refused gives what the API server would refuse of labels and of the choice of nodes. A template with such a fault never
// comes to run, so that nothing about it may pass. The rules are those of the API server's validation, which is no library.
func refused(obj runtime.Object, meta metav1.Object) []*Error {
	out := labels("metadata.labels", meta.GetLabels())
	switch o := obj.(type) {
	case *nodev1.RuntimeClass:
		if o.Scheduling != nil {
			out = append(out, labels("scheduling.nodeSelector", o.Scheduling.NodeSelector)...)
		}
	case *corev1.PersistentVolume:
		if a := o.Spec.NodeAffinity; a != nil && a.Required != nil {
			out = append(out, nodeSelector("spec.nodeAffinity.required", a.Required)...)
		}
	case *corev1.Pod:
		out = append(out, pods("spec", &o.Spec)...)
	default:
		if path, t := template(obj); t != nil {
			out = append(out, labels(path+".metadata.labels", t.Labels)...)
			out = append(out, pods(path+".spec", &t.Spec)...)
		}
	}
	return out
}

// template gives the pod template of a built-in object and where it stands; nil where it has none.
func template(obj runtime.Object) (path string, t *corev1.PodTemplateSpec) {
	path = "spec.template"
	switch o := obj.(type) {
	case *appsv1.Deployment:
		t = &o.Spec.Template
	case *appsv1.StatefulSet:
		t = &o.Spec.Template
	case *appsv1.DaemonSet:
		t = &o.Spec.Template
	case *appsv1.ReplicaSet:
		t = &o.Spec.Template
	case *corev1.ReplicationController:
		t = o.Spec.Template
	case *batchv1.Job:
		t = &o.Spec.Template
	case *batchv1.CronJob:
		path, t = "spec.jobTemplate.spec.template", &o.Spec.JobTemplate.Spec.Template
	}
	return path, t
}

// pods judges what of a pod spec chooses nodes.
func pods(path string, spec *corev1.PodSpec) []*Error {
	out := labels(path+".nodeSelector", spec.NodeSelector)
	if spec.Affinity == nil || spec.Affinity.NodeAffinity == nil {
		return out
	}
	a := spec.Affinity.NodeAffinity
	path += ".affinity.nodeAffinity."
	if a.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		out = append(out, nodeSelector(path+"requiredDuringSchedulingIgnoredDuringExecution", a.RequiredDuringSchedulingIgnoredDuringExecution)...)
	}
	for i := range a.PreferredDuringSchedulingIgnoredDuringExecution {
		p := &a.PreferredDuringSchedulingIgnoredDuringExecution[i]
		at := fmt.Sprintf("%spreferredDuringSchedulingIgnoredDuringExecution[%d]", path, i)
		if p.Weight < 1 || p.Weight > 100 {
			out = append(out, &Error{Field: at + ".weight", Message: fmt.Sprintf("%d is no weight; write one from 1 to 100", p.Weight)})
		}
		out = append(out, nodeTerm(at+".preference", &p.Preference)...)
	}
	return out
}

func nodeSelector(path string, s *corev1.NodeSelector) (out []*Error) {
	path += ".nodeSelectorTerms"
	if len(s.NodeSelectorTerms) == 0 {
		return []*Error{{Field: path, Message: "holds no term, and the API server refuses that; write one with matchExpressions, or remove the whole selector"}}
	}
	for i := range s.NodeSelectorTerms {
		out = append(out, nodeTerm(fmt.Sprintf("%s[%d]", path, i), &s.NodeSelectorTerms[i])...)
	}
	return out
}

func nodeTerm(path string, t *corev1.NodeSelectorTerm) (out []*Error) {
	for i := range t.MatchExpressions {
		out = append(out, expression(fmt.Sprintf("%s.matchExpressions[%d]", path, i), &t.MatchExpressions[i])...)
	}
	for i := range t.MatchFields {
		out = append(out, fieldExpression(fmt.Sprintf("%s.matchFields[%d]", path, i), &t.MatchFields[i])...)
	}
	return out
}

// expression judges an expression on labels of nodes. That Gt and Lt compare whole numbers only the scheduler minds.
func expression(path string, e *corev1.NodeSelectorRequirement) []*Error {
	var out []*Error
	wrong := func(field, format string, args ...any) {
		out = append(out, &Error{Field: path + field, Message: fmt.Sprintf(format, args...)})
	}
	switch e.Operator {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		if len(e.Values) == 0 {
			wrong(".values", "operator %s needs at least one value; list them, or remove the expression", e.Operator)
		}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
		if len(e.Values) > 0 {
			wrong(".values", "operator %s takes no values; remove %s, or use In or NotIn", e.Operator, quoted(e.Values))
		}
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		if len(e.Values) != 1 {
			wrong(".values", "operator %s takes exactly one value and has %d", e.Operator, len(e.Values))
		}
	default:
		wrong(".operator", "%q is no operator; use In, NotIn, Exists, DoesNotExist, Gt or Lt", e.Operator)
	}
	if fault := labelKey(e.Key); fault != "" {
		wrong(".key", "%s", fault)
	}
	for i, v := range e.Values {
		if fault := labelValue(v); fault != "" {
			wrong(fmt.Sprintf(".values[%d]", i), "%s", fault)
		}
	}
	return out
}

// fieldExpression judges an expression on the one field of nodes that can be matched, their name.
func fieldExpression(path string, e *corev1.NodeSelectorRequirement) (out []*Error) {
	if e.Operator != corev1.NodeSelectorOpIn && e.Operator != corev1.NodeSelectorOpNotIn {
		out = append(out, &Error{Field: path + ".operator", Message: fmt.Sprintf("%q is no operator for a field; use In or NotIn", e.Operator)})
	}
	if e.Key != metav1.ObjectNameField {
		out = append(out, &Error{Field: path + ".key", Message: fmt.Sprintf("%q is no field of nodes that can be matched; only %s is", e.Key, metav1.ObjectNameField)})
	}
	if len(e.Values) != 1 {
		out = append(out, &Error{Field: path + ".values", Message: fmt.Sprintf("exactly one value can be matched, and there are %d", len(e.Values))})
	}
	for i, v := range e.Values {
		if len(content.IsDNS1123Subdomain(v)) > 0 {
			out = append(out, &Error{Field: fmt.Sprintf("%s.values[%d]", path, i), Message: fmt.Sprintf("%q is no name of a node", v)})
		}
	}
	return out
}

// labels judges labels, or a selector that is written like labels.
func labels(path string, all map[string]string) (out []*Error) {
	if plainLabels(all) {
		return nil
	}
	for _, k := range slices.Sorted(maps.Keys(all)) {
		if fault := labelKey(k); fault != "" {
			out = append(out, &Error{Field: path + "[" + k + "]", Message: fault})
		}
		if fault := labelValue(all[k]); fault != "" {
			out = append(out, &Error{Field: path + "[" + k + "]", Message: fault})
		}
	}
	return out
}

// labelKey tells why a text is no key of a label; empty where it is one.
func labelKey(k string) string {
	if plainKey(k) {
		return ""
	}
	if faults := content.IsLabelKey(k); len(faults) > 0 {
		return fmt.Sprintf("%q is no label key: %s", k, faults[0])
	}
	return ""
}

// labelValue tells why a text is no value of a label; empty where it is one.
func labelValue(v string) string {
	if plainValue(v) {
		return ""
	}
	faults := content.IsLabelValue(v)
	if len(faults) == 0 {
		return ""
	}
	if bare := strings.TrimSpace(v); bare != v && len(content.IsLabelValue(bare)) == 0 {
		return fmt.Sprintf("%q begins or ends with a blank, and the API server refuses that; write %q", v, bare)
	}
	return fmt.Sprintf("%q is no label value: %s", v, faults[0])
}

func quoted(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strconv.Quote(v)
	}
	return strings.Join(out, ", ")
}

// plainLabels tells that labels are surely right, which nearly all are: the library takes a microsecond for each.
func plainLabels(all map[string]string) bool {
	for k, v := range all {
		if !plainKey(k) || !plainValue(v) {
			return false
		}
	}
	return true
}

func plainKey(k string) bool {
	prefix, name, prefixed := strings.Cut(k, "/")
	if !prefixed {
		prefix, name = "", k
	}
	return name != "" && plainValue(name) && plainValue(prefix) && (prefix != "" || !prefixed) && strings.ToLower(prefix) == prefix &&
		!strings.Contains(prefix, "_") && !strings.Contains(prefix, "..") && !strings.Contains(prefix, ".-") && !strings.Contains(prefix, "-.")
}

// plainValue tells that a text is no longer than a label and consists of letters, digits, and dashes, dots and underscores inside.
func plainValue(s string) bool {
	const longest = 63
	for i := range len(s) {
		c := s[i]
		inside := i > 0 && i < len(s)-1 && (c == '-' || c == '.' || c == '_')
		if !inside && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(s) <= longest
}
