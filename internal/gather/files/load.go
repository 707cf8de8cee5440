package files

import (
	"cmp"
	"context"
	"errors"
	"io"
	"runtime"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// maxDocument is the default limit of one document, in bytes.
const maxDocument = 256 << 20

// progressStep is how many bytes pass between two reports of progress.
const progressStep = 64 << 10

// Options of reading.
type Options struct {
	// Namespace of namespaced objects that name none; empty: default.
	Namespace string
	// Stdin is read for the input -.
	Stdin io.Reader
	// Progress is told how many bytes have been read, out of how many; the total is 0 while it is not known. It is called
	// from one goroutine, at most once for each 64 KiB.
	Progress func(done, total int64)
	// MaxDocument limits the size of one document in bytes; 0: 256 MiB.
	MaxDocument int64
	// Whole says that the input holds all there is, as the objects of a test fixture do: every source is complete.
	Whole bool
	// Other is asked, in the order of the input, about documents of kinds that are not read. It tells whether it took the
	// document, which may lack an apiVersion; an error is listed with the others.
	Other func(at Position, gvk schema.GroupVersionKind, json []byte) (taken bool, err error)
}

// Load reads manifests: files, directories, and - for standard input. Sources that manifests do not have become
// NotObservable, all others Synced, or Absent where they are optional and the input holds no such object.
//
// The error is ErrNothing or that of the context; everything that is wrong with the input is in the result.
func Load(ctx context.Context, store *facts.Store, kinds []adapter.Kind, inputs []string, o Options) (*Result, error) {
	return load(ctx, store, kinds, expand(inputs, o.Stdin), o)
}

// LoadReader is Load for one open file.
func LoadReader(ctx context.Context, store *facts.Store, kinds []adapter.Kind, name string, in io.Reader, o Options) (*Result, error) {
	return load(ctx, store, kinds, []input{{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(in), nil }}}, o)
}

func load(ctx context.Context, store *facts.Store, kinds []adapter.Kind, inputs []input, o Options) (*Result, error) {
	l := newLoader(store, o, &reader{
		decoder: library{}, index: adapter.NewIndex(kinds), definitions: &definitions{}, strict: true, namespace: cmp.Or(o.Namespace, "default"),
	})
	if err := l.run(ctx, inputs); err != nil {
		return l.result, err
	}
	for _, k := range kinds {
		store.SetSource(l.state(k))
	}
	if l.documents == 0 && len(l.result.Errors) == 0 {
		return l.result, ErrNothing
	}
	return l.result, nil
}

// job is a document on its way: the producer hands it to the workers and, in order, to the loader.
type job struct {
	chunk chunk
	done  chan outcome
	// fault or note stand instead of a document.
	fault *Error
	note  *Note
}

// run reads on all cores. Only a few documents for each core are in memory at any time.
func (l *loader) run(ctx context.Context, inputs []input) error {
	workers := runtime.GOMAXPROCS(0)
	work, order := make(chan *job), make(chan *job, 2*workers)
	for _, in := range inputs {
		l.total += in.size
		if in.size == 0 && in.open != nil {
			l.unknown = true
		}
	}
	for range workers {
		go func() {
			for j := range work {
				j.done <- l.reader.read(ctx, j.chunk)
			}
		}()
	}
	go func() {
		defer close(order)
		defer close(work)
		p := producer{ctx: ctx, work: work, order: order, limit: cmp.Or(l.options.MaxDocument, maxDocument)}
		for _, in := range inputs {
			p.input(in)
		}
	}()
	for {
		var j *job
		var more bool
		select {
		case <-ctx.Done(): // also while a pipe is waited for
			return ctx.Err()
		case j, more = <-order:
		}
		switch {
		case !more:
			return ctx.Err()
		case j.fault != nil:
			l.result.Errors = append(l.result.Errors, j.fault)
			continue
		case j.note != nil:
			l.result.Notes = append(l.result.Notes, *j.note)
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err() // the others end when they notice
		case out := <-j.done:
			l.apply(out)
			l.progress(j.chunk)
		}
	}
}

// producer splits files into documents.
type producer struct {
	ctx         context.Context
	work, order chan<- *job
	limit       int64
}

func (p producer) input(in input) {
	if in.note != "" {
		p.send(&job{note: &Note{Position: Position{File: in.name}, Message: in.note}})
		return
	}
	err := in.err
	at := Position{File: in.name}
	if err == nil {
		at, err = p.documents(in)
	}
	if err != nil {
		p.send(&job{fault: &Error{Position: at, Message: err.Error()}})
	}
}

// documents sends the documents of a file. An error ends the file; it comes with the place reached.
func (p producer) documents(in input) (Position, error) {
	at := Position{File: in.name}
	f, err := in.open()
	if err != nil {
		return at, plain(err)
	}
	defer f.Close()
	s := newSplitter(f, in.name, p.limit)
	if err := s.check(); err != nil {
		return at, plain(err)
	}
	for {
		c, err := s.next()
		if errors.Is(err, io.EOF) {
			return at, nil
		}
		if err != nil {
			at.Document, at.Line = s.number+1, s.line+1
			return at, plain(err)
		}
		if !p.send(&job{chunk: c, done: make(chan outcome, 1)}) {
			return at, nil
		}
	}
}

// send gives false when nobody waits for more.
func (p producer) send(j *job) bool {
	select {
	case p.order <- j:
	case <-p.ctx.Done():
		return false
	}
	if j.done == nil {
		return true
	}
	select {
	case p.work <- j:
		return true
	case <-p.ctx.Done():
		return false
	}
}
