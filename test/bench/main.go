// Command bench measures what the design sets budgets for and prints each beside its budget: evaluation on facts, the
// command line on generated manifests beside the bare YAML library in the same run, and the operator beside a real API
// server. It reports and never fails for a budget; a miss is marked. Budgets are for a quiet machine with two cores of
// 2.1 GHz: on another one the ratios are what counts.
//
//	go run ./test/bench          about 15 minutes on 2 cores
//	go run ./test/bench --quick  smaller sizes, a few minutes; figures for 10,000 workloads are then not comparable
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

// seed of the generated workloads.
const seed = 7

// sizes of what is measured.
type sizes struct {
	workloads, large int // workloads; large for memory and growth
	changes, burst   int // single changes, changes at once
	shared           int // solutions that share a supplier
}

// bench holds what the parts share.
type bench struct {
	sizes
	root, dir string
	now       time.Time
	table     *table
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == measured {
		if err := runMeasured(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flags := flag.NewFlagSet("bench", flag.ExitOnError) // of its own: libraries add theirs to the common one
	quick := flags.Bool("quick", false, "smaller sizes, a few minutes")
	only := flags.String("only", "", "one part: facts, contracts, command or operator")
	_ = flags.Parse(os.Args[1:]) // it ends the program itself
	ctrllog.SetLogger(logr.Discard())
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	b := &bench{sizes: sizes{workloads: 10_000, large: 100_000, changes: 60, burst: 1000, shared: 1000}}
	if *quick {
		b.sizes = sizes{workloads: 2_000, large: 10_000, changes: 15, burst: 200, shared: 200}
	}
	err := b.run(ctx, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context, only string) (err error) {
	if b.root, err = moduleRoot(); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "tilsyn-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	b.now = time.Now().UTC().Truncate(time.Second)
	b.table = newTable(os.Stdout)
	began := time.Now()
	fmt.Printf("%s, %d cores, %s; %d workloads (large: %d), seed %d\n", runtime.Version(), runtime.GOMAXPROCS(0), cpuModel(), b.workloads, b.large, seed)
	for _, part := range []struct {
		name, what string
		do         func(context.Context) error
	}{
		{"facts", "Evaluation on facts", b.facts},
		{"contracts", "Chain, agreements and statements, on facts", func(context.Context) error { return b.contracts() }},
		{"command", "The command line on manifests", b.command},
		{"operator", "The operator beside an API server", b.operator},
	} {
		if only != "" && only != part.name {
			continue
		}
		b.table.section(part.what)
		if err := part.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
		debug.FreeOSMemory()
	}
	b.table.print()
	fmt.Printf("\nTook %s.\n", time.Since(began).Round(time.Second))
	return nil
}

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
			return "", errors.New("run it inside the repository, with make bench")
		}
	}
}
