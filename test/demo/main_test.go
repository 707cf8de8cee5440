package main

import (
	"bytes"
	"errors"
	"flag"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUsageNamesTheFlagsOfTheDemoAndNoOthers(t *testing.T) {
	for _, arg := range []string{"--nope", "--help"} {
		var said bytes.Buffer
		if _, _, err := options([]string{arg}, &said); err == nil || errors.Is(err, flag.ErrHelp) != (arg == "--help") {
			t.Errorf("%s: error %v", arg, err)
		}
		names := regexp.MustCompile(`(?m)^  -\w+`).FindAllString(said.String(), -1)
		slices.Sort(names)
		if diff := cmp.Diff([]string{"  -once", "  -v"}, names); diff != "" {
			t.Errorf("%s:\n%s", arg, diff)
		}
	}
}

func TestOptionsAreRead(t *testing.T) {
	if once, verbose, err := options([]string{"--once"}, nil); !once || verbose || err != nil {
		t.Error(once, verbose, err)
	}
}
