// Command tilsyn judges manifests, snapshots and clusters. Named kubectl-tilsyn it is a plugin of kubectl.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/memory"
)

// version is set when the program is built.
var version = "devel"

func main() {
	memory.Bound(memory.Batch)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, &program.Program{
		Controls: catalog.All(), Version: version, Now: time.Now,
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Screen: terminal.Screen{
			In: term.IsTerminal(int(os.Stdin.Fd())), Out: term.IsTerminal(int(os.Stdout.Fd())), Err: term.IsTerminal(int(os.Stderr.Fd())),
			NoColor: os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb",
		},
	}, os.Args)
	stop()
	os.Exit(code)
}
