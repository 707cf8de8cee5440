// Command manager is the operator: it watches the cluster, evaluates the controls, and writes status, reports, metrics,
// events and its record.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/tilsyn-dev/tilsyn/internal/memory"
)

// version is set by the build.
var version = "devel"

func main() {
	memory.Bound(memory.Lean)
	if err := run(ctrl.SetupSignalHandler(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(exitCode(err))
	}
}

// run runs the operator until ctx ends.
func run(ctx context.Context, args []string, out, errOut io.Writer) error {
	o, err := parse(args, errOut)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return nil
	case err != nil:
		return usageError{err}
	case o.version:
		_, err := fmt.Fprintln(out, version)
		return err
	}
	log := o.logger(errOut)
	ctrl.SetLogger(log)
	klog.SetLogger(log.WithName("client"))
	m, err := o.manager()
	if err != nil {
		return err
	}
	log.Info("Starting", "version", version)
	return m.Start(ctx)
}

// usageError is a fault of the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// exitCode is 2 for a wrong command line, else 1.
func exitCode(err error) int {
	if errors.As(err, &usageError{}) {
		return 2
	}
	return 1
}
