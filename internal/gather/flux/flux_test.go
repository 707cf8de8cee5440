package flux

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func object(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	raw, err := yaml.YAMLToJSON([]byte(text))
	if err == nil {
		err = u.UnmarshalJSON(raw) // whole numbers as an API server's
	}
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestReconciliations(t *testing.T) {
	since := time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)
	ready := `{type: Ready, status: "True", reason: x, message: m, lastTransitionTime: "2026-11-01T10:00:00Z"}`
	kustomization := facts.Ref{Group: KustomizeGroup, Kind: "Kustomization", Namespace: "flux-system", Name: "aula"}
	release := facts.Ref{Group: HelmGroup, Kind: "HelmRelease", Namespace: "flux-system", Name: "aula"}
	for name, tc := range map[string]struct {
		text string
		want facts.Reconciliation
	}{
		"a Kustomization": {
			`{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: aula, namespace: flux-system, generation: 1}, spec: {interval: 10m, sourceRef: {kind: GitRepository, name: aula}},
 status: {observedGeneration: 1, lastAppliedRevision: main, conditions: [` + ready + `], inventory: {entries: [{id: aula_web_apps_Deployment, v: v1}, {id: _system__x_rbac.authorization.k8s.io_ClusterRole, v: v1}, {id: broken, v: v1}]}}}`,
			facts.Reconciliation{Ref: kustomization, Product: product, SelfHeals: true, Ready: facts.Yes, ReadySince: since, Revision: "main", Interval: 10 * time.Minute,
				Source:  facts.Ref{Group: "source.toolkit.fluxcd.io", Kind: "GitRepository", Namespace: "flux-system", Name: "aula"},
				Manages: []facts.Ref{{Group: "rbac.authorization.k8s.io", Kind: "ClusterRole", Name: "system:x"}, {Group: "apps", Kind: "Deployment", Namespace: "aula", Name: "web"}}},
		},
		"a Kustomization whose controller has not seen its present version": {
			`{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: aula, namespace: flux-system, generation: 2}, spec: {suspend: true, sourceRef: {}}, status: {observedGeneration: 1, conditions: [` + ready + `]}}`,
			facts.Reconciliation{Ref: kustomization, Product: product, SelfHeals: true, Suspended: true, ReadySince: since},
		},
		"a HelmRelease that looks for no drift": {
			`{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: aula, namespace: flux-system}, spec: {interval: 1h, chart: {spec: {sourceRef: {kind: HelmRepository, name: r, namespace: charts}}}},
 status: {conditions: [` + ready + `], history: [{chartVersion: 1.2.3, lastDeployed: "2026-11-01T10:00:00Z"}, {chartVersion: 1.2.2, lastDeployed: "2026-10-01T10:00:00Z"}]}}`,
			facts.Reconciliation{Ref: release, Product: product, Namespace: "flux-system", Ready: facts.Yes, ReadySince: since, Interval: time.Hour, Revision: "1.2.3", LastApplied: since,
				Source: facts.Ref{Group: "source.toolkit.fluxcd.io", Kind: "HelmRepository", Namespace: "charts", Name: "r"}},
		},
		"a HelmRelease that undoes drift but for some fields": {
			`{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: aula, namespace: flux-system}, spec: {targetNamespace: aula, chartRef: {kind: OCIRepository, name: r}, driftDetection: {mode: enabled, ignore: [{paths: [/spec/replicas]}]}},
 status: {conditions: [{type: Ready, status: "False", reason: x, message: m, lastTransitionTime: "2026-11-01T10:00:00Z"}]}}`,
			facts.Reconciliation{Ref: release, Product: product, Namespace: "aula", SelfHeals: true, Ignores: true, Ready: facts.No, ReadySince: since,
				Source: facts.Ref{Group: "source.toolkit.fluxcd.io", Kind: "OCIRepository", Namespace: "flux-system", Name: "r"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, k := range Kinds() {
				u := object(t, tc.text)
				if u.GroupVersionKind().Kind != k.GVK.Kind {
					continue
				}
				for how, o := range map[string]*unstructured.Unstructured{"whole": u, "pruned": k.Prune(u).(*unstructured.Unstructured)} {
					got, err := k.Extract(o)
					if err != nil || len(got) != 1 {
						t.Fatalf("%s: %v, %v", how, got, err)
					}
					if diff := cmp.Diff(&tc.want, got[0]); diff != "" {
						t.Errorf("%s: -want +got:\n%s", how, diff)
					}
				}
			}
		})
	}
}

func TestAnIntervalThatCannotBeReadIsAnError(t *testing.T) {
	u := object(t, `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: a, namespace: n}, spec: {interval: soon, sourceRef: {}}}`)
	if got, err := Kinds()[0].Extract(u); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}
