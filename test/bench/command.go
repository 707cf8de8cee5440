package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
	"github.com/tilsyn-dev/tilsyn/internal/decide"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/files"
	"github.com/tilsyn-dev/tilsyn/test/workloads"
)

// command measures `tilsyn check` on generated manifests: the program as a whole, its parts, and the bare library.
func (b *bench) command(ctx context.Context) error {
	small, err := b.corpus(b.workloads)
	if err != nil {
		return err
	}
	if err := b.firstVerdict(ctx); err != nil {
		return err
	}
	library, err := b.library(small)
	if err != nil {
		return err
	}
	at, err := b.program(ctx, small)
	if err != nil {
		return err
	}
	perWorkload, bare := each(at.CPU, b.workloads), each(library.cpu, b.workloads)
	b.table.show("YAML library alone, per workload", micros(bare), fmt.Sprintf("CPU; %s wall for all, typed objects, all cores", seconds(library.wall)))
	ratio := float64(perWorkload) / float64(bare)
	b.table.judge("tilsyn check, per workload", fmt.Sprintf("%s, %.2f times the library", micros(perWorkload), ratio), "1.2 times", ratio <= 1.2, fmt.Sprintf("CPU; %s wall for %d", seconds(at.Wall), b.workloads))
	b.table.judge(fmt.Sprintf("tilsyn check, memory at %d", b.workloads), mebibytes(at.Peak), "64 MiB", at.Peak <= 64<<20, "largest resident memory")
	if err := b.split(ctx, small); err != nil {
		return err
	}
	large, err := b.corpus(b.large)
	if err != nil {
		return err
	}
	far, err := b.program(ctx, large)
	if err != nil {
		return err
	}
	b.table.judge(fmt.Sprintf("tilsyn check, memory at %d", b.large), mebibytes(far.Peak), "250 MiB", far.Peak <= 250<<20, seconds(far.Wall)+" wall")
	growth := float64(each(far.CPU, b.large)) / float64(perWorkload)
	b.table.judge("growth per workload at ten times as many", fmt.Sprintf("%.2f", growth), "1.05", growth <= 1.05, "CPU per workload "+micros(each(far.CPU, b.large)))
	return nil
}

// corpus writes the manifests of n workloads.
func (b *bench) corpus(n int) (path string, err error) {
	path = filepath.Join(b.dir, fmt.Sprintf("%d.yaml", n))
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	g := workloads.New(workloads.Options{Seed: seed, Count: n, Solutions: max(1, min(20, n/100)), Now: b.now})
	return path, errors.Join(g.WriteManifests(w), w.Flush())
}

// program runs bin/tilsyn check and takes the best of three, of one run for a long input.
func (b *bench) program(ctx context.Context, path string) (best usage, err error) {
	runs := 3
	if info, err := os.Stat(path); err == nil && info.Size() > 100<<20 {
		runs = 1
	}
	for range runs {
		u, err := measure(ctx, filepath.Join(b.root, "bin", "tilsyn"), "check", "-f", path)
		if err != nil {
			return u, err
		}
		if best.CPU == 0 || u.CPU < best.CPU {
			u.Peak = max(u.Peak, best.Peak)
			best = u
		}
	}
	return best, nil
}

// firstVerdict measures the program from its start to its end on one workload.
func (b *bench) firstVerdict(ctx context.Context) error {
	path, err := b.corpus(1)
	if err != nil {
		return err
	}
	var walls, cpus []time.Duration
	for range 11 {
		u, err := measure(ctx, filepath.Join(b.root, "bin", "tilsyn"), "check", "-f", path)
		if err != nil {
			return err
		}
		walls, cpus = append(walls, u.Wall), append(cpus, u.CPU)
	}
	median := percentile(walls, 0.5)
	b.table.judge("tilsyn check, start to end on one workload", millis(median), "50 ms", median <= 50*time.Millisecond, "median of 11; CPU "+millis(percentile(cpus, 0.5)))
	return nil
}

// library decodes every document into its typed object on all cores, as anybody would with the usual library.
func (b *bench) library(path string) (best cost, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return cost{}, err
	}
	documents := bytes.Split(data, []byte("\n---\n"))
	for range 3 {
		runtime.GC()
		c, err := costOf(func() error { return decodeAll(documents) })
		if err != nil {
			return cost{}, err
		}
		if best.cpu == 0 || c.cpu < best.cpu {
			best = c
		}
	}
	return best, nil
}

