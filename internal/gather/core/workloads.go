package core

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/ptr"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Paths of the pod spec.
const (
	podPath      = "spec"
	templatePath = "spec.template.spec"
	cronJobPath  = "spec.jobTemplate.spec.template.spec"
)

// noReplicas stands in facts.Workload.Replicas for kinds that state no number.
const noReplicas = -1

func groupOf(apiVersion string) string {
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return apiVersion
	}
	return gv.Group
}

// controllerOf gives the controlling owner of an object, zero where it has none.
func (in *interner) controllerOf(o metav1.Object) facts.PodController {
	c := metav1.GetControllerOfNoCopy(o)
	if c == nil {
		return facts.PodController{}
	}
	ref := facts.Ref{Group: groupOf(c.APIVersion), Kind: c.Kind, Namespace: o.GetNamespace(), Name: c.Name}
	return facts.PodController{Ref: in.ref(ref), UID: facts.UIDOf(c.UID)}
}

// workload gives the fact of a root owner with a template.
func (in *interner) workload(group, kind string, meta *metav1.ObjectMeta, path string, template *corev1.PodTemplateSpec) *facts.Workload {
	w := &facts.Workload{
		Ref:          in.ref(facts.Ref{Group: group, Kind: kind, Namespace: meta.Namespace, Name: meta.Name}),
		UID:          facts.UIDOf(meta.UID),
		TemplatePath: path,
		Shape:        in.templateShape(template),
		Labels:       in.named(meta.Labels),
		Replicas:     noReplicas,
		CreatedAt:    facts.InstantOf(meta.CreationTimestamp.Time),
	}
	if c := in.controllerOf(meta).Ref; !c.IsZero() {
		w.Controller = &c
	}
	return w
}

// intermediate gives the fact of an owner that stands between pods and their root. The template counts while it is active.
func (in *interner) intermediate(job bool, meta *metav1.ObjectMeta, parent facts.PodController, active bool, t *corev1.PodTemplateSpec) *facts.Owner {
	o := &facts.Owner{
		UID: facts.UIDOf(meta.UID), ParentUID: parent.UID, Job: job,
		Namespace: in.str(meta.Namespace), Name: in.str(meta.Name), ParentName: parent.Ref.Name,
	}
	if active && len(t.Spec.Containers) > 0 {
		// Without them it is the shape of the parent's template unless somebody made another one.
		o.Shape = in.shape(in.judged(shapeOf(&t.ObjectMeta, &t.Spec, addedToPods...), &t.ObjectMeta, &t.Spec))
	}
	return o
}

func (in *interner) deployment(d *appsv1.Deployment) []any {
	w := in.workload(appsv1.GroupName, "Deployment", &d.ObjectMeta, templatePath, &d.Spec.Template)
	w.Replicas = ptr.Deref(d.Spec.Replicas, 1)
	return []any{w}
}

func (in *interner) statefulSet(s *appsv1.StatefulSet) []any {
	w := in.workload(appsv1.GroupName, "StatefulSet", &s.ObjectMeta, templatePath, &s.Spec.Template)
	w.Replicas = ptr.Deref(s.Spec.Replicas, 1)
	for i := range s.Spec.VolumeClaimTemplates {
		t := &s.Spec.VolumeClaimTemplates[i]
		claim := claimTemplate(t.Name, &t.ObjectMeta, &t.Spec)
		claim.Labels = in.sharing(claim.Labels)
		w.ClaimTemplates = append(w.ClaimTemplates, claim)
	}
	return []any{w}
}

func (in *interner) daemonSet(d *appsv1.DaemonSet) []any {
	w := in.workload(appsv1.GroupName, "DaemonSet", &d.ObjectMeta, templatePath, &d.Spec.Template)
	w.Daemon = &facts.DaemonStatus{
		Desired: d.Status.DesiredNumberScheduled, Ready: d.Status.NumberReady, Available: d.Status.NumberAvailable,
		ObservedGeneration: d.Status.ObservedGeneration, Generation: d.Generation,
	}
	return []any{w}
}

func (in *interner) replicationController(r *corev1.ReplicationController) []any {
	template := r.Spec.Template
	if template == nil {
		template = &corev1.PodTemplateSpec{}
	}
	w := in.workload(corev1.GroupName, "ReplicationController", &r.ObjectMeta, templatePath, template)
	w.Replicas = ptr.Deref(r.Spec.Replicas, 1)
	return []any{w}
}

