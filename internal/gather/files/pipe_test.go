package files_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
)

func pipe(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "p.yaml")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAPipeInADirectoryIsRefusedAndNotWaitedFor(t *testing.T) {
	dir := t.TempDir()
	name := pipe(t, dir)
	kinds := gather.Kinds()
	result, err := files.Load(t.Context(), gather.NewStore(kinds), kinds, []string{dir}, files.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{name + ": this is a named pipe and no file: in a directory only files are read; give it by name, or remove it"}
	if diff := cmp.Diff(want, messages(result.Errors)); diff != "" {
		t.Error(diff)
	}
}

func TestAPipeGivenByNameIsRead(t *testing.T) {
	name := pipe(t, t.TempDir())
	wrote := make(chan error, 1)
	go func() { wrote <- os.WriteFile(name, []byte(deployment), 0o600) }()
	kinds := gather.Kinds()
	l := loaded{store: gather.NewStore(kinds)}
	l.Result, l.err = files.Load(t.Context(), l.store, kinds, []string{name}, files.Options{})
	if err := errors.Join(l.err, <-wrote); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Deployment shop/web"}, l.workloads()); diff != "" {
		t.Error(diff)
	}
}

func TestTheContextEndsWaitingForAPipe(t *testing.T) {
	name := pipe(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	kinds := gather.Kinds()
	if _, err := files.Load(ctx, gather.NewStore(kinds), kinds, []string{name}, files.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
	// Opening waits still; whoever opens the other end lets it go.
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
