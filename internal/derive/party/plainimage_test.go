package party

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/distribution/reference"
)

// same fails where the short way and the library disagree.
func same(t *testing.T, ref string) (plain bool) {
	t.Helper()
	host, path, ok := plainImage(ref)
	if !ok {
		return false
	}
	named, err := reference.ParseNormalizedNamed(ref)
	if err != nil {
		t.Fatalf("%q is refused by the library: %v", ref, err)
	}
	if host != reference.Domain(named) || path != reference.Path(named) {
		t.Fatalf("%q is read as %s and %s, by the library as %s and %s", ref, host, path, reference.Domain(named), reference.Path(named))
	}
	return true
}

func TestPlainImagesAreReadAsTheLibraryDoes(t *testing.T) {
	digest := "sha256:" + strings.Repeat("0a", 32)
	for ref, plain := range map[string]bool{
		"registry.example.org/team/app:1.2.3-rc_1": true, "ghcr.io/x/y@" + digest: true, "r.example.org:5000/a/b-c_d.e:latest@" + digest: true, "a.b/c": true,
		"nginx": false, "library/nginx": false, "docker.io/nginx": false, "index.docker.io/a/b": false, "localhost/x": false, "localhost:5000/x": false, "r.example.org/X": false, "R.example.org/x": false,
		"r.example.org/a//b": false, "r.example.org/": false, "r.example.org/a:": false, "r.example.org/a:-x": false, "r.example.org/a@sha256:1": false,
		"r.example.org/-a": false, "r.example.org/a__b": false, "r.example.org/a--b": false, "r.example.org:/a": false, "r..org/a": false, "r_a.org/a": false,
		"r.example.org/a:1:2": false, "r.example.org/a/b:c/d": false, "": false, "r.example.org/" + strings.Repeat("a", 300): false,
	} {
		if got := same(t, ref); got != plain {
			t.Errorf("%q: plain is %v, want %v", ref, got, plain)
		}
	}
}

func TestRandomImagesAreReadAsTheLibraryDoes(t *testing.T) {
	const seed = 1
	r := rand.New(rand.NewPCG(seed, 0))
	parts := []string{"a", "b1", ".", "/", ":", "@", "-", "_", "__", "A", "5000", "registry.example.org", "sha256:" + strings.Repeat("0", 64), "localhost", "docker.io", "index.docker.io"}
	plain := 0
	for range 100_000 {
		var b strings.Builder
		for range 1 + r.IntN(9) {
			b.WriteString(parts[r.IntN(len(parts))])
		}
		if same(t, b.String()) {
			plain++
		}
	}
	if plain < 100 {
		t.Errorf("seed %d: only %d references are plain", seed, plain)
	}
}

func FuzzPlainImage(f *testing.F) {
	for _, ref := range []string{"registry.example.org/team/app:1.2.3", "ghcr.io/x/y@sha256:" + strings.Repeat("0a", 32), "a.b:1/c_d/e", "docker.io/nginx"} {
		f.Add(ref)
	}
	f.Fuzz(func(t *testing.T, ref string) { same(t, ref) })
}

func BenchmarkParseImage(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		image, err := ParseImage("registry.example.org/solution-07/app-000123:1.2.3")
		if err != nil {
			b.Fatal(err)
		}
		image.Origin()
	}
}