func (in *interner) replicaSet(r *appsv1.ReplicaSet) []any {
	parent := in.controllerOf(r)
	if parent.Ref.Group == appsv1.GroupName && parent.Ref.Kind == "Deployment" {
		return []any{in.intermediate(false, &r.ObjectMeta, parent, hasReplicas(r), &r.Spec.Template)}
	}
	w := in.workload(appsv1.GroupName, "ReplicaSet", &r.ObjectMeta, templatePath, &r.Spec.Template)
	w.Replicas = ptr.Deref(r.Spec.Replicas, 1)
	return []any{w}
}

func hasReplicas(r *appsv1.ReplicaSet) bool {
	return ptr.Deref(r.Spec.Replicas, 1) > 0 || r.Status.Replicas > 0
}

func (in *interner) job(j *batchv1.Job) []any {
	parent := in.controllerOf(j)
	if parent.Ref.Group == batchv1.GroupName && parent.Ref.Kind == "CronJob" {
		return []any{in.intermediate(true, &j.ObjectMeta, parent, !finished(j.Status.Conditions), &j.Spec.Template)}
	}
	w := in.workload(batchv1.GroupName, "Job", &j.ObjectMeta, templatePath, &j.Spec.Template)
	w.Suspended = ptr.Deref(j.Spec.Suspend, false)
	w.Finished = finished(j.Status.Conditions)
	return []any{w}
}

func finished(conditions []batchv1.JobCondition) bool {
	for _, c := range conditions {
		if (c.Type == batchv1.JobComplete || c.Type == batchv1.JobFailed) && c.Status == corev1.ConditionTrue {
			return true
		}
	}
	return false
}

func (in *interner) cronJob(c *batchv1.CronJob) []any {
	w := in.workload(batchv1.GroupName, "CronJob", &c.ObjectMeta, cronJobPath, &c.Spec.JobTemplate.Spec.Template)
	w.Suspended = ptr.Deref(c.Spec.Suspend, false)
	runs := &facts.CronJob{Namespace: w.Ref.Namespace, Name: w.Ref.Name, Suspended: w.Suspended, CreatedAt: c.CreationTimestamp.UTC()}
	if t := c.Status.LastSuccessfulTime; t != nil {
		runs.LastSuccess = t.UTC()
	}
	return []any{w, runs}
}

// pod gives a Pod, and for pods that nothing built in controls a Workload: of the foreign owner as its reference names it,
// or of the pod itself.
func (in *interner) pod(p *corev1.Pod) []any {
	pod := &facts.Pod{
		Namespace: in.str(p.Namespace), Name: p.Name, Node: in.str(p.Spec.NodeName), Phase: facts.PhaseOf(p.Status.Phase),
		Ready: podReady(p.Status.Conditions), Shape: in.podShape(p), CreatedAt: facts.InstantOf(p.CreationTimestamp.Time),
	}
	pod.Images = in.running(pod.Shape, &p.Status)
	owner := in.controllerOf(p)
	_, static := p.Annotations[corev1.MirrorPodAnnotationKey]
	if static { // the kubelet names its node as the owner
		owner = facts.PodController{}
	}
	if !owner.Ref.IsZero() {
		pod.Controller = in.controller(owner)
	}
	out := []any{pod}
	if server := in.apiServer(p); server != nil {
		out = append(out, server)
	}
	if controlsPods(owner.Ref) {
		return out
	}
	w := &facts.Workload{
		Ref: facts.Ref{Kind: "Pod", Namespace: pod.Namespace, Name: pod.Name}, UID: facts.UIDOf(p.UID), Static: static,
		TemplatePath: podPath, Shape: pod.Shape, Labels: in.named(p.Labels), Replicas: noReplicas, CreatedAt: pod.CreatedAt,
		Finished: pod.Phase.Ended(),
	}
	if pod.Controller != nil {
		w.Ref, w.UID, w.PodsOnly, w.Finished = owner.Ref, owner.UID, true, false
	}
	return append(out, w)
}

// controlsPods recognises the built-in kinds that make pods of a template which is read.
func controlsPods(owner facts.Ref) bool {
	switch owner.Group {
	case appsv1.GroupName:
		return owner.Kind == "ReplicaSet" || owner.Kind == "StatefulSet" || owner.Kind == "DaemonSet"
	case batchv1.GroupName:
		return owner.Kind == "Job"
	case corev1.GroupName:
		return owner.Kind == "ReplicationController"
	}
	return false
}

func podReady(conditions []corev1.PodCondition) bool {
	for _, c := range conditions {
		if c.Type == corev1.PodReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return false
}
