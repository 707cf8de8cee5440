// Command demo shows Tilsyn at work on one machine, with nothing but Go, make and git: a real control plane on loopback,
// simulated nodes in four countries, a sample fleet of solutions, and the operator with the rights that it has in a
// cluster. It prints what an administrator would see and keeps running until Ctrl-C; nothing is left behind.
//
//	make demo              keep running
//	make demo ARGS=--once  end after printing; fails if the outcome is not the expected one
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/go-logr/logr"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

func main() {
	once, verbose, err := options(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil: // it has been said
		os.Exit(2)
	}
	ctrllog.SetLogger(logr.Discard()) // the demo's own clients have nothing to say
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err = run(ctx, once, verbose)
	interrupted := ctx.Err() != nil // before stop, which ends ctx too
	stop()
	os.Exit(conclude(err, interrupted, os.Stdout, os.Stderr))
}

// conclude says how it ended and gives the exit code.
func conclude(err error, interrupted bool, out, errs io.Writer) int {
	switch {
	case err == nil:
		return 0
	case interrupted && !errors.Is(err, errUnexpected):
		_, _ = fmt.Fprintln(out, "\nInterrupted; nothing is left behind.")
		return 130
	default:
		_, _ = fmt.Fprintln(errs, "demo:", err)
		return 1
	}
}

// options reads the command line with flags of our own: libraries add theirs to the common ones.
func options(args []string, output io.Writer) (once, verbose bool, err error) {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.BoolVar(&once, "once", false, "end after printing, with an error if the outcome is not the expected one")
	flags.BoolVar(&verbose, "v", false, "show what the operator logs")
	return once, verbose, flags.Parse(args)
}

// moduleRoot finds the repository: the demo needs config/ and the programs in bin/.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("run it inside the repository, with make demo")
		}
	}
}
