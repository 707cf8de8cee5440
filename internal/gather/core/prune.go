package core

import (
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// meta keeps what facts need of the metadata of a workload.
func meta(m *metav1.ObjectMeta) metav1.ObjectMeta {
	out := metav1.ObjectMeta{Namespace: m.Namespace, Name: m.Name, UID: m.UID, CreationTimestamp: m.CreationTimestamp, Labels: m.Labels}
	if c := metav1.GetControllerOfNoCopy(m); c != nil {
		out.OwnerReferences = []metav1.OwnerReference{{APIVersion: c.APIVersion, Kind: c.Kind, Name: c.Name, UID: c.UID, Controller: c.Controller}}
	}
	return out
}

func pruneDeployment(d *appsv1.Deployment) *appsv1.Deployment {
	out := &appsv1.Deployment{ObjectMeta: meta(&d.ObjectMeta)}
	out.Spec.Replicas = d.Spec.Replicas
	out.Spec.Template = renderTemplate(&d.Spec.Template)
	return out
}

func pruneStatefulSet(s *appsv1.StatefulSet) *appsv1.StatefulSet {
	out := &appsv1.StatefulSet{ObjectMeta: meta(&s.ObjectMeta)}
	out.Spec.Replicas = s.Spec.Replicas
	out.Spec.Template = renderTemplate(&s.Spec.Template)
	for i := range s.Spec.VolumeClaimTemplates {
		t := &s.Spec.VolumeClaimTemplates[i]
		m, spec := renderClaimTemplate(claimTemplate(t.Name, &t.ObjectMeta, &t.Spec))
		out.Spec.VolumeClaimTemplates = append(out.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{ObjectMeta: m, Spec: spec})
	}
	return out
}

func pruneDaemonSet(d *appsv1.DaemonSet) *appsv1.DaemonSet {
	out := &appsv1.DaemonSet{ObjectMeta: meta(&d.ObjectMeta)}
	out.Generation = d.Generation
	out.Spec.Template = renderTemplate(&d.Spec.Template)
	out.Status = appsv1.DaemonSetStatus{
		DesiredNumberScheduled: d.Status.DesiredNumberScheduled, NumberReady: d.Status.NumberReady,
		NumberAvailable: d.Status.NumberAvailable, ObservedGeneration: d.Status.ObservedGeneration,
	}
	return out
}

func pruneReplicationController(r *corev1.ReplicationController) *corev1.ReplicationController {
	out := &corev1.ReplicationController{ObjectMeta: meta(&r.ObjectMeta)}
	out.Spec.Replicas = r.Spec.Replicas
	if r.Spec.Template != nil {
		t := renderTemplate(r.Spec.Template)
		out.Spec.Template = &t
	}
	return out
}

func pruneReplicaSet(r *appsv1.ReplicaSet) *appsv1.ReplicaSet {
	out := &appsv1.ReplicaSet{ObjectMeta: meta(&r.ObjectMeta)}
	out.Spec.Replicas, out.Status.Replicas = r.Spec.Replicas, r.Status.Replicas
	owner := metav1.GetControllerOfNoCopy(r)
	if owner != nil && owner.Kind == "Deployment" && groupOf(owner.APIVersion) == appsv1.GroupName && !hasReplicas(r) {
		return out // of an intermediate owner that makes no pods the template does not count
	}
	out.Spec.Template = renderTemplate(&r.Spec.Template)
	return out
}

func pruneJob(j *batchv1.Job) *batchv1.Job {
	out := &batchv1.Job{ObjectMeta: meta(&j.ObjectMeta)}
	out.Spec.Suspend = j.Spec.Suspend
	for _, c := range j.Status.Conditions {
		out.Status.Conditions = append(out.Status.Conditions, batchv1.JobCondition{Type: c.Type, Status: c.Status})
	}
	owner := metav1.GetControllerOfNoCopy(j)
	if owner != nil && owner.Kind == "CronJob" && groupOf(owner.APIVersion) == batchv1.GroupName && finished(j.Status.Conditions) {
		return out
	}
	out.Spec.Template = renderTemplate(&j.Spec.Template)
	return out
}

func pruneCronJob(c *batchv1.CronJob) *batchv1.CronJob {
	out := &batchv1.CronJob{ObjectMeta: meta(&c.ObjectMeta)}
	out.Spec.Suspend = c.Spec.Suspend
	out.Spec.JobTemplate.Spec.Template = renderTemplate(&c.Spec.JobTemplate.Spec.Template)
	out.Status.LastSuccessfulTime = c.Status.LastSuccessfulTime
	return out
}

func prunePod(p *corev1.Pod) *corev1.Pod {
	s := shapeOf(&p.ObjectMeta, &p.Spec)
	out := &corev1.Pod{ObjectMeta: meta(&p.ObjectMeta), Spec: renderSpec(s)}
	out.Annotations = appArmor(s.Annotations, p.Annotations)
	alike(&out.Spec, &p.Spec)
	if apiServer(p) {
		out.Spec.Containers[0].Command = flagsOf(p)
	}
	out.Status.Phase = p.Status.Phase
	out.Status.InitContainerStatuses = imageIDs(p.Status.InitContainerStatuses)
	out.Status.ContainerStatuses = imageIDs(p.Status.ContainerStatuses)
	out.Status.EphemeralContainerStatuses = imageIDs(p.Status.EphemeralContainerStatuses)
	for _, c := range p.Status.Conditions {
		if c.Type == corev1.PodReady {
			out.Status.Conditions = []corev1.PodCondition{{Type: c.Type, Status: c.Status}}
		}
	}
	return out
}

// imageIDs keeps which image runs in which container.
func imageIDs(all []corev1.ContainerStatus) []corev1.ContainerStatus {
	var out []corev1.ContainerStatus
	for _, s := range all {
		out = append(out, corev1.ContainerStatus{Name: s.Name, ImageID: s.ImageID})
	}
	return out
}
