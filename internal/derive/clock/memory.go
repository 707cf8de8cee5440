package clock

import (
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// AwareKey starts the keys under which the operator remembers the earliest awareness it ever saw, as RFC 3339 in UTC: the
// name of the controller follows, nothing for all of them.
const AwareKey = "aware/"

// Fields of an incident whose changes the operator remembers.
const (
	AwareField    = "spec.controllerAwareAt"
	AffectedField = "spec.personalData"
	RiskField     = "spec.riskAssessments"
	NIS2Field     = "spec.nis2.significant"
	ScopeField    = "spec.solutions"
)

// Memory is what the operator remembers of an incident. The zero value remembers nothing.
type Memory struct {
	First   []v1alpha1.FirstSeen
	Changes []v1alpha1.SpecChange
}

// MemoryOf finds what is remembered of an incident.
func MemoryOf(v facts.View, incident string) Memory {
	for _, h := range facts.List[facts.SpecHistory](v) {
		if h.Kind == "SecurityIncident" && h.Name == incident {
			return Memory{First: h.First, Changes: h.Changes}
		}
	}
	return Memory{}
}

// aware gives the earliest awareness remembered, and when the operator first saw any.
func (m Memory) aware(controller string) (at, seen time.Time, ok bool) {
	for _, f := range m.First {
		if f.Key == AwareKey+controller {
			at, err := time.Parse(time.RFC3339, f.Value)
			return at, f.At.Time, err == nil
		}
	}
	return at, seen, false
}

// awarenesses gives every awareness remembered.
func (m Memory) awarenesses() (out []time.Time) {
	for _, f := range m.First {
		if t, err := time.Parse(time.RFC3339, f.Value); err == nil && strings.HasPrefix(f.Key, AwareKey) {
			out = append(out, t)
		}
	}
	return out
}

// RiskText is how an assessment is remembered.
func RiskText(r *v1alpha1.IncidentRiskAssessment) string {
	if r == nil {
		return ""
	}
	return string(r.Level) + " " + string(r.At)
}

func riskLevel(text string) v1alpha1.IncidentRisk {
	level, _, _ := strings.Cut(text, " ")
	return v1alpha1.IncidentRisk(level)
}

// riskAt reads when a remembered assessment was made.
func riskAt(text string) (time.Time, bool) {
	_, at, _ := strings.Cut(text, " ")
	return v1alpha1.Instant(at).Time()
}
