package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/tilsyn-dev/tilsyn/internal/cli/terminal"
)

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func write(t *testing.T, name string, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnEmptyDirectoryIsBadInput(t *testing.T) {
	got := run(t, "check", "-f", t.TempDir())
	if got.code != 3 || !strings.Contains(got.errors, "nothing to check") {
		t.Errorf("exit code %d, %s", got.code, got.errors)
	}
}

func TestAnInputOfWhichNothingIsJudgedIsBadInput(t *testing.T) {
	for name, tt := range map[string]struct{ content, says string }{
		"null":                         {"null\n", "the input holds no object"},
		"a List without items":         {"apiVersion: v1\nkind: List\nitems: []\n", "items: nothing to check: the List holds no object"},
		"only kinds that are not read": {"apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n", "no control reads any kind that the input holds"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := run(t, "check", "-f", write(t, "in.yaml", []byte(tt.content))); got.code != 3 || !strings.Contains(got.errors, tt.says) {
				t.Errorf("exit code %d, %s", got.code, got.errors)
			}
		})
	}
}

func TestUTF16IsReadOrRefusedWithTheMend(t *testing.T) {
	var text bytes.Buffer
	for _, unit := range utf16.Encode([]rune("\ufeff" + string(read(t, "testdata/plain/app.yaml")))) {
		text.Write([]byte{byte(unit), byte(unit >> 8)})
	}
	got := run(t, "check", "-f", write(t, "app.yaml", text.Bytes()))
	switch got.code {
	case 1: // understood
		if !strings.Contains(got.out, "Deployment default/web") {
			t.Errorf("the objects are not judged:\n%s", got.out)
		}
	case 3:
		if !strings.Contains(got.errors, "UTF-") {
			t.Errorf("the error does not speak of the encoding: %s", got.errors)
		}
	default:
		t.Errorf("exit code %d: neither judged nor refused", got.code)
	}
}

// ascending is a clock that moves by a step each time it is looked at.
func ascending(step time.Duration) func() time.Time {
	at := today
	return func() time.Time { at = at.Add(step); return at }
}

func large(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: blob, namespace: shop}\ndata:\n  blob: |\n")
	line := "    " + strings.Repeat("x", 1020) + "\n"
	for b.Len() < 10<<20 {
		b.WriteString(line)
	}
	b.WriteString("---\n" + string(read(t, "testdata/plain/app.yaml")))
	return write(t, "large.yaml", []byte(b.String()))
}

func TestAManifestOfTenMegabytesIsReadWithABarWhereThereIsATerminal(t *testing.T) {
	path := large(t)
	got := invocation{args: []string{"check", "-f", path}, screen: terminal.Screen{Err: true}, now: ascending(time.Second)}.run(t.Context())
	if got.code != 1 || !strings.Contains(got.out, "StatefulSet shop/db") {
		t.Errorf("exit code %d\n%s\n%s", got.code, got.out, got.errors)
	}
	if !strings.Contains(got.errors, "%  ") || !strings.HasSuffix(got.errors, "\r\x1b[K") {
		t.Errorf("no bar that is erased at the end: %q", got.errors)
	}
	if piped := run(t, "check", "-f", path); piped.errors != "" {
		t.Errorf("a pipe gets progress: %q", piped.errors)
	}
}

func TestAShortCheckShowsNoBar(t *testing.T) {
	got := invocation{args: []string{"check", "-f", "testdata/plain"}, screen: terminal.Screen{Err: true}, now: ascending(time.Millisecond)}.run(t.Context())
	if got.errors != "" {
		t.Errorf("%q", got.errors)
	}
}

func TestColoursAreForTerminalsAndForThoseWhoAsk(t *testing.T) {
	for name, c := range map[string]struct {
		screen terminal.Screen
		args   []string
		want   bool
	}{
		"a terminal":                    {terminal.Screen{Out: true}, nil, true},
		"a pipe":                        {terminal.Screen{}, nil, false},
		"a terminal with NO_COLOR":      {terminal.Screen{Out: true, NoColor: true}, nil, false},
		"a terminal, never":             {terminal.Screen{Out: true}, []string{"--color", "never"}, false},
		"a pipe, always":                {terminal.Screen{}, []string{"--color", "always"}, true},
		"json on a terminal":            {terminal.Screen{Out: true}, []string{"-o", "json"}, false},
		"json, although colour always ": {terminal.Screen{Out: true}, []string{"-o", "json", "--color", "always"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := invocation{args: append([]string{"check", "-f", "testdata/plain"}, c.args...), screen: c.screen}.run(t.Context())
			if coloured := strings.Contains(got.out, "\x1b["); coloured != c.want {
				t.Errorf("coloured: %t", coloured)
			}
		})
	}
}

func TestColourChangesNothingElse(t *testing.T) {
	plain := run(t, "check", "-f", "testdata/declared", "--show", "all").out
	coloured := run(t, "check", "-f", "testdata/declared", "--show", "all", "--color", "always").out
	for _, code := range []string{"31", "32", "33", "36", "1", "2", "0"} {
		coloured = strings.ReplaceAll(coloured, "\x1b["+code+"m", "")
	}
	if plain != coloured {
		t.Errorf("%s\nbut\n%s", plain, coloured)
	}
}
