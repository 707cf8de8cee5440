package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// stdin is the input that means standard input, and what its documents are called.
const (
	stdin     = "-"
	stdinName = "standard input"
)

// input is one file to read, or what is wrong with an argument.
type input struct {
	name string
	size int64 // 0 where it is not known
	open func() (io.ReadCloser, error)
	err  error
	note string // instead of a file: what people should know
}

// expand gives the files of the arguments in order; those of directories are sorted.
func expand(arguments []string, standard io.Reader) []input {
	var out []input
	for _, arg := range arguments {
		switch {
		case arg == stdin && standard == nil:
			out = append(out, input{name: stdinName, err: errors.New("there is no standard input")})
		case arg == stdin:
			out = append(out, input{name: stdinName, open: func() (io.ReadCloser, error) { return io.NopCloser(standard), nil }})
		case strings.HasPrefix(arg, "http://"), strings.HasPrefix(arg, "https://"):
			out = append(out, input{name: arg, err: errors.New("addresses are not read; fetch the file first")})
		default:
			out = append(out, onDisk(arg)...)
		}
	}
	return out
}

func onDisk(name string) []input {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []input{{name: name, err: errors.New("there is no such file or directory")}}
	case err != nil:
		return []input{{name: name, err: plain(err)}}
	case info.IsDir():
		return inDirectory(name)
	default:
		return []input{file(name, info)}
	}
}

func file(name string, info fs.FileInfo) input {
	in := input{name: name, open: func() (io.ReadCloser, error) { return os.Open(name) }}
	if info.Mode().IsRegular() {
		in.size = info.Size()
	}
	return in
}

// inDirectory finds the manifests below a directory. Hidden directories are left out, as are directories behind symbolic
// links, which may lead anywhere.
func inDirectory(root string) []input {
	var out []input
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			out = append(out, input{name: name, err: plain(err)})
		case entry.IsDir() && name != root && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case entry.IsDir():
		case kustomization(entry.Name()):
			out = append(out, input{name: name, note: "this kustomization is not applied: give the outcome of kustomize build instead of its parts"})
		case manifest(entry.Name()):
			out = append(out, behind(name)...)
		}
		return nil
	})
	if err != nil { // only our own function can cause it, and it causes none
		out = append(out, input{name: root, err: plain(err)})
	}
	if len(out) == 0 {
		out = append(out, input{name: root, note: "the directory holds no .yaml, .yml or .json file"})
	}
	return out
}

// behind gives the file that a name or symbolic link leads to.
func behind(name string) []input {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return []input{{name: name, err: plain(err)}}
	case info.IsDir():
		return nil
	case !info.Mode().IsRegular(): // a pipe that nobody writes to would be waited for without end
		return []input{{name: name, err: errors.New("this is " + irregular(info.Mode()) + " and no file: in a directory only files are read; give it by name, or remove it")}}
	default:
		return []input{file(name, info)}
	}
}

// irregular names what is neither a file nor a directory.
func irregular(m fs.FileMode) string {
	switch {
	case m&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	default:
		return "a device"
	}
}

func manifest(name string) bool {
	return slices.Contains([]string{".yaml", ".yml", ".json"}, strings.ToLower(filepath.Ext(name)))
}

func kustomization(name string) bool {
	return slices.Contains([]string{"kustomization.yaml", "kustomization.yml", "Kustomization"}, name)
}

// plain leaves the path out of an error; the position names it.
func plain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file is cut short: write or copy it anew (%w)", err)
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("%s: %w", p.Op, p.Err)
	}
	return err
}
