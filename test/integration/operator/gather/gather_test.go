package gather

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/test/crds"
)

func makePod(t *testing.T, namespace, name, node string) {
	t.Helper()
	p := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       corev1.PodSpec{NodeName: node, Containers: []corev1.Container{{Name: "a", Image: "registry.example.org/a:1"}}},
	}
	if _, err := server.client.CoreV1().Pods(namespace).Create(t.Context(), p, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removePod(t, namespace, name) })
}

func removePod(t *testing.T, namespace, name string) {
	t.Helper()
	// Not t.Context(), which has ended when a test cleans up. Pods that are gone already are what is wanted.
	_ = server.client.CoreV1().Pods(namespace).Delete(context.Background(), name, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
}

func podFact(namespace, name string) func(facts.View) bool {
	return func(v facts.View) bool { return facts.Get[facts.Pod](v, namespace, name) != nil }
}

func TestEverySourceSettlesAndOptionalOnesAreAbsent(t *testing.T) {
	w := start(t, server.config)
	began := time.Now()
	w.settle(t)
	t.Logf("settled in %s", time.Since(began).Round(time.Millisecond))
	w.Store.Read(func(v facts.View) {
		for _, s := range v.AllSources() {
			optional := strings.HasSuffix(string(s.ID), crds.Velero)
			if optional && s.Condition != facts.SourceAbsent || s.ID == "pods" && s.Condition != facts.SourceSynced {
				t.Errorf("%s is %s: %s", s.ID, s.Condition, s.Message)
			}
		}
	})
}

func TestFactsFollowObjects(t *testing.T) {
	w := start(t, server.config)
	w.settle(t)
	makePod(t, "default", "follow", "n1")
	w.eventually(t, "the pod is a fact", podFact("default", "follow"))
	removePod(t, "default", "follow")
	w.eventually(t, "the pod is gone", func(v facts.View) bool { return !podFact("default", "follow")(v) })
	w.eventually(t, "its placement is remembered", func(v facts.View) bool {
		past := facts.ListIn[facts.PastPlacement](v, "default")
		return len(past) == 1 && past[0].Node == "n1"
	})
}

func TestAKindAppearsAndVanishesAtRunTime(t *testing.T) {
	w := start(t, server.config)
	w.settle(t)
	w.becomes(t, "backups.velero.io", facts.SourceAbsent)
	if err := crds.Install(t.Context(), server.config, crds.Velero); err != nil {
		t.Fatal(err)
	}
	removed := false
	remove := func() {
		definitions, err := crds.Definitions(crds.Velero)
		if err != nil {
			t.Fatal(err)
		}
		resource := server.dynamic.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
		for _, d := range definitions {
			if err := resource.Delete(context.Background(), d.Name, metav1.DeleteOptions{}); err != nil {
				t.Error(err)
			}
		}
		removed = true
	}
	t.Cleanup(func() {
		if !removed {
			remove()
		}
	})
	w.becomes(t, "backups.velero.io", facts.SourceSynced)
	backup := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "velero.io/v1", "kind": "Backup", "metadata": map[string]any{"namespace": "default", "name": "b1"},
		"spec":   map[string]any{"includedNamespaces": []any{"aula"}},
		"status": map[string]any{"phase": "Completed", "startTimestamp": "2026-11-20T01:00:00Z", "completionTimestamp": "2026-11-20T01:05:00Z"},
	}}
	if _, err := server.dynamic.Resource(schema.GroupVersionResource{Group: crds.Velero, Version: "v1", Resource: "backups"}).
		Namespace("default").Create(t.Context(), backup, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	w.eventually(t, "the backup is a fact", func(v facts.View) bool { return len(facts.List[facts.BackupRun](v)) == 1 })
	remove()
	w.becomes(t, "backups.velero.io", facts.SourceAbsent)
	w.eventually(t, "the backup is no fact any more", func(v facts.View) bool { return len(facts.List[facts.BackupRun](v)) == 0 })
}

func TestARightThatIsTakenAwayIsNamedAndHealsWhenItIsGranted(t *testing.T) {
	all := rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"list", "watch"}}
	noPods := rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"nodes", "namespaces", "services", "configmaps"}, Verbs: []string{"list", "watch"}}
	const user = "right-taken"
	w := start(t, reader(t, user, []rbacv1.PolicyRule{noPods}))
	s := w.becomes(t, "pods", facts.SourceUnreadable)
	if s.Reason != facts.ReasonForbidden || !strings.Contains(s.Message, "list and watch pods") {
		t.Errorf("pods: reason %s, message %q", s.Reason, s.Message)
	}
	s = w.becomes(t, "backups.velero.io", facts.SourceUnreadable)
	if s.Reason != facts.ReasonDiscoveryFailed || !strings.Contains(s.Message, "customresourcedefinitions") {
		t.Errorf("backups: reason %s, message %q; without definitions nobody can know that they are absent", s.Reason, s.Message)
	}
	w.becomes(t, "nodes", facts.SourceSynced)
	grant := func(rules ...rbacv1.PolicyRule) {
		patch, err := json.Marshal(map[string]any{"rules": rules})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := server.client.RbacV1().ClusterRoles().Patch(t.Context(), user, types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	grant(all)
	w.becomes(t, "pods", facts.SourceSynced)
	w.becomes(t, "backups.velero.io", facts.SourceAbsent)
	makePod(t, "default", "healed", "")
	w.eventually(t, "facts follow again", podFact("default", "healed"))
}

func TestListingWithoutWatchingIsNotEnough(t *testing.T) {
	rules := []rbacv1.PolicyRule{{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"list"}}}
	w := start(t, reader(t, "list-only", rules))
	if s := w.becomes(t, "pods", facts.SourceUnreadable); s.Reason != facts.ReasonForbidden {
		t.Errorf("pods: reason %s, message %q", s.Reason, s.Message)
	}
}

func TestATypeThatIsServedInAnotherVersionOnlyIsUnreadable(t *testing.T) {
	definitions, err := crds.Definitions(crds.K8up)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	for _, d := range definitions {
		if d.Spec.Names.Plural == "schedules" {
			d.Spec.Versions[0].Name = "v9"
			data, err := json.Marshal(d)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(data, &raw); err != nil {
				t.Fatal(err)
			}
		}
	}
	raw["apiVersion"], raw["kind"] = "apiextensions.k8s.io/v1", "CustomResourceDefinition"
	delete(raw, "status")
	resource := server.dynamic.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"})
	w := start(t, server.config)
	w.settle(t)
	if _, err := resource.Create(t.Context(), &unstructured.Unstructured{Object: raw}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resource.Delete(context.Background(), "schedules.k8up.io", metav1.DeleteOptions{}) })
	s := w.becomes(t, "schedules.k8up.io", facts.SourceUnreadable)
	if s.Reason != facts.ReasonVersion || !strings.Contains(s.Message, "v9") {
		t.Errorf("reason %s, message %q", s.Reason, s.Message)
	}
}

func TestABurstIsOneDelta(t *testing.T) {
	w := start(t, server.config)
	w.settle(t)
	<-w.Changes().Ready()
	w.Changes().Take()
	for i := range 100 {
		makePod(t, "default", fmt.Sprintf("burst-%d", i), "")
	}
	w.eventually(t, "all pods are facts", podFact("default", "burst-99"))
	if d := w.Changes().Take(); len(d.Facts) == 0 || len(d.Facts) > 4 {
		t.Errorf("%d changes by type and namespace: %v", len(d.Facts), d.Facts)
	}
}
