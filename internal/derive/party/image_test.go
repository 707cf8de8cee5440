package party

import (
	"strings"
	"testing"
)

func TestParseImage(t *testing.T) {
	const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for name, c := range map[string]struct{ ref, want, owner string }{
		"an unqualified name":                        {"nginx", "docker.io/library/nginx", "docker.io/library"},
		"an unqualified name with a tag":             {"nginx:1.27", "docker.io/library/nginx", "docker.io/library"},
		"an account of Docker Hub":                   {"grafana/loki:3", "docker.io/grafana/loki", "docker.io/grafana"},
		"the old name of Docker Hub":                 {"index.docker.io/library/nginx", "docker.io/library/nginx", "docker.io/library"},
		"the working name of Docker Hub":             {"registry-1.docker.io/library/nginx", "docker.io/library/nginx", "docker.io/library"},
		"a digest":                                   {"ghcr.io/kombit/aula@" + digest, "ghcr.io/kombit/aula", "ghcr.io/kombit"},
		"a tag and a digest":                         {"ghcr.io/kombit/aula:1@" + digest, "ghcr.io/kombit/aula", "ghcr.io/kombit"},
		"a digest of an unqualified name":            {"nginx@" + digest, "docker.io/library/nginx", "docker.io/library"},
		"a registry of one's own":                    {"registry.example.org/aula/web:1", "registry.example.org/aula/web", "registry.example.org"},
		"a port":                                     {"registry.example.org:5000/aula/web:1", "registry.example.org:5000/aula/web", "registry.example.org:5000"},
		"the usual port":                             {"registry.example.org:443/aula/web:1", "registry.example.org/aula/web", "registry.example.org"},
		"capitals in the host":                       {"Registry.Example.ORG/aula/web", "registry.example.org/aula/web", "registry.example.org"},
		"a port looks like a tag":                    {"registry:5000", "docker.io/library/registry", "docker.io/library"},
		"a host without a dot and with a port":       {"registry:5000/web", "registry:5000/web", "registry:5000"},
		"localhost":                                  {"localhost/web", "localhost/web", "localhost"},
		"an address":                                 {"192.0.2.7:5000/web", "192.0.2.7:5000/web", "192.0.2.7:5000"},
		"an IPv6 address":                            {"[2001:db8::1]/web", "[2001:db8::1]/web", "[2001:db8::1]"},
		"an IPv6 address with a port":                {"[2001:DB8::1]:5000/web:1", "[2001:db8::1]:5000/web", "[2001:db8::1]:5000"},
		"an account whose name begins like another":  {"ghcr.io/kombit-evil/aula", "ghcr.io/kombit-evil/aula", "ghcr.io/kombit-evil"},
		"a host that begins like another":            {"registry.example.org.evil.example.com/web", "registry.example.org.evil.example.com/web", "registry.example.org.evil.example.com"},
		"a project of a cloud's shared registry":     {"europe-docker.pkg.dev/p/r/web:1", "europe-docker.pkg.dev/p/r/web", "europe-docker.pkg.dev/p"},
		"a first part with a capital names a host":   {"Example/web", "example:443/web", "example:443"},
		"the usual port of a host without a dot":     {"registry:443/web", "registry:443/web", "registry:443"},
		"a host in the alphabet of host names (IDN)": {"xn--rgistry-n4a.example.org/web", "xn--rgistry-n4a.example.org/web", "xn--rgistry-n4a.example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseImage(c.ref)
			if err != nil || got.String() != c.want || got.Owner() != c.owner {
				t.Errorf("%s: %s of %s, %v; want %s of %s", c.ref, got, got.Owner(), err, c.want, c.owner)
			}
		})
	}
}

func TestParseImageRefusesWhatNoRuntimeTakes(t *testing.T) {
	for name, ref := range map[string]string{
		"nothing":                      "",
		"a space":                      " nginx",
		"capitals in the repository":   "ghcr.io/KOMBIT/aula",
		"a letter that looks like i":   "docker.іo/library/nginx",
		"an identifier":                strings.Repeat("a", 64),
		"a placeholder":                "$(IMAGE)",
		"a scheme":                     "https://registry.example.org/web",
		"a user":                       "user@registry.example.org/web",
		"a dot at the end of a host":   "registry.example.org./web",
		"an empty path element":        "registry.example.org//web",
		"a step up":                    "registry.example.org/../web",
		"a digest that is none":        "nginx@sha256:1234",
		"a line break":                 "registry.example.org/web\n.evil.example.com",
		"a full-width slash":           "registry.example.org／evil/web",
		"a joiner that nobody can see": "ghcr.io/kom\u200dbit/aula",
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := ParseImage(ref); err == nil {
				t.Errorf("%q is taken for %s", ref, got)
			}
		})
	}
}

func TestOriginOfAMirroredImage(t *testing.T) {
	for ref, want := range map[string]string{
		"mirror.example.org/docker.io/library/nginx:1":         "docker.io/library/nginx",
		"mirror.example.org/cache/ghcr.io/kombit-evil/web":     "ghcr.io/kombit-evil/web",
		"mirror.example.org/registry.k8s.io/pause:3.10":        "registry.k8s.io/pause",
		"mirror.example.org/docker.io/nginx":                   "docker.io/library/nginx",
		"mirror.example.org/dockerhub/library/nginx":           "",
		"registry.example.org/aula/web":                        "",
		"registry.example.org/aula/docker.io":                  "",
		"registry.example.org/docker.io.example.com/aula/web":  "",
		"ghcr.io/kombit/mirror/quay.io/prometheus/node:1":      "quay.io/prometheus/node",
		"europe-docker.pkg.dev/p/hub/index.docker.io/kombit/x": "docker.io/kombit/x",
	} {
		t.Run(ref, func(t *testing.T) {
			i, err := ParseImage(ref)
			if err != nil {
				t.Fatal(err)
			}
			got, ok := i.Origin()
			if ok != (want != "") || ok && got.String() != want {
				t.Errorf("%s, %t; want %q", got, ok, want)
			}
		})
	}
}
