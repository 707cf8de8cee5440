package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/control/controltest"
)

// TestTheCommandAgreesWithTheFixturesOfEveryControl gives each fixture to the command as a snapshot, pruned like one of a
// cluster, and compares what it prints with what the fixture expects.
func TestTheCommandAgreesWithTheFixturesOfEveryControl(t *testing.T) {
	folders, err := filepath.Glob("../../internal/catalog/*/testdata")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[v1alpha1.ControlID]bool{}
	for _, folder := range folders {
		fixtures, err := controltest.Load(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fixtures {
			seen[f.Control] = true
			t.Run(string(f.Control)+"/"+strings.TrimSuffix(filepath.Base(f.Path), ".yaml"), func(t *testing.T) { agrees(t, &f) })
		}
	}
	for _, c := range catalog.All() {
		if !seen[c.ID] {
			t.Errorf("%s has no fixture", c.ID)
		}
	}
}

func agrees(t *testing.T, f *controltest.Fixture) {
	var snapshot bytes.Buffer
	if err := f.WriteSnapshot(&snapshot); err != nil {
		t.Fatal(err)
	}
	got := run(t, "check", "--snapshot", write(t, "fixture.json", snapshot.Bytes()), "--show", "all", "-o", "json")
	var report struct {
		Results []check.Result `json:"results"`
		Errors  []check.Fault  `json:"errors"`
	}
	if err := json.Unmarshal([]byte(got.out), &report); err != nil {
		t.Fatalf("%v\n%s", err, got.errors)
	}
	if slices.Contains(f.Unreadable, "hostedsolutions.tilsyn.dev") { // the command then assumes, and passes nothing
		if got.code != 3 || slices.ContainsFunc(report.Results, func(r check.Result) bool { return r.Verdict == v1alpha1.VerdictPass }) {
			t.Errorf("exit code %d\n%s", got.code, got.out)
		}
		return
	}
	if len(report.Errors) > 0 {
		t.Errorf("errors: %v", report.Errors)
	}
	var want, have []string
	for _, e := range f.Expect {
		want = append(want, fmt.Sprintf("%s %s %s", e.Verdict, e.Reason, e.Subject))
	}
	for _, r := range report.Results {
		if r.Control == f.Control {
			have = append(have, judged(f.Control, r))
		}
	}
	slices.Sort(want)
	slices.Sort(have)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("-expected +printed:\n%s", diff)
	}
}

// judged is what the control said of a result, before exceptions and settling were taken into account: a fixture expects
// that. A settling result has the control's message and not its reason.
func judged(id v1alpha1.ControlID, r check.Result) string {
	verdict, reason := r.Verdict, r.Reason
	switch {
	case r.Exception != "":
		verdict = v1alpha1.VerdictFail
	case r.Reason == string(control.ReasonSettling):
		verdict, reason = v1alpha1.VerdictFail, settling(id, r.Message)
	}
	return fmt.Sprintf("%s %s %s", verdict, reason, r.Subject)
}

// settling finds the reason whose text the message holds.
func settling(id v1alpha1.ControlID, message string) string {
	i := slices.IndexFunc(catalog.All(), func(c *control.Control) bool { return c.ID == id })
	mark := regexp.MustCompile(`\\\{[A-Za-z]+\\\}`)
	var found []string
	for _, reason := range catalog.All()[i].Reasons {
		text := mark.ReplaceAllString(regexp.QuoteMeta(reason.Text), ".*")
		if reason.Settle > 0 && regexp.MustCompile(": "+text+"$").MatchString(message) {
			found = append(found, string(reason.Reason))
		}
	}
	return strings.Join(found, " or ")
}
