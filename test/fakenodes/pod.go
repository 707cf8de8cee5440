package fakenodes

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/cache"
)

// trimPod keeps of a pod what the simulation reads: tens of thousands of whole pods would fill the memory.
func trimPod(o any) (any, error) {
	p, ok := o.(*corev1.Pod)
	if !ok {
		return o, nil
	}
	containers := func(all []corev1.Container) []corev1.Container {
		kept := make([]corev1.Container, len(all))
		for i, c := range all {
			kept[i] = corev1.Container{Name: c.Name, Image: c.Image, RestartPolicy: c.RestartPolicy}
		}
		return kept
	}
	kept := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: p.Namespace, Name: p.Name, UID: p.UID, ResourceVersion: p.ResourceVersion, DeletionTimestamp: p.DeletionTimestamp,
		},
		Spec: corev1.PodSpec{
			NodeName: p.Spec.NodeName, ReadinessGates: p.Spec.ReadinessGates,
			Containers: containers(p.Spec.Containers), InitContainers: containers(p.Spec.InitContainers),
		},
		Status: corev1.PodStatus{Phase: p.Status.Phase, StartTime: p.Status.StartTime, PodIP: p.Status.PodIP},
	}
	for _, key := range []string{AnnotationWaiting, AnnotationReady, AnnotationExitAfter, AnnotationExitCode} {
		if value, ok := p.Annotations[key]; ok {
			metav1.SetMetaDataAnnotation(&kept.ObjectMeta, key, value)
		}
	}
	for _, c := range p.Status.Conditions {
		kept.Status.Conditions = append(kept.Status.Conditions, corev1.PodCondition{Type: c.Type, Status: c.Status})
	}
	return kept, nil
}

// enqueuePods looks at the pods of a node again.
func (f *Fleet) enqueuePods(node string) error {
	keys, err := f.pods.GetIndexer().IndexKeys(byNode, node)
	for _, key := range keys {
		f.podQueue.Add(key)
	}
	return err
}

// stepPod brings one pod one step further.
func (f *Fleet) stepPod(ctx context.Context, key string) (time.Duration, error) {
	o, ok, err := f.pods.GetStore().GetByKey(key)
	if err != nil || !ok {
		return 0, err
	}
	p := o.(*corev1.Pod)
	if f.up(p.Spec.NodeName) == nil { // the node's return brings its pods back here
		return 0, nil
	}
	if p.DeletionTimestamp != nil {
		return 0, f.deletePod(ctx, p)
	}
	if p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed {
		return 0, nil
	}
	target := aim(p, metav1.Now())
	conditions := changes(p, target.ready)
	if len(conditions) == 0 && target.phase == p.Status.Phase {
		return target.again, nil
	}
	status := corev1.PodStatus{
		Phase: target.phase, Conditions: conditions, StartTime: &target.started, PodIP: p.Status.PodIP,
		ContainerStatuses: containerStatuses(p, p.Spec.Containers, target.state, target.ready),
		// Init containers have done their work, but for sidecars, which run as long as the pod.
		InitContainerStatuses: initStatuses(p, target),
	}
	if status.PodIP == "" {
		status.PodIP = address(10, 128, f.addresses.Add(1))
	}
	status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
	patch, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": p.UID}, "status": status})
	if err != nil {
		return 0, err
	}
	_, err = f.client.CoreV1().Pods(p.Namespace).Patch(ctx, p.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}, "status")
	return target.again, err
}

// deletePod ends a pod at once, as there is nothing to wait for.
func (f *Fleet) deletePod(ctx context.Context, p *corev1.Pod) error {
	return f.client.CoreV1().Pods(p.Namespace).Delete(ctx, p.Name,
		metav1.DeleteOptions{GracePeriodSeconds: new(int64), Preconditions: &metav1.Preconditions{UID: &p.UID}})
}

// target is the state that a pod should be in now.
type target struct {
	phase   corev1.PodPhase
	ready   bool
	state   corev1.ContainerState // of every container
	started metav1.Time
	again   time.Duration // until the state changes by itself, zero if it does not
}

