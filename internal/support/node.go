package support

import "strings"

// Product is a product with its version, as the support table names it. The version is empty where it is not said.
type Product struct{ Name, Version string }

// distributions of Kubernetes, by what their versions hold behind that of Kubernetes.
var distributions = []struct{ mark, name string }{{"-eks-", "eks"}, {"-gke.", "gke"}, {"+k3s", "k3s"}, {"+rke2", "rke2"}}

// Kubernetes reads a version of Kubernetes. The distribution, where the version names one, may be supported for longer.
func Kubernetes(version string) (upstream Product, distribution string) {
	for _, d := range distributions {
		if strings.Contains(version, d.mark) {
			distribution = d.name
		}
	}
	return Product{"kubernetes", strings.TrimPrefix(version, "v")}, distribution
}

// Runtime reads the version of a container runtime as nodes report it, for example containerd://2.3.1.
func Runtime(text string) Product {
	name, version, _ := strings.Cut(text, "://")
	return Product{name, strings.TrimPrefix(version, "v")}
}

// systems are operating systems by how their names begin, longest first where one begins another.
var systems = []struct{ begins, name string }{
	{"Ubuntu", "ubuntu"}, {"Debian GNU/Linux", "debian"}, {"Flatcar Container Linux", "flatcar"}, {"Bottlerocket", "bottlerocket"},
	{"Talos", "talos"}, {"Amazon Linux", "amazon-linux"}, {"Container-Optimized OS", "container-optimized-os"},
	{"Red Hat Enterprise Linux CoreOS", "rhcos"}, {"Red Hat Enterprise Linux", "rhel"}, {"SUSE Linux Enterprise", "sles"},
	{"Rocky Linux", "rocky-linux"}, {"AlmaLinux", "almalinux"}, {"Alpine Linux", "alpine"}, {"Fedora CoreOS", "fedora-coreos"}, {"Windows Server", "windows-server"},
}

// OperatingSystem reads what a node says of its operating system, for example Ubuntu 24.04.1 LTS. One that is not listed keeps its
// name in lower case with hyphens, so that the Platform can give a date.
func OperatingSystem(text string) Product {
	words := strings.Fields(text)
	out := Product{}
	var name []string
	for _, w := range words {
		w = strings.Trim(w, "()")
		if v := strings.TrimPrefix(w, "v"); v != "" && v[0] >= '0' && v[0] <= '9' {
			out.Version = v
			break
		}
		name = append(name, strings.ToLower(w))
	}
	out.Name = strings.Join(name, "-")
	for _, s := range systems {
		if strings.HasPrefix(text, s.begins) {
			out.Name = s.name
			break
		}
	}
	return out
}
