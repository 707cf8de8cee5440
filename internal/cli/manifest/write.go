package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readable is how files of resources are made: they hold no secrets.
const (
	readable   = 0o644
	searchable = 0o755
)

// Target is where documents are written to.
type Target struct {
	// Dir takes one file for each kind; "" writes to Out.
	Dir string
	// Force replaces files that are there.
	Force bool
	Out   io.Writer
}

// Path gives the file that documents of a kind are written to.
func (t Target) Path(kind string) string { return filepath.Join(t.Dir, strings.ToLower(kind)+"s.yaml") }

// Write writes documents, all of them or none, and gives the names of the files; none for standard output.
func (t Target) Write(documents []*Document) ([]string, error) {
	if len(documents) == 0 {
		return nil, nil
	}
	if t.Dir == "" {
		text, err := Join(documents)
		if err == nil {
			_, err = t.Out.Write(text)
		}
		return nil, err
	}
	byFile := map[string][]*Document{}
	for _, d := range documents {
		name := t.Path(d.Kind)
		byFile[name] = append(byFile[name], d)
	}
	names := make([]string, 0, len(byFile))
	for name := range byFile {
		names = append(names, name)
	}
	slices.Sort(names)
	if at, err := os.Stat(t.Dir); err == nil && !at.IsDir() {
		return nil, fmt.Errorf("%s is a file; -o names a directory, which gets a file for each kind; nothing was written", t.Dir)
	}
	if err := t.free(names); err != nil {
		return nil, err
	}
	return names, t.files(names, byFile)
}

// free refuses to replace what is there.
func (t Target) free(names []string) error {
	if t.Force {
		return nil
	}
	var there []string
	for _, name := range names {
		switch _, err := os.Lstat(name); {
		case err == nil:
			there = append(there, name)
		case !errors.Is(err, fs.ErrNotExist):
			return err
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("%s: there already; nothing was written; --force replaces, or name another directory with -o", strings.Join(there, ", "))
	}
	return nil
}

// files writes beside the names and renames when everything is written, so that what fails leaves nothing half written.
func (t Target) files(names []string, byFile map[string][]*Document) (err error) {
	if err := os.MkdirAll(t.Dir, searchable); err != nil {
		return err
	}
	temporary := make([]string, 0, len(names))
	defer func() {
		for _, name := range temporary {
			if rest := os.Remove(name); !errors.Is(rest, fs.ErrNotExist) {
				err = errors.Join(err, rest)
			}
		}
	}()
	for _, name := range names {
		text, err := Join(byFile[name])
		if err != nil {
			return err
		}
		f, err := os.CreateTemp(t.Dir, ".tilsyn-*")
		if err != nil {
			return err
		}
		temporary = append(temporary, f.Name())
		_, failed := f.Write(text)
		if err := cmp.Or(failed, f.Chmod(readable), f.Close()); err != nil {
			return err
		}
	}
	for i, name := range names {
		if err := os.Rename(temporary[i], name); err != nil {
			return err
		}
	}
	return nil
}
