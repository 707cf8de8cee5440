package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli"
	"github.com/tilsyn-dev/tilsyn/internal/cli/program"
	"github.com/tilsyn-dev/tilsyn/internal/remind"
)

func faults(t *testing.T, c *coverage) string {
	t.Helper()
	root := cli.New(&program.Program{Controls: catalog.All(), Now: time.Now, Out: io.Discard, Err: io.Discard}, "tilsyn")
	if err := c.check(catalog.All(), root); err != nil {
		return err.Error()
	}
	return ""
}

// TestThePageClaimsOnlyWhatExists: every control, command and reminder it names is there, and every control is called for.
func TestThePageClaimsOnlyWhatExists(t *testing.T) {
	c, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if f := faults(t, c); f != "" {
		t.Error(f)
	}
	if late := c.late(catalog.All()); len(late) > 0 {
		t.Errorf("take %v off notYet in obligations.yaml", late)
	}
	text := c.page(catalog.All())
	exists := map[string]bool{}
	for _, c := range catalog.All() {
		exists[string(c.ID)] = true
	}
	for _, id := range regexp.MustCompile(`(?:LOC|SUP|LOG|BCK|IAM|NET|HRD|DPD|GOV|INC)-\d\d`).FindAllString(text, -1) {
		if !exists[id] {
			t.Errorf("the page names %s, which is no control", id)
		}
	}
	written, err := os.ReadFile(filepath.Join("..", "..", page))
	if err != nil || string(written) != text {
		t.Errorf("%s is not what the program writes: make generate (%v)", page, err)
	}
}

func TestNamesOfWhatDoesNotExistAreRefused(t *testing.T) {
	for want, d := range map[string]duty{
		"there is no control LOC-99":         {Duty: "x", Controls: []v1alpha1.ControlID{"LOC-99"}},
		"there is no tilsyn report gossip":   {Duty: "x", Commands: []string{"report gossip"}},
		"there is no tilsyn report chain -x": {Duty: "x", Commands: []string{"report chain -x"}},
		"there is no reminder REM-99":        {Duty: "x", Reminders: []remind.ID{"REM-99"}},
		"nothing serves it":                  {Duty: "x"},
	} {
		c, err := read()
		if err != nil {
			t.Fatal(err)
		}
		c.Sources[0].Duties = append(c.Sources[0].Duties, d)
		if f := faults(t, c); !strings.Contains(f, want) {
			t.Errorf("%+v: got %q, want %q", d, f, want)
		}
	}
	c, err := read()
	if err != nil {
		t.Fatal(err)
	}
	if c.NotYet = []v1alpha1.ControlID{"LOC-01", "LOC-99"}; !slices.Equal(c.late(catalog.All()), c.NotYet[:1]) {
		t.Errorf("got %v", c.late(catalog.All()))
	}
}
