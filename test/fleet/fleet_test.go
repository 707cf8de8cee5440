package fleet

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/control"
)

// rendered gives every object of the fleet as it would be at a time, with made-up UIDs.
func rendered(t *testing.T, now time.Time) []*unstructured.Unstructured {
	t.Helper()
	r := renderer{now: func() time.Time { return now }, uid: func(apiVersion, kind, namespace, name string) (string, error) {
		return strings.Join([]string{apiVersion, kind, namespace, name}, "-"), nil
	}}
	documents, err := r.documents()
	if err != nil {
		t.Fatal(err)
	}
	var out []*unstructured.Unstructured
	for _, d := range documents {
		objs, err := d.render()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, objs...)
	}
	return out
}

func TestEveryObjectIsCompleteAndStandsOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, o := range rendered(t, time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)) {
		key := o.GetAPIVersion() + " " + o.GetKind() + " " + o.GetNamespace() + "/" + o.GetName()
		if o.GetKind() == "" || o.GetName() == "" || seen[key] {
			t.Errorf("%q is not complete or stands twice", key)
		}
		seen[key] = true
	}
	if len(seen) < 80 {
		t.Errorf("only %d objects", len(seen))
	}
}

// TestPapersAreAsExpectedOnAnyDay: chain, agreements, statements and the rest of what people write down are judged the same
// whenever the fleet is applied; what only a cluster shows is for the end-to-end test.
func TestPapersAreAsExpectedOnAnyDay(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 30, 0, 0, time.UTC), time.Date(2027, 6, 30, 21, 0, 0, 0, time.UTC),
		time.Date(2027, 6, 30, 23, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC),
	} {
		var text []byte
		for _, o := range rendered(t, now) {
			data, err := yaml.Marshal(o.Object)
			if err != nil {
				t.Fatal(err)
			}
			text = append(append(text, "---\n"...), data...)
		}
		file := filepath.Join(t.TempDir(), "fleet.yaml")
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := check.Run(t.Context(), check.Options{Controls: catalog.All(), Now: func() time.Time { return now }, Files: []string{file}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range report.Errors {
			t.Errorf("at %s: %v", now, e)
		}
		var want, got Outcome
		for _, f := range expectedAt(now).Findings {
			if written(f.Control) {
				want.Findings = append(want.Findings, f)
			}
		}
		for r := range report.Results(true) {
			found := r.Verdict == v1alpha1.VerdictFail || r.Verdict == v1alpha1.VerdictUnknown && r.Reason != string(control.ReasonNotObservable)
			if found && written(r.Control) {
				of := cmp.Or(r.Institution, r.Solution)
				got.Findings = append(got.Findings, Finding{of, r.Control, r.Verdict, r.Reason, r.Subject.Kind + " " + r.Subject.Name})
			}
		}
		if d := Diff(want, got); len(d) > 0 {
			t.Errorf("at %s (- expected, + got):\n%s", now, strings.Join(d, "\n"))
		}
	}
}

// written tells whether a control of solutions and institutions needs no more than what people write down.
func written(id v1alpha1.ControlID) bool {
	return slices.Contains([]v1alpha1.ControlID{"BCK-04", "GOV-01", "GOV-02", "GOV-03", "GOV-04", "GOV-05", "GOV-07", "INC-03", "LOC-05", "LOC-06",
		"SUP-01", "SUP-02", "SUP-04", "SUP-05", "SUP-06"}, id)
}

// TestDatesFollowTheClock: what is fresh today must be fresh in two years.
func TestDatesFollowTheClock(t *testing.T) {
	for _, now := range []time.Time{time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), time.Date(2028, 2, 28, 23, 30, 0, 0, time.UTC)} {
		for _, o := range rendered(t, now) {
			until, found, err := unstructured.NestedString(o.Object, "spec", "validUntil")
			if err != nil || !found {
				continue
			}
			end, err := time.Parse(time.DateOnly, until)
			if err != nil || end.Before(now) || end.After(now.AddDate(1, 0, 1)) {
				t.Errorf("at %s %s %s is valid until %s (%v)", now, o.GetKind(), o.GetName(), until, err)
			}
		}
	}
}

// TestTheProfileListsTheWholeCatalogue as public-sector does: a new control must not slip by unseen.
func TestTheProfileListsTheWholeCatalogue(t *testing.T) {
	var shipped v1alpha1.ControlProfile
	if data, err := os.ReadFile(filepath.Join(config, "profiles", v1alpha1.DefaultProfileName+".yaml")); err != nil {
		t.Fatal(err)
	} else if err := yaml.Unmarshal(data, &shipped); err != nil {
		t.Fatal(err)
	}
	modes := map[v1alpha1.ControlID]v1alpha1.ControlMode{}
	for _, c := range shipped.Spec.Controls {
		modes[c.Control] = c.Mode
	}
	for _, o := range rendered(t, time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)) {
		if o.GetKind() != "ControlProfile" {
			continue
		}
		var profile v1alpha1.ControlProfile
		data, err := json.Marshal(o.Object)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &profile); err != nil {
			t.Fatal(err)
		}
		for _, c := range catalog.All() {
			listed := slices.ContainsFunc(profile.Spec.Controls, func(p v1alpha1.ProfileControl) bool {
				return p.Control == c.ID && p.Mode == modes[c.ID]
			})
			if !listed {
				t.Errorf("%s does not list %s as %q, as %s does", profile.Name, c.ID, modes[c.ID], v1alpha1.DefaultProfileName)
			}
		}
	}
}

func TestDiffNamesWhatIsMissingAndWhatIsTooMuch(t *testing.T) {
	want, got := Expected(), Expected()
	if d := Diff(want, got); len(d) > 0 {
		t.Fatalf("equal outcomes differ: %v", d)
	}
	got.Findings = slices.Delete(slices.Clone(got.Findings), 0, 1)
	got.Findings = append(got.Findings, Finding{Of: OfPlatform, Control: "LOC-01", Verdict: v1alpha1.VerdictFail, Reason: "Outside", Subject: "Pod x/y"})
	diff := Diff(want, got)
	if len(diff) != 2 || diff[0] != "+ Platform: LOC-01 Fail Outside Pod x/y" || !strings.HasPrefix(diff[1], "- ") {
		t.Errorf("the difference is %q", diff)
	}
}
