package versions

import "testing"

func TestWhetherAnImageIsOfAnotherVersion(t *testing.T) {
	for name, c := range map[string]struct{ image, repository, version, want string }{
		"the same":                 {"ghcr.io/cloudnative-pg/postgresql:16.4", "ghcr.io/cloudnative-pg/postgresql", "16.4", ""},
		"with more behind it":      {"ghcr.io/cloudnative-pg/postgresql:16.4.1-bookworm", "ghcr.io/cloudnative-pg/postgresql", "16.4", ""},
		"a later one":              {"ghcr.io/cloudnative-pg/postgresql:16.40", "ghcr.io/cloudnative-pg/postgresql", "16.4", "16.40"},
		"an earlier one":           {"ghcr.io/cloudnative-pg/postgresql:13.2", "ghcr.io/cloudnative-pg/postgresql", "16.4", "13.2"},
		"less than is declared":    {"postgres:16", "docker.io/library/postgres", "16.4", ""},
		"a short name":             {"postgres:v15.1", "postgres", "16.4", "15.1"},
		"another repository":       {"postgres:15", "ghcr.io/cloudnative-pg/postgresql", "16.4", ""},
		"a digest alone":           {"postgres@sha256:1111111111111111111111111111111111111111111111111111111111111111", "postgres", "16.4", ""},
		"a word in place of a tag": {"postgres:latest", "postgres", "16.4", ""},
		"what is no reference":     {"UPPER:1", "postgres", "16.4", ""},
	} {
		if got, differs := Differs(c.image, c.repository, c.version); got != c.want || differs != (c.want != "") {
			t.Errorf("%s: got %q, %v", name, got, differs)
		}
	}
}
