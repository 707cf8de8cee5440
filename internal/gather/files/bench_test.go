package files

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"

	kruntime "k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/test/workloads"
)

// corpus writes manifests of generated workloads as people do.
func corpus(tb testing.TB, count int) []byte {
	tb.Helper()
	var b bytes.Buffer
	g := workloads.New(workloads.Options{Seed: 1, Count: count, Now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)})
	if err := g.WriteManifests(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func chunks(tb testing.TB, content []byte) []chunk {
	tb.Helper()
	s := newSplitter(bytes.NewReader(content), "corpus.yaml", maxDocument)
	var out []chunk
	for {
		c, err := s.next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			tb.Fatal(err)
		}
		out = append(out, c)
	}
}

// part is a document with what each step makes of it.
type part struct {
	chunk
	kind adapter.Kind
	raw  []byte
	obj  kruntime.Object
}

// parts prepares the documents of typed kinds.
func parts(tb testing.TB, r *reader, content []byte) []part {
	tb.Helper()
	var out []part
	for _, c := range chunks(tb, content) {
		raw, err := r.decoder.JSON(c.data)
		if err != nil {
			tb.Fatal(err)
		}
		h, err := headOf(raw)
		if err != nil {
			tb.Fatal(err)
		}
		k, ok := r.index.Lookup(schema.FromAPIVersionAndKind(h.APIVersion, h.Kind))
		if !ok || k.New == nil || k.GVK.Group == "tilsyn.dev" {
			continue
		}
		obj, faults := r.decode(&k, raw)
		if len(faults) > 0 {
			tb.Fatal(faults[0])
		}
		out = append(out, part{chunk: c, kind: k, raw: raw, obj: obj})
	}
	return out
}

func newReader() *reader {
	return &reader{
		decoder: library{}, index: adapter.NewIndex(gather.Kinds()), definitions: &definitions{}, strict: true, namespace: "default",
	}
}

// BenchmarkDocument splits the way of one document into its parts, on one core.
func BenchmarkDocument(b *testing.B) {
	r := newReader()
	documents := parts(b, r, corpus(b, 1000))
	for _, step := range []struct {
		name string
		do   func(part) error
	}{
		{"library", func(p part) error { return yaml.Unmarshal(p.data, p.kind.New()) }},
		{"whole", func(p part) error { return errors.Join(faults(r.read(b.Context(), p.chunk).errors)...) }},
		{"YAML to JSON", func(p part) error { _, err := r.decoder.JSON(p.data); return err }},
		{"kind", func(p part) error { _, err := headOf(p.raw); return err }},
		{"strict decode", func(p part) error { _, f := r.decode(&p.kind, p.raw); return errors.Join(faults(f)...) }},
		{"extract", func(p part) error { _, err := p.kind.Extract(p.obj); return err }},
	} {
		b.Run(step.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if err := step.do(documents[i%len(documents)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func faults(list []*Error) []error {
	var out []error
	for _, e := range list {
		out = append(out, e)
	}
	return out
}

// BenchmarkAgainstLibrary decodes each document with the library alone and wholly in turn, so that both meet the same load
// of the machine. The budget of the ratio is 1.2.
func BenchmarkAgainstLibrary(b *testing.B) {
	r := newReader()
	documents := parts(b, r, corpus(b, 1000))
	var floor, ours time.Duration
	for i := 0; b.Loop(); i++ {
		p := documents[i%len(documents)]
		start := time.Now()
		if err := yaml.Unmarshal(p.data, p.kind.New()); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if out := r.read(b.Context(), p.chunk); len(out.errors) > 0 {
			b.Fatal(out.errors[0])
		}
		floor, ours = floor+middle.Sub(start), ours+time.Since(middle)
	}
	b.ReportMetric(float64(ours)/float64(floor), "x-library")
}

// BenchmarkLoad reads 10,000 workloads on all cores; the budget of memory is 64 MiB.
func BenchmarkLoad(b *testing.B) {
	const count = 10_000
	path := filepath.Join(b.TempDir(), "corpus.yaml")
	if err := os.WriteFile(path, corpus(b, count), 0o600); err != nil {
		b.Fatal(err)
	}
	var peak, live uint64
	for b.Loop() {
		kinds := gather.Kinds()
		store := gather.NewStore(kinds)
		runtime.GC()
		before := heap()
		result, err := Load(b.Context(), store, kinds, []string{path}, Options{
			Progress: func(int64, int64) { peak = max(peak, heap()-before) },
		})
		if err != nil || len(result.Errors) > 0 {
			b.Fatal(err, result.Errors)
		}
		runtime.GC()
		live = heap() - before
		runtime.KeepAlive(store)
		runtime.KeepAlive(result)
	}
	b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
	b.ReportMetric(float64(live)/count, "live-B/workload")
}

// heap gives the memory in objects, live or not yet collected.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
