package fleet

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/catalog"
	"github.com/tilsyn-dev/tilsyn/internal/cli/check"
	"github.com/tilsyn-dev/tilsyn/internal/evaluate"
)

const config = "../../config"

// TestSamples checks config/samples as a reader would who copies them: nothing to object to, every kind that people write
// has one, and they go together. That the API server accepts them is proved end to end.
func TestSamples(t *testing.T) {
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	names, err := filepath.Glob(filepath.Join(config, "samples", "*.yaml")) // the fleet below is a sample of its own
	if err != nil {
		t.Fatal(err)
	}
	report, err := check.Run(t.Context(), check.Options{Controls: catalog.All(), Now: func() time.Time { return at }, Files: names})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range report.Errors {
		t.Error(e)
	}
	fleet := report.Evaluation.Fleet
	for _, p := range fleet.Problems {
		if p.Type != v1alpha1.ConditionAccepted || p.Reason != v1alpha1.ReasonNoNamespaceMatched { // nothing runs here
			t.Errorf("%s: %s is %s: %s", p.Object, p.Type, p.Status, p.Message)
		}
	}
	kinds := len(fleet.Solutions) + len(fleet.Environments) + len(fleet.Exceptions) + len(fleet.Attestations)
	own := slices.ContainsFunc(fleet.Profiles, func(p *evaluate.Profile) bool { return p.Object.Name == "example-municipality" })
	if kinds != 4 || !own || fleet.Platform.Object == nil {
		t.Errorf("%d of solution, environment, exception and attestation, own profile %v, Platform %v; want one of each", kinds, own, fleet.Platform.Object != nil)
	}
	for _, e := range fleet.Exceptions {
		if e.Fault != "" {
			t.Errorf("exception %s: %s", e.Object.Name, e.Message)
		}
	}
	for _, a := range fleet.Attestations {
		if a.Fault != "" {
			t.Errorf("attestation %s: %s", a.Object.Name, a.Message)
		}
	}
}

// TestFleetOfTheOverview checks config/samples/fleet: everything in it can be read, and every name in it leads somewhere.
func TestFleetOfTheOverview(t *testing.T) {
	at := time.Date(2023, 9, 20, 12, 0, 0, 0, time.UTC)
	report, err := check.Run(t.Context(), check.Options{Controls: catalog.All(), Now: func() time.Time { return at }, Files: []string{filepath.Join(config, "samples", "fleet")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range report.Errors {
		t.Error(e)
	}
	fleet := report.Evaluation.Fleet
	for _, p := range fleet.Problems {
		if p.Type == v1alpha1.ConditionAccepted {
			t.Errorf("%s: %s is %s: %s", p.Object, p.Type, p.Status, p.Message)
		}
	}
	national := 0
	for _, s := range fleet.Solutions {
		if s.Object.Spec.Locations != nil && s.Object.Spec.Locations.NationalLocationRequired {
			national++
		}
	}
	if len(fleet.Solutions) != 18+3 || national != 3 {
		t.Errorf("%d solutions, %d of them under the national location requirement; want 18 and 3 more", len(fleet.Solutions), national)
	}
	// What SUP-04 says of the system's own statement of each solution, read on the day of the overview.
	got := map[string][]string{}
	for r := range report.Results(true) {
		if r.Control == "SUP-04" && (r.Reason == "NotInProduction" || strings.HasPrefix(r.Message, "2022, system: ")) {
			got[r.Reason] = append(got[r.Reason], r.Solution)
		}
	}
	for _, list := range got {
		slices.Sort(list)
	}
	want := map[string][]string{
		"WrongKind": {"byg-og-miljoe", "koereproevebookning"}, "NotReceived": {"fbi"}, "ReceiptUnclear": {"nemrefusion"}, "NotInProduction": {"sygesikring"},
		"ReceivedLate": {"socialt-frikort"},
		"Contradicts":  {"eessi-rina", "serviceplatformen", "stoettesystemerne"},
		"NotRecorded":  {"aula", "dubu", "fbs", "flis", "kp", "ksd", "ky", "sapa", "yr"}, // opinion, auditor and period
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestEveryKindThatPeopleWriteHasASample(t *testing.T) {
	definitions, err := filepath.Glob(filepath.Join(config, "crd", "bases", "*.yaml"))
	if err != nil || len(definitions) == 0 {
		t.Fatal(len(definitions), err)
	}
	for _, d := range definitions {
		plural := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(d), "tilsyn.dev_"), ".yaml")
		if plural == "supervisionrecords" { // only the operator writes them
			continue
		}
		sample := filepath.Join(config, "samples", strings.TrimSuffix(plural, "s")+".yaml")
		if found, err := filepath.Glob(sample); err != nil || len(found) != 1 {
			t.Errorf("there is no %s", sample)
		}
	}
}
