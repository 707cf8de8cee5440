package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	"github.com/tilsyn-dev/tilsyn/test/fakenodes"
	samples "github.com/tilsyn-dev/tilsyn/test/fleet"
)

// undeclared starts a cluster with the sample fleet in it and none of its declarations.
func undeclared(t *testing.T) (*controlplane.ControlPlane, string) {
	t.Helper()
	cp := controlplane.New(t, controlplane.Options{ControllerManager: true, Scheduler: true})
	nodes, err := fakenodes.Start(t.Context(), cp.AdminConfig(), samples.Nodes(), fakenodes.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nodes.Stop)
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.Kubeconfig(kubeconfig); err != nil {
		t.Fatal(err)
	}
	if err := samples.Install(t.Context(), cp, kubeconfig, "../.."); err != nil {
		t.Fatal(err)
	}
	skip := func(o *unstructured.Unstructured) bool {
		return o.GroupVersionKind().Group == v1alpha1.GroupVersion.Group
	}
	if err := samples.Apply(t.Context(), cp.AdminConfig(), samples.Options{Skip: skip}); err != nil {
		t.Fatal(err)
	}
	client, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	// Pods come one after the other; they are all there when nothing has changed for some seconds.
	const quiet = 8
	last, same := "", 0
	err = wait.PollUntilContextTimeout(t.Context(), 500*time.Millisecond, 2*time.Minute, true, func(ctx context.Context) (bool, error) {
		pods, err := client.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		var now []string
		for i := range pods.Items {
			p := &pods.Items[i]
			now = append(now, p.Namespace+"/"+p.Name+" "+p.Spec.NodeName+" "+string(p.Status.Phase))
		}
		slices.Sort(now)
		if text := strings.Join(now, "\n"); text != last {
			last, same = text, 0
		} else {
			same++
		}
		return same >= quiet && len(now) > 10, nil
	})
	if err != nil {
		t.Fatalf("the pods do not come to rest: %v", err)
	}
	return cp, kubeconfig
}

// objects reads what init wrote.
func objects(t *testing.T, text string) []*unstructured.Unstructured {
	t.Helper()
	var out []*unstructured.Unstructured
	for part := range strings.SplitSeq(text, "\n---\n") {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(part), &u.Object); err != nil {
			t.Fatalf("%v in\n%s", err, part)
		}
		out = append(out, u)
	}
	return out
}

