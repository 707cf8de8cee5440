package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

func TestFactsOfEntries(t *testing.T) {
	for sentence, tc := range map[string]struct {
		text string
		want any
	}{
		"a Gateway with a listener that ends TLS": {`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {namespace: edge, name: public}
spec: {gatewayClassName: envoy, listeners: [{name: web, port: 443, protocol: HTTPS, hostname: "*.example.org", tls: {certificateRefs: [{name: web-tls}]}, allowedRoutes: {namespaces: {from: All}}}]}
status: {conditions: [{type: Programmed, status: "True"}], addresses: [{value: 192.0.2.1}]}`,
			&facts.Gateway{Namespace: "edge", Name: "public", Class: "envoy", Programmed: facts.Yes, Addresses: []string{"192.0.2.1"}, Listeners: []facts.Listener{
				{Name: "web", Port: 443, Protocol: "HTTPS", Hostname: "*.example.org", Mode: "Terminate", Secrets: []string{"edge/web-tls"}, Namespaces: "All"}}}},
		"a route that only redirects": {`
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {namespace: aula, name: web}
spec: {hostnames: [www.example.org], parentRefs: [{namespace: edge, name: public, sectionName: plain}, {kind: Service, name: web}], rules: [{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]}`,
			&facts.Route{Ref: facts.Ref{Group: Group, Kind: "HTTPRoute", Namespace: "aula", Name: "web"}, Hosts: []string{"www.example.org"},
				Parents: []facts.RouteParent{{Gateway: facts.Ref{Group: Group, Kind: "Gateway", Namespace: "edge", Name: "public"}, Section: "plain"}},
				Rules:   []facts.RouteRule{{RedirectsToHTTPS: true}}}},
		"a Route of OpenShift, without its key": {`
apiVersion: route.openshift.io/v1
kind: Route
metadata: {namespace: aula, name: web}
spec: {host: www.example.org, to: {name: web}, tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect, key: "not kept"}}`,
			&facts.Route{Ref: facts.Ref{Group: OpenShiftGroup, Kind: "Route", Namespace: "aula", Name: "web"}, Hosts: []string{"www.example.org"}, TLS: "edge", Insecure: "Redirect",
				Rules: []facts.RouteRule{{Services: []string{"aula/web"}}}}},
	} {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(tc.text), &u.Object); err != nil {
			t.Fatal(err)
		}
		k, _ := adapter.NewIndex(Kinds()).Lookup(u.GroupVersionKind())
		got, err := k.Extract(u)
		if err != nil {
			t.Fatalf("%s: %v", sentence, err)
		}
		if diff := cmp.Diff([]any{tc.want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", sentence, diff)
		}
		pruned := k.Prune(u)
		if again, err := k.Extract(pruned); err != nil || cmp.Diff(got, again) != "" {
			t.Errorf("%s: pruning changes the fact: %v", sentence, err)
		}
		if text, _ := yaml.Marshal(pruned); cmp.Equal(tc.want, nil) || len(text) == 0 {
			t.Errorf("%s: nothing is left", sentence)
		}
	}
}
