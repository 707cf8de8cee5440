package fleet

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
	"github.com/tilsyn-dev/tilsyn/test/crds"
)

// The operator's service account, as config/rbac makes it.
const (
	OperatorNamespace = "tilsyn-system"
	OperatorAccount   = "tilsyn-operator"
)

// Install installs Tilsyn as an administrator would, with kubectl and the kustomizations of root/config, apart from the
// Deployment: definitions, namespace, roles and the shipped profiles. Then the stand-ins of the named groups' definitions,
// of all if none is named. kubeconfig is one of an administrator of cp.
func Install(ctx context.Context, cp *controlplane.ControlPlane, kubeconfig, root string, groups ...string) error {
	kubectl, err := cp.Binary("kubectl")
	if err != nil {
		return err
	}
	run := func(args ...string) error {
		cmd := exec.CommandContext(ctx, kubectl, append([]string{"--kubeconfig", kubeconfig}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("kubectl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
		}
		return nil
	}
	apply := func(part string) error {
		return run("apply", "--server-side", "-k", filepath.Join(root, "config", part))
	}
	if err := apply("crd"); err != nil {
		return err
	}
	if err := run("wait", "--for=condition=Established", "--timeout=60s", "customresourcedefinitions", "--all"); err != nil {
		return err
	}
	for _, part := range []string{"namespace", "rbac", "profiles"} {
		if err := apply(part); err != nil {
			return err
		}
	}
	return crds.Install(ctx, cp.AdminConfig(), groups...)
}