func TestAFleetIsProposedAcceptedAndThenLeftAlone(t *testing.T) {
	cp, kubeconfig := undeclared(t)
	snapshot := filepath.Join(t.TempDir(), "fleet.json.gz")
	now := func(args ...string) outcome { return invocation{args: args, now: time.Now}.run(t.Context()) }
	if got := now("snapshot", "-o", snapshot, "--kubeconfig", kubeconfig); got.code != 0 {
		t.Fatalf("snapshot: %s", got.errors)
	}
	proposed := now("init", "--snapshot", snapshot)
	if proposed.code != 0 {
		t.Fatalf("exit %d: %s", proposed.code, proposed.errors)
	}
	// Where pods land, and so who runs their nodes, is the scheduler's choice; the rest is as it is written.
	names := map[string][]string{}
	for _, o := range objects(t, proposed.out) {
		names[o.GetKind()] = append(names[o.GetKind()], o.GetName())
	}
	solutions := []string{"booking", "case-management", "health-record", "library", "payroll", "permit-archive", "school-meals", "shadow-reports", "video-archive"}
	if diff := cmp.Diff(solutions, names["HostedSolution"]); diff != "" {
		t.Errorf("solutions (-want +got):\n%s", diff)
	}
	for _, e := range []string{"case-management-production", "case-management-test", "shadow-reports-production"} {
		if !slices.Contains(names["SolutionEnvironment"], e) || len(names["SolutionEnvironment"]) != len(solutions)+1 {
			t.Errorf("environments are %v", names["SolutionEnvironment"])
		}
	}
	for _, s := range []string{"aws", "images-quickmail-example-org", "logs-example-org", "registry-example-org"} {
		if !slices.Contains(names["Supplier"], s) {
			t.Errorf("suppliers are %v, without %s", names["Supplier"], s)
		}
	}
	for _, want := range []string{"providerIDPrefixes: [\"nordby://\"]", "{provider: nordby, name: dk-north-1, country: XX}", "- name: velero\n    owner: To be filled in", "{name: logs.example.org, country: XX}"} {
		if !strings.Contains(proposed.out, want) {
			t.Errorf("%q is missing", want)
		}
	}

	t.Run("the cluster gives the same as its snapshot", func(t *testing.T) {
		if diff := cmp.Diff(proposed.out, now("init", "--cluster", "--kubeconfig", kubeconfig).out); diff != "" {
			t.Errorf("-snapshot +cluster:\n%s", diff)
		}
	})
	t.Run("check accepts it and asks for what only people know", func(t *testing.T) {
		got := now("check", "-f", write(t, "proposal.yaml", []byte(proposed.out)), "-o", "json")
		if got.code != 1 {
			t.Fatalf("exit %d: %s", got.code, got.errors)
		}
		wanted := map[string]bool{"DPD-01": false, "GOV-01": false, "SUP-01": false}
		for _, r := range parsed(t, got.out)["results"].([]any) {
			if r := r.(map[string]any); r["verdict"] == "Fail" {
				wanted[r["control"].(string)] = true
			}
		}
		for control, failed := range wanted {
			if !failed {
				t.Errorf("%s does not fail", control)
			}
		}
	})
	t.Run("the API server accepts it, and there is nothing more to propose", func(t *testing.T) {
		client, err := dynamic.NewForConfig(cp.AdminConfig())
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range objects(t, proposed.out) {
			resource := v1alpha1.GroupVersion.WithResource(strings.ToLower(o.GetKind()) + "s")
			if _, err := client.Resource(resource).Create(t.Context(), o, metav1.CreateOptions{FieldValidation: "Strict"}); err != nil {
				t.Errorf("%s %s: %v", o.GetKind(), o.GetName(), err)
			}
		}
		got := now("init", "--cluster", "--kubeconfig", kubeconfig)
		if got.code != 0 || got.out != "" || !strings.Contains(got.errors, "Nothing to propose") {
			t.Errorf("exit %d: %s\n%s", got.code, got.errors, got.out)
		}
		check := now("check", "--cluster", "--kubeconfig", kubeconfig, "-o", "json", "--show", "all")
		strangers(t, check.out)
	})
}

// strangers tells of outside parties that show and that nobody proposed, of namespaces that nobody claimed, and of
// environments that look green although nobody has filled in anything.
func strangers(t *testing.T, text string) {
	t.Helper()
	var report struct {
		Results   []struct{ Control, Verdict, Reason, Message string }
		Unclaimed []string `json:"unclaimedNamespaces"`
		Solutions []struct{ Name, State string }
	}
	if err := json.Unmarshal([]byte(text), &report); err != nil || len(report.Results) == 0 {
		t.Fatalf("%d results, %v", len(report.Results), err)
	}
	if !slices.ContainsFunc(report.Results, func(r struct{ Control, Verdict, Reason, Message string }) bool {
		return r.Reason == "NobodyAnswers" && r.Verdict == "Fail"
	}) {
		t.Error("nobody asks for the owners of the platform's namespaces")
	}
	for _, r := range report.Results {
		if r.Control == "SUP-03" && slices.Contains([]string{"Unrecognised", "NotInChain", "FingerprintTooWide", "NoChain"}, r.Reason) && !strings.HasPrefix(r.Message, "Nodes without a provider id") {
			t.Errorf("%s: %s", r.Reason, r.Message)
		}
	}
	if len(report.Unclaimed) > 0 {
		t.Errorf("nobody claims %v", report.Unclaimed)
	}
	if len(report.Solutions) == 0 {
		t.Error("there is no solution")
	}
	for _, s := range report.Solutions {
		if s.State != string(v1alpha1.StateNonCompliant) {
			t.Errorf("%s is %s although nobody has filled in anything", s.Name, s.State)
		}
	}
}

// deployment is a workload in a namespace.
func deployment(namespace, image string, more ...string) string {
	return `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ` + namespace + `}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      ` + strings.Join(more, "\n      ") + `
      containers: [{name: web, image: "` + image + `"}]
---`
}

