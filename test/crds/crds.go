// Package crds holds small definitions of the custom resources that Tilsyn reads or writes and that other projects define,
// made for the tests and the demo. They have the names, scopes and subresources of the originals and of their fields those
// that matter here; nothing may be concluded from them about the originals.
package crds

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"slices"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

//go:embed *.yaml
var files embed.FS

// API groups that have definitions here.
const (
	Velero        = "velero.io"
	K8up          = "k8up.io"
	CloudNativePG = "postgresql.cnpg.io"
	BarmanCloud   = "barmancloud.cnpg.io"
	Snapshots     = "snapshot.storage.k8s.io"
	OpenReports   = "openreports.io"
	PolicyReports = "wgpolicyk8s.io"
)

// Definitions gives those of the named groups, of all groups if none is named, in the order of the files.
func Definitions(groups ...string) ([]*apiextensionsv1.CustomResourceDefinition, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var out []*apiextensionsv1.CustomResourceDefinition
	for _, e := range entries {
		all, err := read(e.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		for _, crd := range all {
			if len(groups) == 0 || slices.Contains(groups, crd.Spec.Group) {
				out = append(out, crd)
			}
		}
	}
	return out, nil
}

func read(name string) ([]*apiextensionsv1.CustomResourceDefinition, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // embedded, cannot fail
	var out []*apiextensionsv1.CustomResourceDefinition
	for decoder := yaml.NewYAMLToJSONDecoder(f); ; {
		crd := &apiextensionsv1.CustomResourceDefinition{}
		switch err := decoder.Decode(crd); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case crd.Name != "":
			out = append(out, crd)
		}
	}
}

// Install creates the definitions of the named groups, of all groups if none is named, and returns when the API server
// serves them.
func Install(_ context.Context, config *rest.Config, groups ...string) error {
	definitions, err := Definitions(groups...)
	if err != nil {
		return err
	}
	_, err = envtest.InstallCRDs(config, envtest.CRDInstallOptions{CRDs: definitions})
	return err
}
