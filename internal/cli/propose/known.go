package propose

import (
	"slices"
	"strings"
)

// product is software that serves the platform and runs in namespaces of its own.
type product struct {
	// namespaces by their usual names.
	namespaces []string
	// images are parts of the paths of its repositories; mirrors keep them.
	images []string
	// does is what it does, for whoever names the owner.
	does string
	// shared is true where it keeps data of solutions.
	shared bool
}

// products are recognised by namespace and images together: a name alone would take anybody's workloads out of supervision.
func products() []product {
	return []product{
		{[]string{"argocd", "argo-cd"}, []string{"argoproj", "argocd", "dex", "redis"}, "GitOps", false},
		{[]string{"calico-system", "tigera-operator", "calico-apiserver"}, []string{"calico", "tigera"}, "network", false},
		{[]string{"cert-manager"}, []string{"cert-manager", "jetstack"}, "certificates", false},
		{[]string{"cilium", "cilium-system"}, []string{"cilium"}, "network", false},
		{[]string{"cnpg-system"}, []string{"cloudnative-pg"}, "operator of databases", false},
		{[]string{"crossplane-system"}, []string{"crossplane", "upbound"}, "resources of clouds", false},
		{[]string{"external-dns"}, []string{"external-dns"}, "names", false},
		{[]string{"external-secrets"}, []string{"external-secrets"}, "secrets", false},
		{[]string{"flux-system"}, []string{"fluxcd"}, "GitOps", false},
		{[]string{"gatekeeper-system"}, []string{"openpolicyagent", "gatekeeper"}, "admission", false},
		{[]string{"ingress-nginx"}, []string{"ingress-nginx"}, "ingress", false},
		{[]string{"istio-system", "istio-ingress"}, []string{"istio"}, "network", false},
		{[]string{"k8up", "k8up-system", "k8up-operator"}, []string{"k8up"}, "backup", false},
		{[]string{"kyverno"}, []string{"kyverno"}, "admission", false},
		{[]string{"linkerd", "linkerd-viz"}, []string{"linkerd"}, "network", false},
		{[]string{"local-path-storage"}, []string{"local-path-provisioner"}, "storage", false},
		{[]string{"logging", "fluent", "fluent-bit", "fluentbit", "cattle-logging-system"},
			[]string{"fluent-bit", "fluentbit", "fluentd", "fluent", "loki", "logging-operator", "promtail", "vector", "elasticsearch", "opensearch", "kibana", "filebeat"}, "logs", true},
		{[]string{"loki"}, []string{"loki", "grafana", "memcached", "promtail"}, "logs", true},
		{[]string{"longhorn-system"}, []string{"longhorn"}, "storage", true},
		{[]string{"metallb-system"}, []string{"metallb", "frr"}, "network", false},
		{[]string{"minio", "minio-operator"}, []string{"minio"}, "storage", true},
		{[]string{"monitoring", "prometheus", "cattle-monitoring-system"},
			[]string{"prometheus", "prometheus-operator", "grafana", "alertmanager", "kube-state-metrics", "node-exporter", "thanos", "k8s-sidecar"}, "monitoring", true},
		{[]string{"openebs"}, []string{"openebs"}, "storage", true},
		{[]string{"opentelemetry-operator-system", "opentelemetry", "otel"}, []string{"opentelemetry", "otel"}, "telemetry", false},
		{[]string{"rook-ceph"}, []string{"rook", "ceph", "cephcsi", "sig-storage"}, "storage", true},
		{[]string{"sealed-secrets"}, []string{"sealed-secrets", "sealed-secrets-controller"}, "secrets", false},
		{[]string{"tilsyn-system"}, []string{"tilsyn"}, "supervision", false},
		{[]string{"traefik"}, []string{"traefik"}, "ingress", false},
		{[]string{"trivy-system"}, []string{"trivy-operator", "trivy", "aquasec", "aquasecurity"}, "scans of images", false},
		{[]string{"vault"}, []string{"vault", "vault-k8s", "hashicorp"}, "secrets", true},
		{[]string{"velero"}, []string{"velero"}, "backup", false},
		{[]string{"kube-flannel"}, []string{"flannel"}, "network", false},
		{[]string{"kubernetes-dashboard"}, []string{"kubernetesui", "dashboard"}, "console", false},
	}
}