func TestNamespacesBecomeSolutionsByTheirNames(t *testing.T) {
	var b bytes.Buffer
	for _, ns := range []string{"booking-prod", "booking-test", "booking-staging", "dev-booking", "booking", "payroll-pre-prod", "test", "my-test-app", "kube-public", "prod"} {
		b.WriteString(deployment(ns, "registry.example.org/web:1"))
	}
	got := invocation{args: []string{"init", "-f", "-"}, stdin: &b}.run(t.Context())
	if got.code != 0 {
		t.Fatalf("exit %d: %s", got.code, got.errors)
	}
	var environments []string
	for _, o := range objects(t, got.out) {
		if o.GetKind() == "SolutionEnvironment" {
			spec := o.Object["spec"].(map[string]any)
			var names []string
			for _, n := range spec["namespaces"].([]any) {
				names = append(names, n.(string))
			}
			environments = append(environments, strings.Join([]string{o.GetName(), spec["solution"].(string), spec["stage"].(string), strings.Join(names, "+")}, " "))
		}
	}
	want := []string{
		"booking-production booking Production booking+booking-prod", "booking-preproduction booking PreProduction booking-staging", "booking-test booking Test booking-test+dev-booking",
		"my-test-app-production my-test-app Production my-test-app", "payroll-preproduction payroll PreProduction payroll-pre-prod",
		"prod-production prod Production prod", "test-test test Test test",
	}
	if diff := cmp.Diff(want, environments); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !strings.Contains(got.errors, "Workloads run in kube-public") {
		t.Errorf("kube-public is not told of: %s", got.errors)
	}
}

func TestANamespaceIsThePlatformsByNameAndImagesTogether(t *testing.T) {
	for name, test := range map[string]struct {
		manifests string
		platform  bool
		want      string
	}{
		"the product":                   {deployment("velero", "velero/velero:v1"), true, "velero: backup"},
		"the product from a mirror":     {deployment("velero", "mirror.example.org/docker.io/velero/velero:v1"), true, "velero: backup"},
		"another image under its name":  {deployment("velero", "registry.example.org/shop:1"), false, ""},
		"an image whose name begins so": {deployment("velero", "registry.example.org/velero-evil/shop:1"), false, ""},
		"the product elsewhere":         {deployment("shop", "velero/velero:v1"), false, ""},
		"the product with something beside": {deployment("velero", "velero/velero:v1") + strings.Replace(deployment("velero", "registry.example.org/shop:1"), "{name: web, namespace", "{name: shop, namespace", 1), true,
			"velero: backup; check what else runs there: registry.example.org/shop"},
	} {
		t.Run(name, func(t *testing.T) {
			got := invocation{args: []string{"init", "-f", "-"}, stdin: strings.NewReader(test.manifests)}.run(t.Context())
			if solutions := strings.Count(got.out, "kind: HostedSolution"); got.code != 0 || (solutions == 0) != test.platform || !strings.Contains(got.out, test.want) {
				t.Errorf("exit %d, %d solutions, platform %t:\n%s", got.code, solutions, test.platform, got.out)
			}
		})
	}
}

func TestInitLeavesTheJudgementToPeople(t *testing.T) {
	manifests := deployment("shop", "ghcr.io/kombit/web:1", "schedulerName: batch") + deployment("bakery", "ghcr.io/kombit-evil/web:1")
	got := invocation{args: []string{"init", "-f", "-"}, stdin: strings.NewReader(manifests)}.run(t.Context())
	for _, want := range []string{"# fill in: schedulers: those of them that obey node affinity: [batch]", "- ghcr.io/kombit/\n", "- ghcr.io/kombit-evil/\n", "name: ghcr-io-kombit\n", "name: ghcr-io-kombit-evil\n"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is missing in\n%s", want, got.out)
		}
	}
	for _, never := range []string{"\n  schedulers:", "\n  classification:", "\n  purpose:", "processingCountries: ["} {
		if strings.Contains(got.out, never) && !strings.Contains(never, "[") {
			t.Errorf("%q was made up", never)
		}
	}
}

