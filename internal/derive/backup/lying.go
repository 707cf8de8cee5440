package backup

import (
	"net/url"
	"slices"
	"strings"

	"github.com/tilsyn-dev/tilsyn/internal/derive/place"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// lies is a place that holds copies of a namespace's claims, and one of the copies that say so.
type lies struct {
	copy *facts.VolumeCopy
	// destination is set where only the copy tells of the place; nil: copy.Destination names it.
	destination *facts.BackupDestination
}

// lyingOf finds where copies lie, by namespace. Plans change and runs are deleted; what was copied stays where it is.
func lyingOf(v facts.View, ix *index) map[string][]lies {
	type store struct {
		namespace, repository string
		destination           facts.Ref
	}
	out, seen := map[string][]lies{}, map[store]bool{}
	repositories := map[string]bool{}
	for _, d := range ix.destinations {
		if d.Repository != "" {
			repositories[strings.TrimRight(d.Repository, "/")] = true
		}
	}
	for _, c := range facts.List[facts.VolumeCopy](v) {
		at := store{c.ClaimNamespace, strings.TrimRight(c.Repository, "/"), c.Destination}
		known := at.repository == "" || repositories[at.repository]
		if c.Phase == facts.RunPending || c.Phase == facts.RunFailed || seen[at] || known && c.Destination.IsZero() {
			continue
		}
		seen[at] = true
		found := lies{copy: c}
		if !known {
			found.destination = repositoryPlace(c)
		}
		out[c.ClaimNamespace] = append(out[c.ClaimNamespace], found)
	}
	return out
}

// repositoryPlace reads restic's name of a repository, as a copy gives it: s3:https://host/bucket, gs:bucket:/path,
// azure:container:/path, b2:bucket:path, swift:container:path, rest:https://host/path or a directory.
func repositoryPlace(c *facts.VolumeCopy) *facts.BackupDestination {
	d := &facts.BackupDestination{Ref: c.Ref, Product: c.Product, Repository: c.Repository}
	scheme, rest, ok := strings.Cut(c.Repository, ":")
	if !ok || strings.HasPrefix(c.Repository, "/") {
		d.Kind, d.Prefix, d.InCluster = "local", c.Repository, true
		return d
	}
	d.Kind = scheme
	switch scheme {
	case "s3", "rest":
		host, path := hostAndPath(rest)
		d.Endpoint, d.InCluster = host, place.IsClusterHost(host)
		if scheme == "s3" {
			d.Bucket, d.Prefix, _ = strings.Cut(path, "/")
		}
		if scheme == "s3" && strings.HasSuffix(host, ".amazonaws.com") {
			d.Provider = "aws"
		}
		return d
	case "gs":
		d.Kind, d.Provider = "gcs", "gcp"
	case "azure":
		d.Provider, d.ConfigInSecret = "azure", true // the account's name is in a Secret
	case "b2":
		d.Provider = "backblaze"
	case "swift":
		d.ConfigInSecret = true
	}
	d.Bucket, d.Prefix, _ = strings.Cut(rest, ":")
	return d
}

// hostAndPath splits an address with or without a scheme; user, password and port are left out.
func hostAndPath(raw string) (host, path string) {
	if !slices.ContainsFunc([]string{"http://", "https://"}, func(s string) bool { return strings.HasPrefix(raw, s) }) {
		raw = "//" + strings.TrimLeft(raw, "/")
	}
	u, err := url.Parse(raw)
	if err != nil {
		return "", ""
	}
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), strings.Trim(u.Path, "/")
}
