package party

import (
	"fmt"
	"slices"
	"strings"

	"github.com/distribution/reference"
)

// Image is the repository that an image reference names: where the image comes from, without tag and digest.
type Image struct {
	// Host of the registry in lower case, with its port unless that is 443 and the host has a dot. Docker Hub is docker.io under all its names.
	Host string
	// Path of the repository in the registry.
	Path string
}

// dockerHub is the registry of names that name none.
const dockerHub = "docker.io"

// ParseImage reads an image reference as container runtimes do: nginx is docker.io/library/nginx. An error says that no
// runtime would accept it.
func ParseImage(ref string) (Image, error) {
	if host, path, ok := plainImage(ref); ok {
		return Image{Host: registryHost(host), Path: path}, nil
	}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		return Image{}, fmt.Errorf("image %q: %w", ref, err)
	}
	return Image{Host: registryHost(reference.Domain(named)), Path: reference.Path(named)}, nil
}

// registryHost brings the names of one registry together. Host names know no case, and 443 is the port of those without one;
// it stays with a host without a dot, which would else look like an account of Docker Hub.
func registryHost(host string) string {
	host = strings.TrimSuffix(strings.ToLower(host), ":443")
	switch {
	case host == "index.docker.io" || host == "registry-1.docker.io":
		return dockerHub
	case host != "" && host != "localhost" && !strings.ContainsAny(host, ".:"):
		return host + ":443"
	}
	return host
}

// String gives the repository, for example docker.io/library/nginx.
func (i Image) String() string { return i.Host + "/" + i.Path }

// Owner names the party behind the image as far as the reference tells: the registry, or where anybody may publish, the
// account there, for example docker.io/library.
func (i Image) Owner() string {
	if !isPublic(i.Host) {
		return i.Host
	}
	account, _, _ := strings.Cut(i.Path, "/")
	return i.Host + "/" + account
}

// Origin gives the repository that a mirror took the image from, where the mirror's path says so, as in
// mirror.example.org/docker.io/library/nginx. A mirror with paths of its own hides it.
func (i Image) Origin() (Image, bool) {
	for rest := i.Path; ; {
		part, behind, more := strings.Cut(rest, "/")
		if !more {
			return Image{}, false
		}
		if strings.Contains(part, ".") { // as every public registry has one
			if host := registryHost(part); isPublic(host) || slices.Contains(projectRegistries, host) {
				origin, err := ParseImage(rest)
				return origin, err == nil
			}
		}
		rest = behind
	}
}

// publicRegistries are registries in which anybody can have an account or project and publish.
var publicRegistries = []string{
	"asia.gcr.io", "codeberg.org", "docker.io", "docker.pkg.github.com", "eu.gcr.io", "gcr.io", "ghcr.io", "public.ecr.aws", "quay.io",
	"registry.digitalocean.com", "registry.gitlab.com", "ttl.sh", "us.gcr.io",
}

// projectRegistries are registries of one publisher that mirrors name in their paths.
var projectRegistries = []string{
	"cr.fluentbit.io", "docker.elastic.co", "lscr.io", "mcr.microsoft.com", "nvcr.io", "registry.access.redhat.com", "registry.k8s.io",
	"registry.opensource.zalan.do", "registry.redhat.io", "xpkg.upbound.io",
}

// isPublic tells whether anybody may publish in a registry.
func isPublic(host string) bool {
	return slices.Contains(publicRegistries, host) || strings.HasSuffix(host, "-docker.pkg.dev")
}
