// Package config tests what config/ holds: that it builds, that pods are restricted, and that the operator's role grants
// what it needs and nothing more.
package config

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/tilsyn-dev/tilsyn/internal/gather"
)

const root = "../../../.."

// load builds a directory of config/ as kubectl apply -k does.
func load(t *testing.T, dir string) []*unstructured.Unstructured {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(root, "config", dir))
	if err != nil {
		t.Fatal(err)
	}
	var objects []*unstructured.Unstructured
	for _, r := range built.Resources() {
		raw, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		u := &unstructured.Unstructured{}
		if err := u.UnmarshalJSON(raw); err != nil {
			t.Fatalf("config/%s: %v", dir, err)
		}
		objects = append(objects, u)
	}
	return objects
}

func TestEveryKustomizationBuilds(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "config", "*", "kustomization.yaml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%q %v", files, err)
	}
	for _, file := range files {
		dir := filepath.Base(filepath.Dir(file))
		if len(load(t, dir)) == 0 {
			t.Errorf("config/%s builds nothing", dir)
		}
	}
}

// one finds the only object of a kind and name.
func one[T any](t *testing.T, objects []*unstructured.Unstructured, kind, name string) *T {
	t.Helper()
	i := slices.IndexFunc(objects, func(u *unstructured.Unstructured) bool { return u.GetKind() == kind && u.GetName() == name })
	if i < 0 {
		t.Fatalf("there is no %s %s", kind, name)
	}
	out := new(T)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(objects[i].Object, out, true); err != nil {
		t.Fatalf("%s %s: %v", kind, name, err)
	}
	return out
}

func TestTheOperatorRunsRestricted(t *testing.T) {
	objects := load(t, "default")
	namespace := one[corev1.Namespace](t, objects, "Namespace", "tilsyn-system")
	if namespace.Labels["pod-security.kubernetes.io/enforce"] != "restricted" {
		t.Error("the namespace does not enforce the restricted Pod Security Standard")
	}
	spec := one[appsv1.Deployment](t, objects, "Deployment", "tilsyn-operator").Spec.Template.Spec
	container, pod := spec.Containers[0], spec.SecurityContext
	sc := container.SecurityContext
	for what, holds := range map[string]bool{
		"it runs as a user other than root":           pod.RunAsNonRoot != nil && *pod.RunAsNonRoot && pod.RunAsUser != nil && *pod.RunAsUser > 0,
		"its system calls are filtered":               pod.SeccompProfile != nil && pod.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault,
		"it cannot gain privileges":                   sc.AllowPrivilegeEscalation != nil && !*sc.AllowPrivilegeEscalation,
		"it drops every capability":                   slices.Equal(sc.Capabilities.Drop, []corev1.Capability{"ALL"}) && len(sc.Capabilities.Add) == 0,
		"its root file system is read-only":           sc.ReadOnlyRootFilesystem != nil && *sc.ReadOnlyRootFilesystem,
		"it uses no part of the host":                 !spec.HostNetwork && !spec.HostPID && !spec.HostIPC && len(spec.Volumes) == 0,
		"it asks for memory and processor":            !container.Resources.Requests.Memory().IsZero() && !container.Resources.Requests.Cpu().IsZero(),
		"its memory is limited":                       !container.Resources.Limits.Memory().IsZero(),
		"it has probes":                               container.LivenessProbe != nil && container.ReadinessProbe != nil && container.StartupProbe != nil,
		"its replicas spread":                         len(spec.TopologySpreadConstraints) == 1,
		"it elects a leader":                          slices.Contains(container.Args, "--leader-elect"),
		"it tells the runtime its memory limit":       slices.ContainsFunc(container.Env, func(e corev1.EnvVar) bool { return e.Name == "GOMEMLIMIT" }),
		"it does not turn metrics authentication off": !slices.ContainsFunc(container.Args, func(a string) bool { return strings.HasPrefix(a, "--metrics-secure=false") }),
	} {
		if !holds {
			t.Errorf("not so: %s", what)
		}
	}
}

func TestOneReplicaDoesNotBlockADrain(t *testing.T) {
	objects := load(t, "default")
	budget := one[policyv1.PodDisruptionBudget](t, objects, "PodDisruptionBudget", "tilsyn-operator").Spec
	if budget.MinAvailable != nil || budget.MaxUnavailable == nil || budget.MaxUnavailable.IntValue() < 1 {
		t.Errorf("budget %+v, want maxUnavailable 1", budget)
	}
	pods := one[appsv1.Deployment](t, objects, "Deployment", "tilsyn-operator").Spec.Template.Labels
	for key, value := range budget.Selector.MatchLabels {
		if pods[key] != value {
			t.Errorf("the budget selects %s=%s, the pods have %q", key, value, pods[key])
		}
	}
}

