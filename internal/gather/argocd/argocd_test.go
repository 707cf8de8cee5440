package argocd

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestApplications(t *testing.T) {
	at := time.Date(2026, 11, 10, 10, 0, 0, 0, time.UTC)
	ref := facts.Ref{Group: Group, Kind: "Application", Namespace: "argocd", Name: "aula"}
	const done = `operationState: {phase: Succeeded, finishedAt: "2026-11-10T10:00:00Z"}`
	for name, tc := range map[string]struct {
		annotations, spec, status string
		want                      *facts.Reconciliation
	}{
		"in sync, healing itself": {``, `{destination: {server: "https://kubernetes.default.svc", namespace: aula}, syncPolicy: {automated: {selfHeal: true}}}`,
			`{sync: {status: Synced, revision: abc}, health: {status: Healthy}, ` + done + `, resources: [{group: apps, kind: Deployment, namespace: aula, name: web}]}`,
			&facts.Reconciliation{Ref: ref, Product: product, Namespace: "aula", SelfHeals: true, Ready: facts.Yes, Drifted: facts.No, Revision: "abc", LastApplied: at,
				Manages: []facts.Ref{{Group: "apps", Kind: "Deployment", Namespace: "aula", Name: "web"}}}},
		"synchronised by hand only": {``, `{destination: {name: in-cluster}}`, `{sync: {status: OutOfSync, revisions: [a, b]}, ` + done + `}`,
			&facts.Reconciliation{Ref: ref, Product: product, Suspended: true, Ready: facts.Yes, Drifted: facts.Yes, Revision: "a,b", LastApplied: at}},
		"automation switched off": {``, `{destination: {}, syncPolicy: {automated: {enabled: false, selfHeal: true}}}`, `{}`,
			&facts.Reconciliation{Ref: ref, Product: product, Suspended: true}},
		"told to be skipped": {`argocd.argoproj.io/skip-reconcile: "true"`, `{destination: {}, syncPolicy: {automated: {}}}`, `{sync: {status: Unknown}}`,
			&facts.Reconciliation{Ref: ref, Product: product, Suspended: true}},
		"a controller that cannot compare": {``, `{destination: {}, syncPolicy: {automated: {}}, ignoreDifferences: [{kind: Deployment}]}`,
			`{sync: {status: Synced}, ` + done + `, conditions: [{type: ComparisonError, lastTransitionTime: "2026-11-10T10:00:00Z"}]}`,
			&facts.Reconciliation{Ref: ref, Product: product, Ready: facts.No, ReadySince: at, Drifted: facts.No, LastApplied: at, Ignores: true}},
		"what it made does not work": {``, `{destination: {}, syncPolicy: {automated: {}}}`, `{health: {status: Degraded, lastTransitionTime: "2026-11-10T10:00:00Z"}, ` + done + `}`,
			&facts.Reconciliation{Ref: ref, Product: product, Ready: facts.No, ReadySince: at, LastApplied: at}},
		"of another cluster": {``, `{destination: {server: "https://other.example.org"}}`, `{}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			u := &unstructured.Unstructured{}
			text := `{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: aula, namespace: argocd, annotations: {` + tc.annotations + `}}, spec: ` + tc.spec + `, status: ` + tc.status + `}`
			if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
				t.Fatal(err)
			}
			k := Kinds()[0]
			for how, o := range map[string]*unstructured.Unstructured{"whole": u, "pruned": k.Prune(u).(*unstructured.Unstructured)} {
				list, err := k.Extract(o)
				if err != nil {
					t.Fatalf("%s: %v", how, err)
				}
				var got *facts.Reconciliation
				if len(list) > 0 {
					got = list[0].(*facts.Reconciliation)
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Errorf("%s: -want +got:\n%s", how, diff)
				}
			}
		})
	}
}
