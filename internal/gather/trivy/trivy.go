// Package trivy makes facts of the vulnerability reports of the Trivy operator.
package trivy

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// Group is the API group of the Trivy operator.
const Group = "aquasecurity.github.io"

// Kinds lists the resources read.
func Kinds() []adapter.Kind {
	return []adapter.Kind{{
		GVK: schema.GroupVersionKind{Group: Group, Version: "v1alpha1", Kind: "VulnerabilityReport"}, Resource: "vulnerabilityreports",
		Namespaced: true, Optional: true, Runtime: true, Feeds: []reflect.Type{facts.TypeOf[facts.VulnerabilityReport]()},
		Extract: extract, Prune: adapter.PruneTo[report](),
	}}
}

type report struct {
	Report struct {
		UpdateTimestamp string `json:"updateTimestamp,omitempty"`
		Registry        struct {
			Server string `json:"server,omitempty"`
		} `json:"registry,omitzero"`
		Artifact struct {
			Repository string `json:"repository,omitempty"`
			Tag        string `json:"tag,omitempty"`
			Digest     string `json:"digest,omitempty"`
		} `json:"artifact,omitzero"`
		OS struct {
			Family string `json:"family,omitempty"`
			Name   string `json:"name,omitempty"`
			EOSL   bool   `json:"eosl,omitempty"`
		} `json:"os,omitzero"`
		Summary struct {
			Critical int `json:"criticalCount,omitempty"`
			High     int `json:"highCount,omitempty"`
			Medium   int `json:"mediumCount,omitempty"`
			Low      int `json:"lowCount,omitempty"`
			Unknown  int `json:"unknownCount,omitempty"`
		} `json:"summary,omitzero"`
		Vulnerabilities []vulnerability `json:"vulnerabilities,omitempty"`
	} `json:"report"`
}

type vulnerability struct {
	ID           string `json:"vulnerabilityID,omitempty"`
	Resource     string `json:"resource,omitempty"`
	FixedVersion string `json:"fixedVersion,omitempty"`
	Severity     string `json:"severity,omitempty"`
}

func extract(obj runtime.Object) ([]any, error) {
	var r report
	u, err := adapter.Decode(obj, &r)
	if err != nil {
		return nil, err
	}
	label := func(name string) string { return u.GetLabels()["trivy-operator."+name] }
	s := r.Report.Summary
	out := &facts.VulnerabilityReport{
		Ref:       adapter.RefOf(u),
		Owner:     facts.Ref{Kind: label("resource.kind"), Namespace: u.GetNamespace(), Name: label("resource.name")},
		Container: label("container.name"), Repository: repository(r.Report.Registry.Server, r.Report.Artifact.Repository), Tag: r.Report.Artifact.Tag,
		Packages: -1, OS: strings.TrimSpace(r.Report.OS.Family + " " + r.Report.OS.Name), OSEnded: r.Report.OS.EOSL,
		Critical: s.Critical, High: s.High, Medium: s.Medium, Low: s.Low, Unrated: s.Unknown,
	}
	out.Digest, _ = facts.ParseDigest(r.Report.Artifact.Digest)
	if r.Report.UpdateTimestamp != "" {
		if out.UpdatedAt, err = time.Parse(time.RFC3339, r.Report.UpdateTimestamp); err != nil {
			return nil, err
		}
		out.UpdatedAt = out.UpdatedAt.UTC()
	}
	out.Found = found(r.Report.Vulnerabilities)
	if n := len(out.Found) - facts.MaxVulnerabilities; n > 0 {
		out.Found, out.Omitted = slices.Clone(out.Found[:facts.MaxVulnerabilities]), n
	}
	return []any{out}, nil
}

// repository puts the registry before the repository, by the name that references have.
func repository(server, name string) string {
	if server == "index.docker.io" {
		server = "docker.io"
	}
	if server == "" || name == "" {
		return name
	}
	return server + "/" + name
}

// found gives every vulnerability once, with the worst that is said of it, the worst first.
func found(all []vulnerability) []facts.Vulnerability {
	at, out := map[string]int{}, make([]facts.Vulnerability, 0, len(all))
	for i := range all {
		v := &all[i]
		one := facts.Vulnerability{ID: v.ID, Severity: severity(v.Severity), Fixable: v.FixedVersion != "", Package: v.Resource}
		j, known := at[v.ID]
		if !known {
			at[v.ID] = len(out)
			out = append(out, one)
			continue
		}
		old := &out[j]
		if rank(one.Severity) < rank(old.Severity) {
			old.Severity = one.Severity
		}
		old.Fixable, old.Package = old.Fixable || one.Fixable, min(old.Package, one.Package)
	}
	slices.SortFunc(out, func(a, b facts.Vulnerability) int {
		return cmp.Or(rank(a.Severity)-rank(b.Severity), strings.Compare(a.ID, b.ID))
	})
	return slices.Clip(out)
}

var severities = []string{"Critical", "High", "Medium", "Low", "Unrated"}

func severity(s string) string {
	for _, known := range severities {
		if strings.EqualFold(known, s) {
			return known
		}
	}
	return "Unrated"
}

// rank orders severities, the worst first.
func rank(s string) int { return slices.Index(severities, s) }
