// Package program is what every verb of the command line is handed, and how a verb ends.
package program

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// Exit codes.
const (
	// ExitOK: nothing required failed.
	ExitOK = 0
	// ExitFailed: something required failed.
	ExitFailed = 1
	// ExitUndecided: with --strict, something required could not be decided.
	ExitUndecided = 2
	// ExitBadInput: input or usage is wrong, so the outcome is not complete.
	ExitBadInput = 3
)

// Program is what a verb may use of the world.
type Program struct {
	// Controls of the catalogue.
	Controls []*control.Control
	// Version that was built.
	Version string
	// Now is the clock.
	Now func() time.Time
	In  io.Reader
	// Out takes results and nothing else; Err takes messages and progress.
	Out, Err io.Writer
	// Screen tells whether Out and Err are terminals.
	Screen terminal.Screen
}

// Exit ends the program with a code. Err is printed; nil where everything has been said.
type Exit struct {
	Code int
	Err  error
	// Usage is true where a look at the help would help.
	Usage bool
}

func (e *Exit) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit %d", e.Code)
	}
	return e.Err.Error()
}

func (e *Exit) Unwrap() error { return e.Err }

// Usage is bad input: a flag or argument that is wrong.
func Usage(format string, args ...any) error {
	return &Exit{Code: ExitBadInput, Err: fmt.Errorf(format, args...), Usage: true}
}

// NoArgs is for verbs without arguments.
func NoArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return Usage("%q is one argument too many: this verb takes only flags", args[0])
	}
	return nil
}

// Code gives the exit code of an error; whatever is not an Exit is bad input.
func Code(err error) int {
	var exit *Exit
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &exit):
		return exit.Code
	default:
		return ExitBadInput
	}
}
