package core

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestFactsOfTraffic(t *testing.T) {
	for sentence, tc := range map[string]struct {
		content string
		want    []any
	}{
		"a policy without types isolates for ingress, and for egress where it has rules": {`
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: a, name: p}, spec: {podSelector: {}, egress: [{}]}}`,
			[]any{&facts.NetworkPolicy{Namespace: "a", Name: "p", IsolatesIngress: true, IsolatesEgress: true, Egress: []facts.NetworkRule{{}}}}},
		"a policy that does not name egress leaves it open": {`
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {namespace: a, name: p}, spec: {podSelector: {}, policyTypes: [Ingress], egress: []}}`,
			[]any{&facts.NetworkPolicy{Namespace: "a", Name: "p", IsolatesIngress: true}}},
		"peers and ports are kept exactly": {`
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {namespace: a, name: p}
spec:
  podSelector: {matchLabels: {app: x}}
  policyTypes: [Egress]
  egress:
  - to:
    - {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}
    - {ipBlock: {cidr: 10.1.2.3/8, except: [10.2.0.0/16]}}
    - {ipBlock: {cidr: nonsense}}
    ports: [{port: 5432}, {protocol: UDP, port: dns}, {protocol: TCP, port: 30000, endPort: 31000}, {}]`,
			[]any{&facts.NetworkPolicy{
				Namespace: "a", Name: "p", IsolatesEgress: true, Pods: metav1.LabelSelector{MatchLabels: map[string]string{"app": "x"}},
				Egress: []facts.NetworkRule{{
					Peers: []facts.NetworkPeer{
						{Namespaces: &metav1.LabelSelector{}, Pods: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}}},
						{Block: netip.MustParsePrefix("10.0.0.0/8"), Except: []netip.Prefix{netip.MustParsePrefix("10.2.0.0/16")}},
						{Unread: "nonsense"},
					},
					Ports: []facts.NetworkPort{{Protocol: "TCP", Port: 5432}, {Protocol: "UDP", Name: "dns"}, {Protocol: "TCP", Port: 30000, EndPort: 31000}, {Protocol: "TCP"}},
				}},
			}}},
		"an ingress has its hosts, its class by the older annotation, and no snippet": {`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {namespace: a, name: i, annotations: {kubernetes.io/ingress.class: nginx, nginx.ingress.kubernetes.io/ssl-redirect: "false", nginx.ingress.kubernetes.io/configuration-snippet: S3CR3T, other: x}}
spec:
  defaultBackend: {service: {name: rest, port: {number: 80}}}
  tls: [{hosts: [www.example.org], secretName: tls}, {}]
  rules:
  - {host: www.example.org, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}}
  - {host: bare.example.org}
status: {loadBalancer: {ingress: [{ip: 192.0.2.1}, {hostname: lb.example.org}]}}`,
			[]any{&facts.Ingress{
				Namespace: "a", Name: "i", Class: "nginx", DefaultBackend: "rest", Addresses: []string{"192.0.2.1", "lb.example.org"},
				Annotations: map[string]string{"nginx.ingress.kubernetes.io/ssl-redirect": "false", "nginx.ingress.kubernetes.io/configuration-snippet": ""},
				TLS:         []facts.IngressTLS{{Hosts: []string{"www.example.org"}, Secret: "tls"}, {}},
				Rules:       []facts.IngressRule{{Host: "www.example.org", Path: "/", PathType: "Prefix", Service: "web", PortName: "http"}, {Host: "bare.example.org"}},
			}}},
		"a class may be the default": {`
{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}, spec: {controller: k8s.io/ingress-nginx}}`,
			[]any{&facts.IngressClass{Name: "nginx", Controller: "k8s.io/ingress-nginx", Default: true}}},
		"a service of pods that stays inside is kept by name alone": {`
{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: {selector: {app: x}, ports: [{port: 80}]}}`, []any{&facts.ServiceName{}}},
		"a load balancer is reached from outside": {`
apiVersion: v1
kind: Service
metadata: {namespace: a, name: s, annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true"}}
spec: {type: LoadBalancer, selector: {app: x}, loadBalancerSourceRanges: [192.0.2.0/24], ports: [{name: web, port: 443, nodePort: 30443, targetPort: https}]}
status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}`,
			[]any{&facts.ServiceName{}, &facts.Service{
				Namespace: "a", Name: "s", Type: "LoadBalancer", Selector: facts.NewLabels(map[string]string{"app": "x"}), Sources: []string{"192.0.2.0/24"},
				ExternalIPs: []string{"192.0.2.1"}, Internal: facts.Yes,
				Ports: []facts.ServicePort{{Name: "web", Protocol: "TCP", Port: 443, NodePort: 30443, TargetName: "https"}},
			}}},
		"a service without selector that has an outside address both leads out and in": {`
{apiVersion: v1, kind: Service, metadata: {namespace: a, name: s}, spec: {externalIPs: [192.0.2.9], ports: [{port: 80}]}}`,
			[]any{
				&facts.ServiceName{},
				&facts.Service{Namespace: "a", Name: "s", Type: "ClusterIP", ExternalIPs: []string{"192.0.2.9"}, Ports: []facts.ServicePort{{Protocol: "TCP", Port: 80, TargetPort: 80}}},
				&facts.ExternalService{Namespace: "a", Name: "s", Ports: []int32{80}},
			}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, read(t, Kinds(), tc.content), shallow); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestFactsOfResilience(t *testing.T) {
	for sentence, tc := range map[string]struct {
		content string
		want    any
	}{
		"a budget that has no status yet is not known to allow anything": {`
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {namespace: a, name: b}, spec: {minAvailable: 50%, selector: {}}}`,
			&facts.DisruptionBudget{Namespace: "a", Name: "b", Pods: &metav1.LabelSelector{}, MinAvailable: "50%"}},
		"a budget has what the API server counted": {`
{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {namespace: a, name: b}, spec: {maxUnavailable: 1}, status: {observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 3, desiredHealthy: 2, expectedPods: 3}}`,
			&facts.DisruptionBudget{Namespace: "a", Name: "b", MaxUnavailable: "1", Known: true, Allowed: 1, Healthy: 3, Desired: 2, Expected: 3}},
		"an autoscaler that names no minimum goes down to one": {`
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {namespace: a, name: h}, spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}, status: {conditions: [{type: AbleToScale, status: "False"}], currentMetrics: null, desiredReplicas: 1}}`,
			&facts.Autoscaler{Namespace: "a", Name: "h", Target: facts.Ref{Group: "apps", Kind: "Deployment", Namespace: "a", Name: "web"}, Min: 1, Max: 5, Able: facts.No}},
		"a claim that is a copy says of what": {`
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: test, name: c}, spec: {storageClassName: "", dataSourceRef: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: s, namespace: production}, resources: {}}}`,
			&facts.Claim{Namespace: "test", Name: "c", Source: facts.Ref{Group: "snapshot.storage.k8s.io", Kind: "VolumeSnapshot", Namespace: "production", Name: "s"}}},
		"a clone of a claim lies in the same namespace": {`
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {namespace: test, name: c}, spec: {storageClassName: "", dataSource: {kind: PersistentVolumeClaim, name: s}, resources: {}}}`,
			&facts.Claim{Namespace: "test", Name: "c", Source: facts.Ref{Kind: "PersistentVolumeClaim", Namespace: "test", Name: "s"}}},
		"a node has its versions": {`
{apiVersion: v1, kind: Node, metadata: {name: n1}, status: {nodeInfo: {kubeletVersion: v1.36.1, osImage: Flatcar, kernelVersion: 6.1, containerRuntimeVersion: "containerd://2.1", architecture: "", bootID: "", kubeProxyVersion: "", machineID: "", operatingSystem: "", systemUUID: ""}}}`,
			&facts.Node{Name: "n1", Kubelet: "v1.36.1", OSImage: "Flatcar", Kernel: "6.1", Runtime: "containerd://2.1"}},
		"a webhook that fails open and leaves out a namespace says so": {`
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: v}
webhooks:
- name: policy.example.org
  failurePolicy: Ignore
  sideEffects: None
  admissionReviewVersions: [v1]
  clientConfig: {caBundle: YQ==, service: {namespace: kyverno, name: kyverno-svc}}
  matchConditions: [{name: a, expression: "true"}]
  namespaceSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}
  rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}]`,
			&facts.AdmissionHooks{
				Ref: facts.Ref{Group: "admissionregistration.k8s.io", Kind: "ValidatingWebhookConfiguration", Name: "v"},
				Hooks: []facts.AdmissionHook{{
					Name: "policy.example.org", FailsOpen: true, Service: facts.Ref{Kind: "Service", Namespace: "kyverno", Name: "kyverno-svc"}, Conditions: 1, TimeoutSeconds: 10,
					Namespaces: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "skip", Operator: metav1.LabelSelectorOpDoesNotExist}}},
					Rules:      []facts.HookRule{{Operations: []string{"CREATE"}, Groups: []string{""}, Versions: []string{"v1"}, Resources: []string{"pods"}}},
				}},
			}},
		"a mutating webhook elsewhere has its host alone": {`
{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: {name: m}, webhooks: [{name: a, sideEffects: None, admissionReviewVersions: [v1], clientConfig: {url: "https://u:S3CR3T@hooks.example.org:8443/x?token=S3CR3T"}, namespaceSelector: {}}]}`,
			&facts.AdmissionHooks{
				Ref:   facts.Ref{Group: "admissionregistration.k8s.io", Kind: "MutatingWebhookConfiguration", Name: "m"},
				Hooks: []facts.AdmissionHook{{Name: "a", Mutating: true, Host: "hooks.example.org", TimeoutSeconds: 10}},
			}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if diff := cmp.Diff([]any{tc.want}, read(t, Kinds(), tc.content), shallow); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
