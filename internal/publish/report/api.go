package report

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// API is one of the report APIs.
type API struct {
	// Name as --report-api takes it.
	Name     string
	GVK      schema.GroupVersionKind
	Resource string
}

// OpenReports and PolicyReport are the APIs, in the order in which they are preferred.
func apis() []API {
	return []API{
		{Name: "openreports", GVK: schema.GroupVersionKind{Group: "openreports.io", Version: "v1alpha1", Kind: "Report"}, Resource: "reports"},
		{Name: "policyreport", GVK: schema.GroupVersionKind{Group: "wgpolicyk8s.io", Version: "v1alpha2", Kind: "PolicyReport"}, Resource: "policyreports"},
	}
}

// CheckName returns an error that lists what is allowed unless the name is that of a report API.
func CheckName(name string) error {
	var known []string
	for _, a := range apis() {
		if a.Name == name {
			return nil
		}
		known = append(known, a.Name)
	}
	return fmt.Errorf("report API %q is unknown, use one of %v", name, known)
}

// Choose picks the API to write through: the preferred one where the cluster serves it, else the other one. It is not
// found where the cluster serves neither. Served gives the served versions of a resource.
func Choose(preferred string, served func(schema.GroupResource) []string) (chosen API, found bool) {
	for _, a := range apis() {
		if !slices.Contains(served(a.GroupResource()), a.GVK.Version) {
			continue
		}
		if !found || a.Name == preferred {
			chosen, found = a, true
		}
	}
	return chosen, found
}

// GroupResource of the reports.
func (a API) GroupResource() schema.GroupResource {
	return schema.GroupResource{Group: a.GVK.Group, Resource: a.Resource}
}
