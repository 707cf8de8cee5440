// Command gen-docs writes what can be said of the product from its code: a page for each control, the fields of each
// kind, the reference of the command line and of the metrics, and what tilsyn explain shows of fixtures and parameters. Run
// it in the root of the repository.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
)

const (
	controlPages = "docs/controls"
	reference    = "docs/reference"
	embedded     = "internal/cli/describe/generated"
	// notice stands at the top of every page.
	notice = "<!-- Written by hack/gen-docs from the code; do not edit. -->\n\n"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gen-docs:", err)
		os.Exit(1)
	}
}

func run() error {
	controls := catalog.All()
	if err := writeEmbedded(controls); err != nil {
		return err
	}
	if err := writeControls(controls); err != nil {
		return err
	}
	if err := writeFields(); err != nil {
		return err
	}
	root := cli.New(&program.Program{Controls: controls, Now: time.Now, Out: io.Discard, Err: io.Discard}, "tilsyn")
	if err := write(filepath.Join(reference, "cli.md"), commandLine(root)); err != nil {
		return err
	}
	return write(filepath.Join(reference, "metrics.md"), metricsPage())
}

// replace writes the files of a folder and removes generated ones that are not among them.
func replace(folder string, files map[string]string) error {
	entries, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, e := range entries {
		if _, stays := files[e.Name()]; !stays && !e.IsDir() {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := write(filepath.Join(folder, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// write leaves a file alone that says the same already, so that nothing is built anew for it.
func write(path, text string) error {
	text = strings.TrimRight(text, "\n") + "\n"
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, []byte(text)) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}
