package mesh

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

func TestWhatMeshesSay(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want facts.Mesh
	}{
		"a policy of a workload with a hole": {`{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {namespace: aula, name: db, creationTimestamp: "2026-01-01T00:00:00Z"}, spec: {selector: {matchLabels: {app: db}}, mtls: {mode: STRICT}, portLevelMtls: {"8080": {mode: DISABLE}}}}`,
			facts.Mesh{Product: "istio", Mode: "STRICT", Pods: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}}, PortModes: map[string]string{"8080": "DISABLE"}, CreatedAt: 1767225600}},
		"one that says nothing": {`{apiVersion: security.istio.io/v1beta1, kind: PeerAuthentication, metadata: {namespace: aula, name: default}, spec: {selector: {}}}`,
			facts.Mesh{Product: "istio", Mode: "UNSET"}},
		"a rule for clients": {`{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {namespace: aula, name: db}, spec: {host: db, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}]}, subsets: [{name: v1, trafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: true}}}]}}`,
			facts.Mesh{Product: "istio", Mode: "ISTIO_MUTUAL", Hosts: []string{"db"}, PortModes: map[string]string{":80": "DISABLE", "v1": "UNVERIFIED"}}},
		"a port of Linkerd": {`{apiVersion: policy.linkerd.io/v1beta3, kind: Server, metadata: {namespace: aula, name: web}, spec: {podSelector: {matchLabels: {app: web}}, port: http, accessPolicy: all-unauthenticated}}`,
			facts.Mesh{Product: "linkerd", Mode: "all-unauthenticated", Pods: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}, PortModes: map[string]string{"http": "all-unauthenticated"}}},
		"a port without a policy denies": {`{apiVersion: policy.linkerd.io/v1beta2, kind: Server, metadata: {namespace: aula, name: web}, spec: {podSelector: {}, port: 8080}}`,
			facts.Mesh{Product: "linkerd", Mode: "deny", Pods: &metav1.LabelSelector{}, PortModes: map[string]string{"8080": "deny"}}},
		"whom Linkerd lets in by address": {`{apiVersion: policy.linkerd.io/v1alpha1, kind: AuthorizationPolicy, metadata: {namespace: aula, name: all}, spec: {targetRef: {group: policy.linkerd.io, kind: Server, name: web}, requiredAuthenticationRefs: [{kind: NetworkAuthentication, name: x}]}}`,
			facts.Mesh{Product: "linkerd", Mode: "unauthenticated", Hosts: []string{"Server/web"}}},
		"whom it lets in by identity": {`{apiVersion: policy.linkerd.io/v1alpha1, kind: AuthorizationPolicy, metadata: {namespace: aula, name: all}, spec: {targetRef: {kind: Namespace, name: aula}, requiredAuthenticationRefs: [{kind: MeshTLSAuthentication, name: x}]}}`,
			facts.Mesh{Product: "linkerd", Mode: "authenticated", Hosts: []string{"Namespace/aula"}}},
	} {
		t.Run(name, func(t *testing.T) {
			u := &unstructured.Unstructured{}
			if err := yaml.Unmarshal([]byte(c.text), &u.Object); err != nil {
				t.Fatal(err)
			}
			k, ok := adapter.NewIndex(Kinds()).Lookup(u.GroupVersionKind())
			if !ok {
				t.Fatalf("%s is not read", u.GroupVersionKind())
			}
			found, err := k.Extract(u)
			if err != nil {
				t.Fatal(err)
			}
			c.want.Ref = adapter.RefOf(u)
			if diff := cmp.Diff([]any{&c.want}, found); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if again, err := k.Extract(k.Prune(u)); err != nil || !cmp.Equal(found, again) {
				t.Errorf("pruning changes the facts: %v\n%s", err, cmp.Diff(found, again))
			}
		})
	}
}
