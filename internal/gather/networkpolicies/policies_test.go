package networkpolicies

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter/adaptertest"
)

var equal = cmpopts.EquateComparable(netip.Prefix{})

func extract(t *testing.T, text string) *facts.PluginPolicy {
	t.Helper()
	found, err := adaptertest.Extract(t, Kinds(), text, equal)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		return nil
	}
	return found[0].(*facts.PluginPolicy)
}

func TestCilium(t *testing.T) {
	p := extract(t, `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {namespace: aula, name: web}
spec:
  endpointSelector: {matchLabels: {"k8s:app": web}}
  ingress: [{fromEntities: [cluster]}]
  egressDeny: [{toCIDR: [169.254.169.254/32]}]
  egress:
  - toFQDNs: [{matchName: api.example.org}, {matchPattern: "*.example.org"}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
  - toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]
  - {}
  - toPorts: [{ports: [{port: "53", protocol: UDP}]}]`)
	want := &facts.PluginPolicy{
		Ref:     facts.Ref{Group: CiliumGroup, Kind: "CiliumNetworkPolicy", Namespace: "aula", Name: "web"},
		Dialect: facts.DialectCilium, Selects: &facts.PodSelection{Namespace: "aula", Pods: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}},
		DeniesIngress: true, DeniesEgress: true,
		Rules: []facts.PluginRule{
			{Egress: true, Action: facts.PolicyDeny, Blocks: []netip.Prefix{netip.MustParsePrefix("169.254.169.254/32")}},
			{Action: facts.PolicyAllow, Entities: []string{"cluster"}},
			{Egress: true, Action: facts.PolicyAllow, Names: []string{"api.example.org", "*.example.org"}, Ports: []facts.NetworkPort{{Protocol: "TCP", Port: 443}}},
			{Egress: true, Action: facts.PolicyAllow, Everything: true, Blocks: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, Except: []string{"10.0.0.0/8"}},
			{Egress: true, Action: facts.PolicyAllow, Everything: true, Ports: []facts.NetworkPort{{Protocol: "UDP", Port: 53}}},
		},
	}
	if diff := cmp.Diff(want, p, equal); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	nodes := extract(t, "{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: host}, spec: {nodeSelector: {}, ingress: [{}]}}")
	if nodes != nil {
		t.Errorf("a policy about nodes is about no pods: %+v", nodes)
	}
}