func TestWhatIsDeclaredIsLeftAlone(t *testing.T) {
	manifests := deployment("shop", "ghcr.io/kombit/web:1") + deployment("shop-test", "registry.example.org/web:1") + deployment("velero", "velero/velero:v1") + `
apiVersion: tilsyn.dev/v1alpha1
kind: Platform
metadata: {name: cluster}
spec: {}
---
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: shop}
spec: {owner: {organisation: Example A/S}}
---
apiVersion: tilsyn.dev/v1alpha1
kind: SolutionEnvironment
metadata: {name: shop-test}
spec: {solution: shop, stage: Production, namespaces: [shop]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Supplier
metadata: {name: registry-example-org}
spec: {legalName: Example registries}
`
	got := invocation{args: []string{"init", "-f", "-"}, stdin: strings.NewReader(manifests)}.run(t.Context())
	golden(t, "init/declared.txt", got.transcript([]string{"init", "-f", "-"}))
}

func TestInitWritesAFileForEachKind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tilsyn")
	args := []string{"init", "-f", "testdata/plain", "-n", "shop", "-o", dir}
	if got := run(t, args...); got.code != 0 || got.out != "" {
		t.Fatalf("exit %d: %s%s", got.code, got.out, got.errors)
	}
	entries, err := os.ReadDir(dir)
	if names := slices.Collect(namesOf(entries)); err != nil || !slices.Equal(names, []string{"hostedsolutions.yaml", "platforms.yaml", "solutionenvironments.yaml", "suppliers.yaml"}) {
		t.Errorf("%v, %v", names, err)
	}
	if err := os.Remove(filepath.Join(dir, "suppliers.yaml")); err != nil {
		t.Fatal(err)
	}
	if got := run(t, args...); got.code != 3 || !strings.Contains(got.errors, "nothing was written") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if _, err := os.Stat(filepath.Join(dir, "suppliers.yaml")); err == nil {
		t.Error("something was written beside what is there")
	}
	if got := run(t, append(args, "--force")...); got.code != 0 {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if got := run(t, "init", "-f", "testdata/plain", "-n", "shop", "-f", dir); got.code != 0 || got.out != "" || !strings.Contains(got.errors, "Nothing to propose") {
		t.Errorf("a second run: exit %d: %s%s", got.code, got.out, got.errors)
	}
}

func TestInitSaysWhatIsWrongWithHowItIsAsked(t *testing.T) {
	for name, args := range map[string][]string{
		"nothing":                   {"init"},
		"two sources":               {"init", "--cluster", "-f", "x"},
		"a context without cluster": {"init", "-f", "testdata/plain", "--context", "x"},
		"force without a directory": {"init", "-f", "testdata/plain", "--force"},
		"a namespace of a snapshot": {"init", "--snapshot", "x", "-n", "shop"},
		"a missing file":            {"init", "-f", "testdata/nowhere.yaml"},
		"a broken file":             {"init", "-f", "testdata/bad/broken.yaml", "-f", "testdata/declared"},
		"a missing snapshot":        {"init", "--snapshot", "testdata/nowhere.json.gz"},
		"no cluster":                {"init", "--cluster", "--kubeconfig", "testdata/nowhere"},
		"an argument":               {"init", "testdata/plain"},
	} {
		if got := run(t, args...); got.code != 3 || !strings.Contains(got.errors, "error: ") || strings.Contains(got.errors, "everything that runs") {
			t.Errorf("%s: exit %d, %q, %q", name, got.code, got.out, got.errors)
		}
	}
}

func TestWhatMayNotBeReadIsToldOfAProposal(t *testing.T) {
	got := run(t, "init", "--cluster", "--kubeconfig", cluster(t), "--as", "auditor")
	if got.code != 3 || !strings.Contains(got.out, "name: shop-production\n") {
		t.Errorf("exit %d: %s", got.code, got.out)
	}
	if strings.Count(got.errors, "error: ") != 1 || !strings.HasPrefix(got.errors, "error: the right to list these is missing") || strings.Contains(got.errors, "then apply it") || !strings.Contains(got.errors, "Do not apply it as it is") {
		t.Errorf("messages:\n%s", got.errors)
	}
	for _, source := range []string{"nodes", "pods", "namespaces", "persistentvolumeclaims"} {
		if !strings.Contains(got.errors, " "+source+",") {
			t.Errorf("nothing is said of %s: %s", source, got.errors)
		}
	}
	if strings.Contains(got.errors, "deployments.apps") {
		t.Errorf("deployments were read: %s", got.errors)
	}
}

