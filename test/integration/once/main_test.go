// Package once proves against a real API server that a cluster is read whole, with the rights one has, and that resources
// are judged offline as the API server judges them.
package once

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	"github.com/tilsyn-dev/tilsyn/test/crds"
)

// server is the one API server of the test binary. TestMain sets it once.
var server struct {
	config *rest.Config
	client client.Client
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	cp, err := controlplane.Start(context.Background(), controlplane.Options{})
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, cp.Err(), cp.Stop()) }()
	server.config = cp.AdminConfig()
	server.config.QPS, server.config.Burst = -1, -1
	if server.client, err = client.New(server.config, client.Options{}); err != nil {
		return 1, err
	}
	velero, err := crds.Definitions(crds.Velero)
	if err != nil {
		return 1, err
	}
	options := envtest.CRDInstallOptions{Paths: []string{"../../../config/crd/bases"}, CRDs: velero, ErrorIfPathMissing: true}
	if _, err := envtest.InstallCRDs(server.config, options); err != nil {
		return 1, err
	}
	if err := create(context.Background(), objects); err != nil {
		return 1, err
	}
	return m.Run(), nil
}
