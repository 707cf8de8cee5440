package evaluate

import (
	"testing"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func platformAttestation(until v1alpha1.Date) *v1alpha1.Attestation {
	return &v1alpha1.Attestation{ObjectMeta: named("p"), Spec: v1alpha1.AttestationSpec{Type: v1alpha1.AttestLogArrival,
		About: v1alpha1.AttestationAbout{Platform: true}, By: "jane@example.org", Date: "2026-11-19", Evidence: "case", ValidUntil: until}}
}

func TestAnEnvironmentInheritsTheWorstThatIsFoundOnThePlatform(t *testing.T) {
	w := newWorld().aula("INH-01")
	e := NewEngine([]*control.Control{attested()}, Options{})
	ev := w.evaluate(e)
	want(t, ev.Platform, "INH-01 Fail NotAttested Platform cluster")
	want(t, of(ev, "aula-production"), "INH-01 Fail NotAttested SolutionEnvironment aula-production")
	r := of(ev, "aula-production").Controls[0].Findings[0]
	if r.Cause != (facts.Ref{Group: "tilsyn.dev", Kind: "Platform", Name: "cluster"}) || r.Field != "" {
		t.Errorf("cause %s and field %q, want the Platform as cause and no field of it", r.Cause, r.Field)
	}

	w.put(platformAttestation("2026-11-22"))
	ev = w.evaluate(e)
	want(t, ev.Platform, "INH-01 Pass Attested Platform cluster until 23:00:00")
	want(t, of(ev, "aula-production"), "INH-01 Pass Attested SolutionEnvironment aula-production until 23:00:00")

	w.put(namespace("stray"))
	ev = w.evaluate(e)
	want(t, of(ev, "aula-production"), "INH-01 Unknown Stray SolutionEnvironment aula-production until 23:00:00")
	if cause := of(ev, "aula-production").Controls[0].Findings[0].Cause; cause != (facts.Ref{Kind: "Namespace", Name: "stray"}) {
		t.Errorf("cause %s, want the object that was found", cause)
	}

	w.now = start.Add(48 * time.Hour)
	want(t, of(w.evaluate(e), "aula-production"), "INH-01 Fail NotAttested SolutionEnvironment aula-production")
}

func TestWhatTheEnvironmentNeedNotMeetIsNotInherited(t *testing.T) {
	w := newWorld().aula("INH-01")
	w.put(solution("aula", func(s *v1alpha1.HostedSolutionSpec) {
		s.Classification = &v1alpha1.Classification{Confidentiality: v1alpha1.ConfidentialityPublic}
	}))
	ev := w.evaluate(NewEngine([]*control.Control{attested()}, Options{}))
	want(t, ev.Platform, "INH-01 Fail NotAttested Platform cluster")
	want(t, of(ev, "aula-production"), "INH-01 NotApplicable Public SolutionEnvironment aula-production")
}

func TestAnEnvironmentThatNothingChangedKeepsWhatItInherited(t *testing.T) {
	w := newWorld().aula("INH-01")
	e := NewEngine([]*control.Control{attested()}, Options{})
	before := of(w.evaluate(e), "aula-production")
	w.put(namespace("other"))
	if after := of(w.evaluate(e), "aula-production"); after != before {
		t.Error("the results were made anew although the platform's stayed")
	}
}
