package collectors

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestTheConfigurationOfCilium(t *testing.T) {
	for sentence, tc := range map[string]struct {
		name               string
		data               map[string]string
		enforces, encrypts facts.Tristate
		recognised         bool
	}{
		"policies that are never enforced":    {"cilium-config", map[string]string{"enable-policy": "never", "cluster-name": "x"}, facts.No, facts.No, true},
		"policies that are only watched":      {"cilium-config", map[string]string{"policy-audit-mode": "true"}, facts.No, facts.No, true},
		"policies as usual, with encryption":  {"cilium-config", map[string]string{"enable-policy": "default", "enable-wireguard": "true"}, facts.NotKnown, facts.Yes, true},
		"a ConfigMap of another name is none": {"config", map[string]string{"enable-policy": "never"}, facts.NotKnown, facts.NotKnown, false},
	} {
		cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: tc.name}, Data: tc.data}
		found, err := extractConfigMap(cm)
		if err != nil || (len(found) > 0) != tc.recognised {
			t.Errorf("%s: %v %v", sentence, found, err)
			continue
		}
		if !tc.recognised {
			continue
		}
		if p, ok := found[0].(*facts.NetworkPlugin); !ok || p.Enforces != tc.enforces || p.Encrypts != tc.encrypts {
			t.Errorf("%s: got %+v", sentence, found[0])
		}
		again, err := extractConfigMap(pruneConfigMap(cm).(*corev1.ConfigMap))
		if diff := cmp.Diff(found, again); err != nil || diff != "" {
			t.Errorf("%s: pruning changes the fact: %v\n%s", sentence, err, diff)
		}
	}
}

func TestTheConfigurationOfIngressNginx(t *testing.T) {
	cm := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "ingress-nginx", Name: "controller"}, Data: map[string]string{
		"ssl-protocols": "TLSv1 TLSv1.2; echo", "hsts": "False", "server-snippet": "whatever"}}
	found, err := extractConfigMap(cm)
	want := []any{&facts.ControllerSettings{Ref: facts.Ref{Kind: "ConfigMap", Namespace: "ingress-nginx", Name: "controller"}, Product: "ingress-nginx",
		Settings: map[string]string{"ssl-protocols": "TLSv1", "hsts": "false"}}}
	if diff := cmp.Diff(want, found); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	again, err := extractConfigMap(pruneConfigMap(cm).(*corev1.ConfigMap))
	if diff := cmp.Diff(found, again); err != nil || diff != "" {
		t.Errorf("pruning changes the fact: %v\n%s", err, diff)
	}
}