func TestWhomCiliumSelects(t *testing.T) {
	for text, want := range map[string]*facts.PodSelection{
		"{}": {},
		"{matchLabels: {'k8s:io.kubernetes.pod.namespace': aula}}":                                            {Namespaces: &metav1.LabelSelector{MatchLabels: map[string]string{labelNamespace: "aula"}}},
		"{matchLabels: {'io.cilium.k8s.namespace.labels.team': aula, tier: db}}":                              {Pods: &metav1.LabelSelector{MatchLabels: map[string]string{"tier": "db"}}, Namespaces: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "aula"}}},
		"{matchLabels: {'reserved:ingress': ''}}":                                                             nil,
		"{matchExpressions: [{key: 'io.cilium.k8s.policy.serviceaccount', operator: In, values: [default]}]}": nil,
	} {
		p := extract(t, "{apiVersion: cilium.io/v2, kind: CiliumClusterwideNetworkPolicy, metadata: {name: x}, spec: {endpointSelector: "+text+", ingress: [{}]}}")
		if diff := cmp.Diff(want, p.Selects); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestCalico(t *testing.T) {
	for sentence, tc := range map[string]struct {
		spec                        string
		deniesIngress, deniesEgress bool
		everything, unread, nobody  bool
	}{
		"a policy without rules denies both, where it says both": {spec: "{selector: all(), types: [Ingress, Egress]}", deniesIngress: true, deniesEgress: true},
		"without types and egress rules, ingress alone":          {spec: "{}", deniesIngress: true},
		"a rule that hands over denies nothing":                  {spec: "{types: [Ingress], ingress: [{action: Pass}]}", everything: true},
		"a rule without a peer is about everybody":               {spec: "{types: [Egress], egress: [{action: Allow, protocol: TCP}]}", deniesEgress: true, everything: true},
		"an expression that is not read selects nobody knows":    {spec: "{selector: \"a == 'b' || c == 'd'\", types: [Ingress]}", deniesIngress: true, nobody: true},
		"so does one of service accounts":                        {spec: "{serviceAccountSelector: \"a == 'b'\", types: [Ingress]}", deniesIngress: true, nobody: true},
		"sets of networks are kept elsewhere":                    {spec: "{types: [Egress], egress: [{action: Allow, destination: {selector: \"x == 'y'\", namespaceSelector: global()}}]}", deniesEgress: true, unread: true},
	} {
		p := extract(t, "{apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: {name: x}, spec: "+tc.spec+"}")
		var everything, unread bool
		for _, r := range p.Rules {
			everything, unread = everything || r.Everything, unread || r.Unread
		}
		if p.DeniesIngress != tc.deniesIngress || p.DeniesEgress != tc.deniesEgress || everything != tc.everything || unread != tc.unread || (p.Selects == nil) != tc.nobody {
			t.Errorf("%s: got %+v", sentence, p)
		}
	}
}

func TestAdmin(t *testing.T) {
	p := extract(t, `
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
  egress: [{action: Deny, to: [{namespaces: {}}, {networks: [0.0.0.0/0, "::/0"]}]}]`)
	if !p.DeniesIngress || !p.DeniesEgress || p.First || p.Selects == nil || p.Dialect != facts.DialectBaselineAdmin {
		t.Errorf("got %+v", p)
	}
	p = extract(t, `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: allow}
spec: {tier: Admin, priority: 1, subject: {pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}, egress: [{action: Accept, to: [{networks: [0.0.0.0/0]}]}]}`)
	if p.DeniesEgress || !p.First || len(p.Rules) != 1 || p.Rules[0].Action != facts.PolicyAllow || !p.Rules[0].Everything {
		t.Errorf("got %+v", p)
	}
}

// FuzzCalicoSelector: an expression that is read is read the same when it is put together again from what was read.
func FuzzCalicoSelector(f *testing.F) {
	for _, s := range []string{"", "all()", "a == 'b' && c != \"d\"", "has(x) && !has(y)", "k in {'a', 'b'} && k not in { 'c' }", "projectcalico.org/name == 'aula'", "a == 'b' || c == 'd'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, ok := calicoSelector(text)
		if !ok || s == nil {
			return
		}
		for _, e := range s.MatchExpressions {
			if e.Key == "" || e.Operator == "" {
				t.Errorf("%q gives %+v", text, e)
			}
		}
	})
}

func TestWhetherCalicoEncrypts(t *testing.T) {
	for text, want := range map[string]facts.Tristate{
		"{wireguardEnabled: true}":   facts.Yes,
		"{wireguardEnabledV6: true}": facts.Yes,
		"{logSeverityScreen: Info}":  facts.No,
	} {
		for _, api := range []string{"projectcalico.org/v3", "crd.projectcalico.org/v1"} {
			for name, counts := range map[string]bool{"default": true, "node.n1": false} {
				u := &unstructured.Unstructured{}
				if err := yaml.Unmarshal([]byte("{apiVersion: "+api+", kind: FelixConfiguration, metadata: {name: "+name+"}, spec: "+text+"}"), &u.Object); err != nil {
					t.Fatal(err)
				}
				k, _ := adapter.NewIndex(Kinds()).Lookup(u.GroupVersionKind())
				found, err := k.Extract(u)
				if err != nil || len(found) > 0 != counts {
					t.Fatalf("%s: %v, %v", name, found, err)
				}
				if counts && found[0].(*facts.NetworkPlugin).Encrypts != want {
					t.Errorf("%s in %s: %+v", text, api, found[0])
				}
			}
		}
	}
}
