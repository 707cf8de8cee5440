package facts

import "testing"

func TestAddOnOf(t *testing.T) {
	for image, want := range map[string]AddOn{
		"quay.io/jetstack/cert-manager-controller:v1.20.1": {Product: "cert-manager", Version: "v1.20.1"},
		"mirror.example.org/jetstack/cert-manager-controller@sha256:1111111111111111111111111111111111111111111111111111111111111111": {Product: "cert-manager"},
		"registry.k8s.io/ingress-nginx/controller:v1.14.0":       {Product: "ingress-nginx", Version: "v1.14.0"},
		"rancher/nginx-ingress-controller:nginx-1.12.1-rancher1": {Product: "ingress-nginx", Version: "nginx-1.12.1-rancher1"},
		"quay.io/jetstack/cert-manager-webhook:v1.20.1":          {},
		"nginx/nginx-ingress:5.2.0":                              {},
		"registry.example.org/aula/web:1":                        {},
	} {
		w := &Workload{Ref: Ref{Group: "apps", Kind: "Deployment", Namespace: "a", Name: "b"}, Shape: &PodShape{Containers: []Container{{Image: "busybox"}, {Image: image}}}}
		got := AddOnOf(w)
		if got == nil {
			got = &AddOn{}
		}
		if got.Product != want.Product || got.Version != want.Version {
			t.Errorf("%s: got %+v", image, got)
		}
		if w.Ref.Kind = "Job"; AddOnOf(w) != nil {
			t.Errorf("%s: a Job is no add-on", image)
		}
	}
}