// productIn finds the product that a namespace is of, and the repositories in it that are none of its own. Nothing of its own
// in it: nothing is recognised.
func productIn(namespace string, repositories []string) (p product, strange []string, ok bool) {
	list := products()
	i := slices.IndexFunc(list, func(p product) bool { return slices.Contains(p.namespaces, namespace) })
	if i < 0 {
		return product{}, nil, false
	}
	for _, r := range repositories {
		if !list[i].own(r) {
			strange = append(strange, r)
		}
	}
	return list[i], strange, len(strange) < len(repositories)
}

// own tells whether a part of a repository's path is one of the product's, whole.
func (p product) own(repository string) bool {
	_, path, _ := strings.Cut(repository, "/")
	return slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool { return slices.Contains(p.images, part) })
}

// ofKubernetes tells whether a repository is generally found in kube-system: Kubernetes itself, and what clouds and
// distributions put there for it.
func ofKubernetes(repository string) bool {
	host, path, _ := strings.Cut(repository, "/")
	if slices.Contains([]string{"registry.k8s.io", "k8s.gcr.io", "gke.gcr.io", "mcr.microsoft.com"}, host) {
		return true
	}
	own := []string{
		"coredns", "kube-proxy", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "pause", "kube-dns", "k8s-dns-node-cache", "metrics-server",
		"cluster-autoscaler", "cluster-proportional-autoscaler", "node-problem-detector", "addon-manager", "storage-provisioner", "kube-vip", "sig-storage", "konnectivity-network-proxy",
		"eks", "eks-distro", "amazon-k8s-cni", "amazon-k8s-cni-init", "aws-ebs-csi-driver", "aws-efs-csi-driver", "cloud-provider-aws", "cloud-provider-gcp",
		"cilium", "calico", "flannel", "flannel-io", "antrea", "weaveworks", "kindest", "tigera", "kubernetesui",
		"rancher", "klipper-helm", "klipper-lb", "local-path-provisioner", "rke2", "k3s", "digitalocean", "hetznercloud", "hcloud-cloud-controller-manager", "hcloud-csi-driver",
		"openstack-cloud-controller-manager", "cinder-csi-plugin",
	}
	return slices.ContainsFunc(strings.Split(path, "/"), func(part string) bool { return slices.Contains(own, part) })
}

// brands are the names by which people know providers of the region table.
func brands() map[string][]string {
	return map[string][]string{
		"alibaba": {"Alibaba Cloud"}, "aws": {"Amazon Web Services", "AWS"}, "azure": {"Microsoft Azure"}, "civo": {"Civo"}, "digitalocean": {"DigitalOcean"},
		"exoscale": {"Exoscale"}, "gcp": {"Google Cloud"}, "hetzner": {"Hetzner"}, "ibm": {"IBM Cloud"}, "ionos": {"IONOS"}, "linode": {"Linode", "Akamai"},
		"oracle": {"Oracle Cloud"}, "otc": {"Open Telekom Cloud"}, "ovh": {"OVHcloud"}, "scaleway": {"Scaleway"}, "stackit": {"STACKIT"}, "upcloud": {"UpCloud"}, "vultr": {"Vultr"},
	}
}

// registries are hosts whose publisher or keeper is generally known under a name.
func registries() map[string]string {
	return map[string]string{
		"docker.elastic.co": "Elastic", "docker.io/library": "Docker Official Images", "ghcr.io/fluxcd": "Flux", "mcr.microsoft.com": "Microsoft", "nvcr.io": "NVIDIA",
		"registry.access.redhat.com": "Red Hat", "registry.k8s.io": "Kubernetes", "registry.redhat.io": "Red Hat", "cgr.dev": "Chainguard", "registry.suse.com": "SUSE",
	}
}
