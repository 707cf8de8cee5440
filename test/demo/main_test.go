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

func TestOnlyAnInterruptIsCalledOne(t *testing.T) {
	ended := errors.New("operator: it ended by itself (exit status 1), its last lines:\nno lease")
	for name, c := range map[string]struct {
		err         error
		interrupted bool
		code        int
		out, errs   string
	}{
		"all went well":                {nil, false, 0, "", ""},
		"Ctrl-C at the end":            {nil, true, 0, "", ""},
		"Ctrl-C meanwhile":             {errors.New("context canceled"), true, 130, "\nInterrupted; nothing is left behind.\n", ""},
		"the operator ended by itself": {ended, false, 1, "", "demo: " + ended.Error() + "\n"},
		"another outcome":              {errUnexpected, true, 1, "", "demo: " + errUnexpected.Error() + "\n"},
	} {
		var out, errs bytes.Buffer
		if code := conclude(c.err, c.interrupted, &out, &errs); code != c.code || out.String() != c.out || errs.String() != c.errs {
			t.Errorf("%s: exit code %d\n%s%s", name, code, &out, &errs)
		}
	}
}

func TestOptionsAreRead(t *testing.T) {
	if once, verbose, err := options([]string{"--once"}, nil); !once || verbose || err != nil {
		t.Error(once, verbose, err)
	}
}
