package facts

import (
	"path"
	"strings"

	"github.com/distribution/reference"
)

// AddOn is a part of the cluster that solutions rely on, recognised by the image of a Deployment or DaemonSet.
type AddOn struct {
	Ref Ref
	// Product as the support table names it: cert-manager, ingress-nginx.
	Product string
	// Version of the image's tag, empty where it has none.
	Version string
}

// AddOnOf recognises an add-on by its images, nil for everything else. A name is a hint: an add-on under another name is not
// recognised.
func AddOnOf(w *Workload) *AddOn {
	if w == nil || w.Shape == nil || w.Ref.Group != "apps" || w.Ref.Kind != "Deployment" && w.Ref.Kind != "DaemonSet" {
		return nil
	}
	for i := range w.Shape.Containers {
		if product, version := addOn(w.Shape.Containers[i].Image); product != "" {
			return &AddOn{Ref: w.Ref, Product: product, Version: version}
		}
	}
	return nil
}

func addOn(image string) (product, version string) {
	if !strings.Contains(image, "cert-manager") && !strings.Contains(image, "ingress") {
		return "", "" // reading a reference takes time
	}
	named, err := reference.ParseNormalizedNamed(image)
	if err != nil {
		return "", ""
	}
	parent, last := path.Split(named.Name())
	switch {
	case last == "cert-manager-controller", last == "cert-manager" && strings.HasSuffix(parent, "/bitnami/"):
		product = "cert-manager"
	case last == "controller" && strings.HasSuffix(parent, "/ingress-nginx/"), last == "nginx-ingress-controller", last == "ingress-nginx-controller":
		product = "ingress-nginx"
	default:
		return "", ""
	}
	if t, ok := named.(reference.Tagged); ok {
		version = t.Tag()
	}
	return product, version
}
