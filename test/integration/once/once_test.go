package once

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/internal/gather/once"
)

const objects = `
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {tilsyn.dev/environment: shop-production, example.org/secret: S3CR3T}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, annotations: {example.org/secret: S3CR3T}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: registry.example.org/shop/web:1, env: [{name: PASSWORD, value: S3CR3T}, {name: DD_SITE, value: datadoghq.eu}]}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec:
  selector: {matchLabels: {app: db}}
  serviceName: db
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: registry.example.org/shop/db:1}]}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop}
stringData: {a: S3CR3T}
---
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {topology.kubernetes.io/region: eu-north-1}}
spec: {providerID: "aws:///eu-north-1a/i-1"}
---
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: nightly, namespace: shop}
spec: {schedule: "0 2 * * *", template: {includedNamespaces: ["*"]}}
---
apiVersion: tilsyn.dev/v1alpha1
kind: SolutionEnvironment
metadata: {name: shop-production}
spec: {solution: shop, stage: Production, namespaces: [shop]}
`

func create(ctx context.Context, text string) error {
	for d := range strings.SplitSeq(text, "---\n") {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(d), &u.Object); err != nil {
			return err
		}
		if err := server.client.Create(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// everything gives the facts of some types, for comparison.
func everything(store *facts.Store) map[string]any {
	out := map[string]any{}
	store.Read(func(v facts.View) {
		out["workloads"] = facts.ListIn[facts.Workload](v, "shop")
		out["namespaces"] = facts.List[facts.Namespace](v)
		out["nodes"] = facts.List[facts.Node](v)
		out["plans"] = facts.List[facts.BackupPlan](v)
		var states []facts.SourceState
		for _, s := range v.AllSources() {
			states = append(states, facts.SourceState{ID: s.ID, Condition: s.Condition, Reason: s.Reason, Message: s.Message})
		}
		out["sources"] = states
	})
	return out
}

func read(t *testing.T, config *rest.Config, o once.Options) (*once.Report, *facts.Store) {
	t.Helper()
	kinds := gather.Kinds()
	store := gather.NewStore(kinds)
	report, err := once.Read(t.Context(), config, store, kinds, o)
	if err != nil {
		t.Fatal(err)
	}
	return report, store
}

func TestAClusterAndItsSnapshotGiveTheSameFacts(t *testing.T) {
	var out bytes.Buffer
	w := files.NewSnapshotWriter(&out, false)
	report, store := read(t, server.config, once.Options{Sink: w.Add})
	if report.KubernetesVersion == "" || report.Objects < 6 {
		t.Errorf("report %+v", report)
	}
	if err := w.Close(files.Header{KubernetesVersion: report.KubernetesVersion, Sources: files.Entries(report.Sources)}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "S3CR3T") {
		t.Error("the snapshot holds a secret")
	}
	path := filepath.Join(t.TempDir(), "snapshot.json")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	kinds := gather.Kinds()
	again := gather.NewStore(kinds)
	_, result, err := files.ReadSnapshot(t.Context(), again, kinds, path, files.Options{})
	if err != nil || len(result.Errors) > 0 {
		t.Fatal(err, result.Errors)
	}
	before := everything(store)
	if diff := cmp.Diff(before, everything(again), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("facts of the cluster and of its snapshot differ:\n%s", diff)
	}
	workloads := before["workloads"].([]*facts.Workload)
	if len(workloads) != 2 || workloads[0].Ref.Name != "db" || workloads[1].Shape.Containers[0].Configuration().Telemetry["DD_SITE"] != "datadoghq.eu" {
		t.Errorf("workloads %+v", workloads)
	}
	absent := map[facts.SourceID]bool{}
	for _, k := range kinds {
		absent[k.SourceID()] = k.Optional && k.GVK.Group != "velero.io" && k.GVK.Group != v1alpha1.GroupVersion.Group
	}
	for _, s := range report.Sources {
		want := facts.SourceSynced
		if absent[s.ID] {
			want = facts.SourceAbsent
		}
		if s.Condition != want {
			t.Errorf("source %s is %s (%s), want %s", s.ID, s.Condition, s.Message, want)
		}
	}
}

func TestARightThatIsMissingIsNamedAndTheRestIsRead(t *testing.T) {
	role := &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "some"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{"apps"}, Resources: []string{"deployments"}, Verbs: []string{"list"}},
		{APIGroups: []string{"velero.io"}, Resources: []string{"schedules"}, Verbs: []string{"list"}},
	}}
	binding := &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "some"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "some"},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "jane"}}}
	if err := server.client.Create(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	if err := server.client.Create(t.Context(), binding); err != nil {
		t.Fatal(err)
	}
	config := rest.CopyConfig(server.config)
	config.Impersonate = rest.ImpersonationConfig{UserName: "jane", Groups: []string{"system:authenticated"}}
	report, store := read(t, config, once.Options{})
	for _, s := range report.Sources {
		switch {
		case s.ID == "deployments.apps" || s.ID == "schedules.velero.io":
			if !s.Complete() {
				t.Errorf("source %s, which may be read, is %+v", s.ID, s)
			}
		case s.Condition == facts.SourceAbsent:
		case s.Condition != facts.SourceUnreadable || s.Reason != facts.ReasonForbidden || !strings.Contains(s.Message, "the right to list ") || !strings.Contains(s.Message, `User "jane"`):
			t.Errorf("source %s, which may not be read, is %+v", s.ID, s)
		}
	}
	store.Read(func(v facts.View) {
		if len(facts.List[facts.Workload](v)) != 1 || len(facts.List[facts.BackupPlan](v)) != 1 {
			t.Error("what may be read was not read")
		}
	})
}

func TestMoreThanOnePageIsRead(t *testing.T) {
	const count = 1203
	if err := create(t.Context(), "apiVersion: v1\nkind: Namespace\nmetadata: {name: many}\n"); err != nil {
		t.Fatal(err)
	}
	next := make(chan int)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range next {
				s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "many", Name: fmt.Sprintf("s%04d", i)},
					Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: "db.example.org"}}
				if err := server.client.Create(t.Context(), s); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range count {
		next <- i
	}
	close(next)
	group.Wait()
	_, store := read(t, server.config, once.Options{})
	store.Read(func(v facts.View) {
		if n := len(facts.ListIn[facts.ExternalService](v, "many")); n != count {
			t.Errorf("%d of %d Services were read", n, count)
		}
	})
}
