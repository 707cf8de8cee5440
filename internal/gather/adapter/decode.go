package adapter

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// Decode reads a foreign object into a small struct that holds only the fields that matter, under its json names. Fields
// that the struct lacks are passed over; a field of another type is an error that names it.
func Decode(obj runtime.Object, into any) (*unstructured.Unstructured, error) {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("a %T is not an unstructured object", obj)
	}
	err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, into)
	if err == nil {
		return u, nil
	}
	// The converter does not say which field it choked on; the JSON decoder does.
	raw, encErr := json.Marshal(u.Object)
	if encErr != nil {
		return nil, err
	}
	if jsonErr := json.Unmarshal(raw, into); jsonErr != nil {
		return nil, jsonErr
	}
	return nil, err
}

// RefOf names an object.
func RefOf(u *unstructured.Unstructured) facts.Ref {
	gvk := u.GroupVersionKind()
	return facts.Ref{Group: gvk.Group, Kind: gvk.Kind, Namespace: u.GetNamespace(), Name: u.GetName()}
}

// OwnerOf gives the first owner of a kind, in the object's own namespace, or zero.
func OwnerOf(u *unstructured.Unstructured, group, kind string) facts.Ref {
	for _, o := range u.GetOwnerReferences() {
		ownerGroup, _, _ := strings.Cut(o.APIVersion, "/")
		if o.Kind == kind && ownerGroup == group {
			return facts.Ref{Group: group, Kind: kind, Namespace: u.GetNamespace(), Name: o.Name}
		}
	}
	return facts.Ref{}
}

// Endpoint is what an endpoint as people write it says of where it is.
type Endpoint struct {
	// Host without user, port and path, in lower case.
	Host string
	// Insecure is true where the connection is not encrypted.
	Insecure bool
	// InCluster is true for names that only a cluster's own DNS has.
	InCluster bool
}

// ParseEndpoint reads https://host:9000/path, host:9000 and the like. An empty text is the zero Endpoint.
func ParseEndpoint(raw string) (Endpoint, error) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return Endpoint{}, nil
	}
	if !strings.Contains(raw, "://") {
		raw = "//" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" {
		// The error of url.Parse repeats the text, which may hold a password.
		return Endpoint{}, fmt.Errorf("the endpoint is not a host or an address such as https://s3.example.org")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	return Endpoint{Host: host, Insecure: u.Scheme == "http", InCluster: inCluster(host)}, nil
}

// inCluster tells whether a name can only be that of a Service (name, name.namespace.svc, with or without the cluster's
// domain) or of the machine itself.
func inCluster(host string) bool {
	if strings.HasPrefix(host, "127.") || host == "::1" {
		return true
	}
	labels := strings.Split(host, ".")
	return len(labels) == 1 && !strings.Contains(host, ":") || len(labels) >= 3 && labels[2] == "svc"
}