// aim derives the target from the annotations. One that cannot be read keeps the pod waiting and is named as the reason.
func aim(p *corev1.Pod, now metav1.Time) target {
	t := target{phase: corev1.PodRunning, ready: p.Annotations[AnnotationReady] != "false", started: *cmp.Or(p.Status.StartTime, &now)}
	t.state.Running = &corev1.ContainerStateRunning{StartedAt: t.started}
	waiting := p.Annotations[AnnotationWaiting]
	after, code, err := ending(p)
	if err != nil {
		waiting = "BadAnnotation"
	}
	if waiting != "" {
		t.phase, t.ready = corev1.PodPending, false
		t.state = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: waiting}}
		return t
	}
	if after < 0 {
		return t
	}
	if t.again = t.started.Add(after).Sub(now.Time); t.again > 0 {
		return t
	}
	t.phase, t.ready, t.again = corev1.PodSucceeded, false, 0
	if code != 0 {
		t.phase = corev1.PodFailed
	}
	t.state = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{
		ExitCode: code, Reason: map[bool]string{true: "Completed", false: "Error"}[code == 0], StartedAt: t.started, FinishedAt: now,
	}}
	return t
}

// ending reads after which time and with which code the pod ends; a negative time stands for never.
func ending(p *corev1.Pod) (after time.Duration, code int32, err error) {
	text, ok := p.Annotations[AnnotationExitAfter]
	if !ok {
		return -1, 0, nil
	}
	if after, err = time.ParseDuration(text); err != nil {
		return 0, 0, err
	}
	parsed, err := strconv.ParseInt(cmp.Or(p.Annotations[AnnotationExitCode], "0"), 10, 32)
	return max(after, 0), int32(parsed), err
}

// changes are the conditions whose status differs from what it should be, so that transition times stay true.
func changes(p *corev1.Pod, ready bool) []corev1.PodCondition {
	have := make(map[corev1.PodConditionType]corev1.ConditionStatus, len(p.Status.Conditions))
	for _, c := range p.Status.Conditions {
		have[c.Type] = c.Status
	}
	gated := slices.ContainsFunc(p.Spec.ReadinessGates, func(g corev1.PodReadinessGate) bool {
		return have[g.ConditionType] != corev1.ConditionTrue
	})
	var out []corev1.PodCondition
	for _, want := range []struct {
		condition corev1.PodConditionType
		true      bool
	}{
		{corev1.PodReadyToStartContainers, true},
		{corev1.PodInitialized, true},
		{corev1.ContainersReady, ready},
		{corev1.PodReady, ready && !gated},
	} {
		status := corev1.ConditionFalse
		if want.true {
			status = corev1.ConditionTrue
		}
		if have[want.condition] != status {
			out = append(out, corev1.PodCondition{Type: want.condition, Status: status, LastTransitionTime: metav1.Now()})
		}
	}
	return out
}

func containerStatuses(p *corev1.Pod, containers []corev1.Container, state corev1.ContainerState, ready bool) []corev1.ContainerStatus {
	out := make([]corev1.ContainerStatus, len(containers))
	for i, c := range containers {
		out[i] = corev1.ContainerStatus{
			Name: c.Name, Image: c.Image, ImageID: "fake://" + c.Image, ContainerID: "fake://" + string(p.UID) + "/" + c.Name,
			State: state, Ready: ready, Started: new(state.Running != nil),
		}
	}
	return out
}

func initStatuses(p *corev1.Pod, t target) []corev1.ContainerStatus {
	done := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed", StartedAt: t.started, FinishedAt: t.started}}
	var out []corev1.ContainerStatus
	for i, c := range p.Spec.InitContainers {
		state, ready := done, true
		if c.RestartPolicy != nil { // a sidecar
			state, ready = t.state, t.ready
		}
		out = append(out, containerStatuses(p, p.Spec.InitContainers[i:i+1], state, ready)...)
	}
	return out
}

// indexByNode is the index byNode.
func indexByNode() cache.Indexers {
	return cache.Indexers{byNode: func(o any) ([]string, error) { return []string{o.(*corev1.Pod).Spec.NodeName}, nil }}
}
