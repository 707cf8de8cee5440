package record

import (
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
)

// TestTheFirstAwarenessOfAnIncidentStays moves the awareness to and fro, as whoever is late would.
func TestTheFirstAwarenessOfAnIncidentStays(t *testing.T) {
	i := &v1alpha1.SecurityIncident{Spec: v1alpha1.SecurityIncidentSpec{Solutions: []v1alpha1.ObjectName{"aula"}, DetectedAt: "2026-11-01T10:30:00Z", ControllerAwareAt: "2026-11-01T11:00:00+01:00",
		PersonalData: v1alpha1.PersonalDataAffected, RiskAssessments: []v1alpha1.IncidentRiskAssessment{{At: "2026-11-01T12:00:00Z", Level: v1alpha1.IncidentRiskHigh}}}}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	c := incidentOf(Content{}, i, now)
	if len(c.Changes) != 0 {
		t.Fatalf("the first sight is no change: %v", c.Changes)
	}
	for _, step := range []struct {
		aware v1alpha1.Instant
		level v1alpha1.IncidentRisk
		data  v1alpha1.Affected
		want  string
	}{
		{"2026-11-03T11:00:00+01:00", v1alpha1.IncidentRiskHigh, v1alpha1.PersonalDataAffected, "2026-11-01T10:00:00Z"},
		{"", v1alpha1.IncidentRiskUnlikely, v1alpha1.PersonalDataAffected, "2026-11-01T10:00:00Z"},
		{"2026-10-31T11:00:00+01:00", v1alpha1.IncidentRiskUnlikely, v1alpha1.PersonalDataNotAffected, "2026-10-31T10:00:00Z"},
	} {
		now = now.Add(time.Hour)
		next := i.DeepCopy()
		next.Spec.ControllerAwareAt, next.Spec.PersonalData = step.aware, step.data
		next.Spec.RiskAssessments[0].Level = step.level
		c = incidentOf(c, next, now)
		if got := firstOf(c, clock.AwareKey); got != step.want {
			t.Errorf("with %q written the first awareness is %q, want %q", step.aware, got, step.want)
		}
	}
	var fields []string
	for _, change := range c.Changes {
		fields = append(fields, change.Field)
	}
	want := []string{clock.AwareField, clock.AwareField, clock.RiskField, clock.AwareField, clock.AffectedField}
	if len(fields) != len(want) {
		t.Fatalf("changes of %v, want %v", fields, want)
	}
	for n := range want {
		if fields[n] != want[n] {
			t.Errorf("changes of %v, want %v", fields, want)
		}
	}
	kept, keep := Deleted("SecurityIncident", c, false, now)
	if !keep || firstOf(kept, clock.AwareKey) == "" {
		t.Error("deleting an incident wipes when its clock began")
	}
	if _, keep := Deleted("SecurityIncident", kept, false, now.AddDate(2, 0, 0)); keep {
		t.Error("the memory of a deleted incident is kept without end")
	}
}

func incidentOf(before Content, i *v1alpha1.SecurityIncident, now time.Time) Content {
	return Incident(before, IncidentInput{Earliest: clock.Awarenesses(i, now), Watched: clock.Watched(i), Now: now})
}

func firstOf(c Content, key string) string {
	for _, f := range c.FirstSeen {
		if f.Key == key {
			return f.Value
		}
	}
	return ""
}

func TestAnIncidentFoundByOthersHasNoAwarenessYet(t *testing.T) {
	i := &v1alpha1.SecurityIncident{Spec: v1alpha1.SecurityIncidentSpec{DetectedAt: "2026-11-01T11:00:00Z", DetectedBy: "netcompany"}}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	if got := firstOf(incidentOf(Content{}, i, now), clock.AwareKey); got != "" {
		t.Errorf("the controller is remembered as aware at %s", got)
	}
	i.Spec.DetectedBy = ""
	if got := firstOf(incidentOf(Content{}, i, now), clock.AwareKey); got != "2026-11-01T11:00:00Z" {
		t.Errorf("the controller that found it is remembered as aware at %q", got)
	}
}
