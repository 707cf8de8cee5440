// Package versions finds which versions the cluster and its nodes run, and until when these are supported.
package versions

import (
	"slices"
	"strings"

	"github.com/distribution/reference"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/support"
)

// Calendar tells until when versions are supported: by the built-in table and what the Platform adds.
type Calendar struct {
	table *support.Table
	own   []support.Row
}

// CalendarOf makes the calendar of a Platform, nil for none. A date of it that cannot be read counts for nothing.
func CalendarOf(p *v1alpha1.Platform) Calendar {
	table, err := support.Default()
	if err != nil {
		panic(err) // the build is broken; a test of package support says so first
	}
	c := Calendar{table: table}
	if p == nil {
		return c
	}
	for _, d := range p.Spec.SupportDates {
		if ends, err := date.Parse(string(d.Ends)); err == nil {
			c.own = append(c.own, support.Row{Product: d.Product, Version: d.Version, Ends: ends, Source: d.Source})
		}
	}
	return c
}

// Ends gives the end of support of a version; false where it is not known.
func (c Calendar) Ends(product, version string) (support.End, bool) {
	if product == "" {
		return support.End{}, false
	}
	return c.table.Ends(product, version, c.own)
}

// Kubernetes gives the end of support of a version of Kubernetes: that of the distribution that the version names, where the
// Platform says until when it is supported, else that of Kubernetes.
func (c Calendar) Kubernetes(version string) (support.End, bool) {
	upstream, distribution := support.Kubernetes(version)
	if end, ok := c.Ends(distribution, upstream.Version); ok {
		return end, true
	}
	return c.Ends(upstream.Name, upstream.Version)
}

// Server is an API server with its version.
type Server struct {
	// Ref is its pod, or the node whose kubelet stands for it: an API server is never older than its kubelets.
	Ref     facts.Ref
	Version string
	// Kubelet is true where no API server is seen, as of most managed control planes.
	Kubelet bool
}

// Servers gives the API servers of which the version is seen, oldest first; where there is none, the node with the newest kubelet. The
// caller declares the needs for facts.APIServer and facts.Node.
func Servers(v facts.View) []Server {
	var out []Server
	for _, s := range facts.List[facts.APIServer](v) {
		if version := tag(s.Image); number(version) != nil {
			out = append(out, Server{Ref: facts.Ref{Kind: "Pod", Namespace: s.Namespace, Name: s.Name}, Version: version})
		}
	}
	if len(out) > 0 {
		slices.SortFunc(out, func(a, b Server) int { return slices.Compare(number(a.Version), number(b.Version)) })
		return out
	}
	var newest *facts.Node
	for _, n := range Nodes(v) {
		if number(n.Kubelet) != nil && (newest == nil || slices.Compare(number(newest.Kubelet), number(n.Kubelet)) < 0) {
			newest = n
		}
	}
	if newest == nil {
		return nil
	}
	return []Server{{Ref: facts.Ref{Kind: "Node", Name: newest.Name}, Version: newest.Kubelet, Kubelet: true}}
}

// Nodes gives the nodes that are there.
func Nodes(v facts.View) []*facts.Node {
	return slices.DeleteFunc(slices.Clone(facts.List[facts.Node](v)), func(n *facts.Node) bool { return !n.DeletedAt.IsZero() })
}

func number(version string) []int {
	major, minor, ok := support.Minor(version)
	if !ok {
		return nil
	}
	return []int{major, minor}
}

// tag of an image reference, empty where it has none.
func tag(image string) string {
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return ""
	}
	if t, ok := named.(reference.Tagged); ok {
		return t.Tag()
	}
	return ""
}

// Differs tells whether an image is of a repository and its tag says another version than the declared one. A tag that says less, as
// 16 does of 16.4, and a digest alone tell nothing.
func Differs(image, repository, version string) (runs string, differs bool) {
	named, err := reference.ParseNormalizedNamed(image)
	declared, err2 := reference.ParseNormalizedNamed(repository)
	if err != nil || err2 != nil || named.Name() != declared.Name() {
		return "", false
	}
	runs, version = strings.TrimPrefix(tag(image), "v"), strings.TrimPrefix(version, "v")
	if runs == "" || runs[0] < '0' || runs[0] > '9' || begins(runs, version) || begins(version, runs) {
		return "", false
	}
	return runs, true
}

func begins(version, with string) bool {
	rest, ok := strings.CutPrefix(version, with)
	return ok && (rest == "" || rest[0] < '0' || rest[0] > '9')
}