func decodeAll(documents [][]byte) error {
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	for lane := range workers {
		group.Go(func() {
			for i := lane; i < len(documents) && errs[lane] == nil; i += workers {
				errs[lane] = decodeOne(documents[i])
			}
		})
	}
	group.Wait()
	return errors.Join(errs...)
}

func decodeOne(document []byte) error {
	gvk := kindOf(document)
	if !clientgoscheme.Scheme.Recognizes(gvk) {
		var anything map[string]any
		return yaml.Unmarshal(document, &anything)
	}
	obj, err := clientgoscheme.Scheme.New(gvk)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(document, obj)
}

// kindOf finds out the kind without reading the document twice: the generated manifests begin with apiVersion and kind.
func kindOf(document []byte) schema.GroupVersionKind {
	var apiVersion, kind string
	for line := range bytes.Lines(document) {
		if rest, ok := bytes.CutPrefix(line, []byte("apiVersion: ")); ok {
			apiVersion = string(bytes.TrimSpace(rest))
		}
		if rest, ok := bytes.CutPrefix(line, []byte("kind: ")); ok {
			kind = string(bytes.TrimSpace(rest))
			break
		}
	}
	return schema.FromAPIVersionAndKind(apiVersion, kind)
}

// split shows where the time of a check goes: reading with extraction, extraction alone, evaluation and printing.
func (b *bench) split(ctx context.Context, path string) error {
	kinds := gather.Kinds()
	store := gather.NewStore(kinds)
	runtime.GC()
	reading, err := costOf(func() error {
		_, err := files.Load(ctx, store, kinds, []string{path}, files.Options{})
		return err
	})
	if err != nil {
		return err
	}
	extract, err := b.extraction()
	if err != nil {
		return err
	}
	engine := evaluate.NewEngine(catalog.All(), evaluate.Options{Workers: 1})
	judging, err := costOf(func() error {
		var ev *evaluate.Evaluation
		store.Read(func(v facts.View) { ev = engine.Evaluate(v, engine.Resolve(v, b.now), b.now) })
		decide.Decide(ev, decide.Memory{}, b.now)
		return nil
	})
	if err != nil {
		return err
	}
	printed, err := b.printing(ctx, path)
	if err != nil {
		return err
	}
	n := b.workloads
	b.table.show("  of it decode", micros(each(reading.cpu, n)-extract), "CPU in a process of its own: reading without extraction")
	b.table.show("  of it extract", micros(extract), "typed object to facts in the store")
	b.table.show("  of it evaluate and decide", micros(each(judging.cpu, n)), "nothing remembered")
	b.table.show("  of it print", micros(each(printed, n)), "the table of findings")
	return nil
}

// extraction measures the way from typed objects to facts in a store, per workload.
func (b *bench) extraction() (time.Duration, error) {
	g := workloads.New(workloads.Options{Seed: seed, Count: b.workloads, Solutions: 20, Now: b.now})
	type read struct {
		key  facts.ObjectKey
		obj  kruntime.Object
		kind int
	}
	w := newWorld()
	byKind := map[schema.GroupVersionKind]int{}
	for i, k := range w.kinds {
		byKind[k.GVK] = i
	}
	var all []read
	const sample = 2000
	for i := range min(g.Count, sample) {
		w1 := g.Workload(i)
		objs, err := workloads.Decode(w1.YAML())
		if err != nil {
			return 0, err
		}
		for _, o := range objs {
			kind := byKind[o.GetObjectKind().GroupVersionKind()]
			all = append(all, read{key: facts.ObjectKey{Source: w.kinds[kind].SourceID(), Namespace: o.GetNamespace(), Name: o.GetName()}, obj: o, kind: kind})
		}
	}
	c, err := costOf(func() error {
		for _, r := range all {
			list, err := w.kinds[r.kind].Extract(r.obj)
			if err != nil {
				return err
			}
			w.store.Put(r.key, list...)
		}
		return nil
	})
	return each(c.cpu, min(g.Count, sample)), err
}

// printing measures the table of findings.
func (b *bench) printing(ctx context.Context, path string) (time.Duration, error) {
	report, err := check.Run(ctx, check.Options{Controls: catalog.All(), Now: func() time.Time { return b.now }, Files: []string{path}})
	if err != nil {
		return 0, err
	}
	c, err := costOf(func() error {
		return check.WriteTable(io.Discard, report, check.Output{}, terminal.Screen{}, terminal.ColorNever)
	})
	return c.cpu, err
}