func TestTheNetworkIsClosedButForWhatIsNeeded(t *testing.T) {
	objects := load(t, "default")
	deny := one[networkingv1.NetworkPolicy](t, objects, "NetworkPolicy", "tilsyn-default-deny").Spec
	if len(deny.PodSelector.MatchLabels) != 0 || len(deny.Ingress) != 0 || len(deny.Egress) != 0 || len(deny.PolicyTypes) != 2 {
		t.Errorf("default: %+v, want nothing in or out for every pod", deny)
	}
	policy := one[networkingv1.NetworkPolicy](t, objects, "NetworkPolicy", "tilsyn-operator").Spec
	for _, in := range policy.Ingress {
		if len(in.From) == 0 || len(in.Ports) != 1 || in.Ports[0].Port.IntValue() != 8443 {
			t.Errorf("ingress %+v, want the port of the metrics only, from somebody named", in)
		}
	}
	for _, out := range policy.Egress {
		if len(out.Ports) == 0 {
			t.Errorf("egress %+v is open to every port", out)
		}
	}
}

func role(t *testing.T) []rbacv1.PolicyRule {
	t.Helper()
	return one[rbacv1.ClusterRole](t, load(t, "rbac"), "ClusterRole", "tilsyn-operator").Rules
}

type right struct{ group, resource, verb string }

func rights(rules []rbacv1.PolicyRule) map[right]bool {
	out := map[right]bool{}
	for _, r := range rules {
		for _, g := range r.APIGroups {
			for _, res := range r.Resources {
				for _, v := range r.Verbs {
					out[right{g, res, v}] = true
				}
			}
		}
	}
	return out
}

func TestNoRoleOfTheOperatorGrantsSecretsWildcardsOrShells(t *testing.T) {
	forbidden := []string{"*", "secrets", "pods/exec", "pods/attach", "pods/portforward", "pods/log", "serviceaccounts/token", "nodes/proxy"}
	for _, u := range load(t, "rbac") {
		if u.GetKind() != "ClusterRole" && u.GetKind() != "Role" {
			continue
		}
		rules := one[rbacv1.ClusterRole](t, []*unstructured.Unstructured{u}, u.GetKind(), u.GetName()).Rules
		for r := range rights(rules) {
			if slices.Contains(forbidden, r.resource) || r.group == "*" || r.verb == "*" || r.verb == "escalate" || r.verb == "bind" || r.verb == "impersonate" {
				t.Errorf("%s %s grants %s on %q in group %q", u.GetKind(), u.GetName(), r.verb, r.resource, r.group)
			}
		}
	}
}

func TestTheRoleGrantsWhatIsReadAndWrittenAndNothingMore(t *testing.T) {
	want := map[right]bool{}
	add := func(group, resource string, verbs ...string) {
		for _, v := range verbs {
			want[right{group, resource, v}] = true
		}
	}
	for _, k := range gather.Kinds() {
		add(k.GVK.Group, k.Resource, "list", "watch")
	}
	add("apiextensions.k8s.io", "customresourcedefinitions", "list", "watch")
	for _, resource := range []string{"hostedsolutions", "solutionenvironments", "platforms", "controlprofiles", "controlexceptions", "attestations",
		"suppliers", "processingagreements", "assurancestatements", "institutions", "securityincidents"} {
		add("tilsyn.dev", resource, "get")
		add("tilsyn.dev", resource+"/status", "patch", "update")
	}
	add("tilsyn.dev", "supervisionrecords", "create", "delete")
	add("tilsyn.dev", "supervisionrecords/status", "patch")
	add("openreports.io", "reports", "list", "watch", "create", "patch", "delete")
	add("wgpolicyk8s.io", "policyreports", "list", "watch", "create", "patch", "delete")
	add("events.k8s.io", "events", "create", "patch")
	got := rights(role(t))
	for r := range want {
		if !got[r] {
			t.Errorf("the role lacks %s on %s in group %q", r.verb, r.resource, r.group)
		}
	}
	for r := range got {
		if !want[r] {
			t.Errorf("the role grants %s on %s in group %q, which nothing needs", r.verb, r.resource, r.group)
		}
	}
}