func TestNothingIsProposedWhileItIsNotKnownWhatIsDeclared(t *testing.T) {
	for name, source := range map[string]facts.SourceID{
		"platforms": "platforms.tilsyn.dev", "solutions": "hostedsolutions.tilsyn.dev", "environments": "solutionenvironments.tilsyn.dev", "suppliers": "suppliers.tilsyn.dev",
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			w := files.NewSnapshotWriter(&b, false)
			var sources []facts.SourceState
			for _, k := range gather.Kinds() {
				state := facts.SourceState{ID: k.SourceID(), Condition: facts.SourceSynced}
				if k.SourceID() == source {
					state.Condition, state.Reason, state.Message = facts.SourceUnreadable, facts.ReasonForbidden, "forbidden"
				}
				sources = append(sources, state)
				if k.GVK.Kind == "Deployment" {
					d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "web"}}
					d.Spec.Template.Spec.Containers = []corev1.Container{{Name: "web", Image: "registry.example.org/web:1"}}
					if err := w.Add(k, d); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := w.Close(files.Header{TakenAt: today, Sources: files.Entries(sources)}); err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(t.TempDir(), "out")
			got := run(t, "init", "--snapshot", write(t, "shop.yaml", b.Bytes()), "-o", dir)
			if _, err := os.Stat(dir); got.code != 3 || got.out != "" || err == nil {
				t.Errorf("exit %d, %s: something was proposed: %s", got.code, got.out, got.errors)
			}
			if !strings.Contains(got.errors, string(source)) || !strings.Contains(got.errors, "Nothing is proposed while it is not known what is declared already") {
				t.Errorf("messages:\n%s", got.errors)
			}
		})
	}
}

func TestWhatIsNotOfKubernetesInKubeSystemIsTold(t *testing.T) {
	own := deployment("kube-system", "registry.k8s.io/coredns/coredns:v1.12.0")
	got := invocation{args: []string{"init", "-f", "-"}, stdin: strings.NewReader(own)}.run(t.Context())
	if got.code != 0 || strings.Contains(got.out+got.errors, "kube-system") {
		t.Errorf("exit %d: Kubernetes' own is told of:\n%s%s", got.code, got.out, got.errors)
	}
	strange := strings.Replace(own, "{name: web, namespace", "{name: dns, namespace", 1) + deployment("kube-system", "registry.example.org/shop/x:1")
	got = invocation{args: []string{"init", "-f", "-"}, stdin: strings.NewReader(strange)}.run(t.Context())
	if got.code != 0 || !strings.Contains(got.out, "# kube-system: nobody supervises a solution in it; check what else runs there: registry.example.org/shop/x\n") ||
		!strings.Contains(got.errors, "In kube-system runs what is not known to be of Kubernetes") {
		t.Errorf("exit %d:\n%s%s", got.code, got.out, got.errors)
	}
}

func TestInitTellsAFileFromADirectoryAndNothingFromSomething(t *testing.T) {
	file := write(t, "solo.yaml", nil)
	if got := run(t, "init", "-f", "testdata/plain", "-n", "shop", "-o", file); got.code != 3 || !strings.Contains(got.errors, "solo.yaml is a file; -o names a directory") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if got := run(t, "init", "-f", "testdata/plain", "-n", "shop", "-o", filepath.Join(file, "x")); got.code != 3 || strings.Contains(got.errors, "there already") {
		t.Errorf("exit %d: %s", got.code, got.errors)
	}
	if got := run(t, "init", "-f", "testdata/nowhere.yaml"); got.code != 3 || got.out != "" || strings.Contains(got.errors, "Proposed") || strings.Contains(got.errors, "apply") {
		t.Errorf("exit %d: %s%s", got.code, got.out, got.errors)
	}
}
