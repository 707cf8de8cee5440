package clock

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

const day72 = 72 * time.Hour

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func incident(change func(*v1alpha1.SecurityIncidentSpec)) *v1alpha1.SecurityIncident {
	i := &v1alpha1.SecurityIncident{ObjectMeta: metav1.ObjectMeta{Name: "aula-2026-01", CreationTimestamp: metav1.NewTime(at("2026-03-27T13:00:00Z"))},
		Spec: v1alpha1.SecurityIncidentSpec{Title: "Export", Solutions: []v1alpha1.ObjectName{"aula"}, DetectedAt: "2026-03-27T11:00:00Z",
			ControllerAwareAt: "2026-03-27T12:00:00Z", PersonalData: v1alpha1.PersonalDataAffected}}
	if change != nil {
		change(&i.Spec)
	}
	return i
}

// wallElapsed computes the real time between two instants from what a clock on a wall in Copenhagen shows, without the
// arithmetic of instants: the difference of the faces, less what the hands were moved in between.
func wallElapsed(from, to time.Time) time.Duration {
	read := func(t time.Time) (face time.Time, offset time.Duration) {
		text := t.In(date.Copenhagen()).Format("2006-01-02T15:04:05 -0700")
		face, err := time.Parse("2006-01-02T15:04:05", text[:19])
		if err != nil {
			panic(err)
		}
		var hours, minutes int
		var sign byte
		if _, err := fmt.Sscanf(text[20:], "%c%2d%2d", &sign, &hours, &minutes); err != nil {
			panic(err)
		}
		offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
		if sign == '-' {
			offset = -offset
		}
		return face, offset
	}
	a, offsetA := read(from)
	b, offsetB := read(to)
	return b.Sub(a) - (offsetB - offsetA)
}

func TestLegalHoursAreRealHoursAcrossSummerTime(t *testing.T) {
	const seed = 20261025
	random := rand.New(rand.NewPCG(seed, 1))
	zones := []*time.Location{time.UTC, date.Copenhagen(), time.FixedZone("", -5*3600), time.FixedZone("", 14*3600), time.FixedZone("", 5*3600+1800)}
	shifted := 0
	for n := range 20000 {
		// Around the last Sundays of March and October, when the hands are moved at 01:00 UTC.
		year, month := 2019+random.IntN(30), []time.Month{time.March, time.October}[random.IntN(2)]
		shift := time.Date(year, month, 31, 1, 0, 0, 0, time.UTC)
		for shift.Weekday() != time.Sunday {
			shift = shift.AddDate(0, 0, -1)
		}
		aware := shift.Add(time.Duration(random.IntN(6*86400)-4*86400) * time.Second).In(zones[random.IntN(len(zones))])
		i := incident(func(s *v1alpha1.SecurityIncidentSpec) {
			s.ControllerAwareAt = v1alpha1.Instant(aware.Format(time.RFC3339))
		})
		c := Read(i, Memory{}, aware).Authority("", LegalNotice(aware))
		if got := wallElapsed(c.StartedAt, c.DueAt); got != day72 {
			t.Fatalf("seed %d, case %d: from %v to %v a wall clock counts %v", seed, n, c.StartedAt, c.DueAt, got)
		}
		_, before := c.StartedAt.In(date.Copenhagen()).Zone()
		_, after := c.DueAt.In(date.Copenhagen()).Zone()
		if before != after {
			shifted++
		}
		for _, s := range c.Steps {
			step := c.StartedAt.Add(s)
			if wallElapsed(c.StartedAt, step) != s || c.Step(step) != int32(s.Hours()) || c.Step(step.Add(-time.Second)) >= int32(s.Hours()) {
				t.Fatalf("seed %d, case %d: step %v of %v is not reached to the second", seed, n, s, c.StartedAt)
			}
		}
		if c.State(c.DueAt.Add(-time.Second)) != Running || c.State(c.DueAt) != Overdue {
			t.Fatalf("seed %d, case %d: the clock of %v does not run out to the second", seed, n, c.StartedAt)
		}
	}
	if shifted < 1000 {
		t.Errorf("seed %d: only %d cases lie across a shift", seed, shifted)
	}
}

func TestAClockTellsWhenItChanges(t *testing.T) {
	i := incident(nil)
	var got []string
	for now := at("2026-03-27T12:00:00Z"); ; {
		c := Read(i, Memory{}, now).Authority("", day72)
		got = append(got, fmt.Sprintf("%s %d", c.State(now), c.Step(now)))
		next := c.Changes(now)
		if next.IsZero() {
			break
		}
		if c.Step(next.Add(-time.Nanosecond)) != c.Step(now) || c.State(next.Add(-time.Nanosecond)) != c.State(now) {
			t.Fatalf("it changed before %v and did not say so", next)
		}
		now = next
	}
	if want := "Running 0, Running 24, Running 48, Running 66, Overdue 72"; strings.Join(got, ", ") != want {
		t.Errorf("states are %q, want %q", strings.Join(got, ", "), want)
	}
}

func TestTheEarliestAwarenessCounts(t *testing.T) {
	first := func(pairs ...string) (m Memory) {
		for k := 0; k < len(pairs); k += 3 {
			m.First = append(m.First, v1alpha1.FirstSeen{Key: AwareKey + pairs[k], Value: pairs[k+1], At: metav1.NewTime(at(pairs[k+2]))})
		}
		return m
	}
	tests := map[string]struct {
		change     func(*v1alpha1.SecurityIncidentSpec)
		memory     Memory
		controller string
		want       Awareness
	}{
		"as written":                             {want: Awareness{At: at("2026-03-27T12:00:00Z")}},
		"creation where none is written":         {change: func(s *v1alpha1.SecurityIncidentSpec) { s.ControllerAwareAt = "" }, want: Awareness{At: at("2026-03-27T13:00:00Z"), Missing: true}},
		"one that cannot be read is none":        {change: func(s *v1alpha1.SecurityIncidentSpec) { s.ControllerAwareAt = "yesterday" }, want: Awareness{At: at("2026-03-27T13:00:00Z"), Missing: true}},
		"moved later, the first counts":          {memory: first("", "2026-03-26T12:00:00Z", "2026-03-26T13:00:00Z"), want: Awareness{At: at("2026-03-26T12:00:00Z"), Moved: true}},
		"moved earlier, the earlier counts":      {memory: first("", "2026-03-29T12:00:00Z", "2026-03-29T13:00:00Z"), want: Awareness{At: at("2026-03-27T12:00:00Z")}},
		"removed, the first counts":              {change: func(s *v1alpha1.SecurityIncidentSpec) { s.ControllerAwareAt = "" }, memory: first("", "2026-03-27T12:00:00Z", "2026-03-27T13:00:00Z"), want: Awareness{At: at("2026-03-27T12:00:00Z"), Missing: true}},
		"a controller without one of its own":    {controller: "odense", want: Awareness{At: at("2026-03-27T12:00:00Z")}},
		"a controller with one of its own":       {controller: "aarhus", change: own("2026-03-28T08:00:00Z"), want: Awareness{At: at("2026-03-28T08:00:00Z")}},
		"one of its own that was moved later":    {controller: "aarhus", change: own("2026-03-28T08:00:00Z"), memory: first("aarhus", "2026-03-27T20:00:00Z", "2026-03-27T21:00:00Z"), want: Awareness{At: at("2026-03-27T20:00:00Z"), Moved: true}},
		"one of its own, written while it ran":   {controller: "aarhus", change: own("2026-03-28T08:00:00Z"), memory: first("", "2026-03-27T12:00:00Z", "2026-03-27T13:00:00Z", "aarhus", "2026-03-28T08:00:00Z", "2026-03-30T11:59:59Z"), want: Awareness{At: at("2026-03-28T08:00:00Z")}},
		"one of its own, written after it ended": {controller: "aarhus", change: own("2026-03-28T08:00:00Z"), memory: first("", "2026-03-27T12:00:00Z", "2026-03-27T13:00:00Z", "aarhus", "2026-03-28T08:00:00Z", "2026-03-30T12:00:01Z"), want: Awareness{At: at("2026-03-27T12:00:00Z"), Moved: true}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := Read(incident(test.change), test.memory, at("2026-04-10T00:00:00Z")).Aware(test.controller, day72)
			if !got.At.Equal(test.want.At) || got.Missing != test.want.Missing || got.Moved != test.want.Moved {
				t.Errorf("aware %+v, want %+v", got, test.want)
			}
		})
	}
}

func own(i v1alpha1.Instant) func(*v1alpha1.SecurityIncidentSpec) {
	return func(s *v1alpha1.SecurityIncidentSpec) {
		s.Awareness = []v1alpha1.IncidentAwareness{{Controller: "aarhus", At: i}}
	}
}

func TestWhatStopsTheClockOfTheAuthority(t *testing.T) {
	assessed := func(level v1alpha1.IncidentRisk, i v1alpha1.Instant) v1alpha1.IncidentRiskAssessment {
		return v1alpha1.IncidentRiskAssessment{At: i, Level: level, Reason: "assessed in a meeting", By: "jane@example.org"}
	}
	sent := func(i v1alpha1.Instant, controller v1alpha1.ObjectName) v1alpha1.Notification {
		return v1alpha1.Notification{Type: v1alpha1.NotificationAuthority, At: i, Controller: controller}
	}
	tests := map[string]struct {
		change func(*v1alpha1.SecurityIncidentSpec)
		memory Memory
		want   State
	}{
		"nothing": {want: Overdue},
		"a notice in time": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.Notifications = []v1alpha1.Notification{sent("2026-03-30T12:00:00Z", "")}
		}, want: Met},
		"a notice a second late": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.Notifications = []v1alpha1.Notification{sent("2026-03-30T12:00:01Z", "")}
		}, want: Late},
		"a notice of another controller": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.Notifications = []v1alpha1.Notification{sent("2026-03-28T12:00:00Z", "odense")}
		}, want: Overdue},
		"a notice dated ahead": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.Notifications = []v1alpha1.Notification{sent("2026-05-30T12:00:00Z", "")}
		}, want: Overdue},
		"an early warning under NIS 2": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.Notifications = []v1alpha1.Notification{{Type: v1alpha1.NotificationNIS2EarlyWarning, At: "2026-03-28T12:00:00Z"}}
		}, want: Overdue},
		"risk unlikely in time": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.RiskAssessments = []v1alpha1.IncidentRiskAssessment{assessed(v1alpha1.IncidentRiskUnlikely, "2026-03-28T12:00:00Z")}
		}, want: NotRequired},
		"risk unlikely after the end": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.RiskAssessments = []v1alpha1.IncidentRiskAssessment{assessed(v1alpha1.IncidentRiskUnlikely, "2026-03-31T12:00:00Z")}
		}, want: Overdue},
		"unlikely first, then a risk": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.RiskAssessments = []v1alpha1.IncidentRiskAssessment{assessed(v1alpha1.IncidentRiskUnlikely, "2026-03-28T12:00:00Z"), assessed(v1alpha1.IncidentRiskRisk, "2026-03-29T12:00:00Z")}
		}, want: Overdue},
		"unlikely only by a date put back": {change: func(s *v1alpha1.SecurityIncidentSpec) {
			s.RiskAssessments = []v1alpha1.IncidentRiskAssessment{assessed(v1alpha1.IncidentRiskUnlikely, "2026-03-28T12:00:00Z")}
		}, memory: Memory{Changes: []v1alpha1.SpecChange{{Field: RiskField, From: "Risk 2026-03-28T10:00:00Z", To: "Unlikely 2026-03-28T12:00:00Z", At: metav1.NewTime(at("2026-04-02T00:00:00Z"))}}}, want: Overdue},
		"no personal data after all":        {change: func(s *v1alpha1.SecurityIncidentSpec) { s.PersonalData = v1alpha1.PersonalDataNotAffected }, want: NotRequired},
		"no personal data, seen in time":    {change: func(s *v1alpha1.SecurityIncidentSpec) { s.PersonalData = v1alpha1.PersonalDataNotAffected }, memory: withdrawn("2026-03-29T00:00:00Z"), want: NotRequired},
		"no personal data, seen afterwards": {change: func(s *v1alpha1.SecurityIncidentSpec) { s.PersonalData = v1alpha1.PersonalDataNotAffected }, memory: withdrawn("2026-04-02T00:00:00Z"), want: Overdue},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			now := at("2026-04-10T00:00:00Z")
			if got := Read(incident(test.change), test.memory, now).Authority("", day72).State(now); got != test.want {
				t.Errorf("the clock is %s, want %s", got, test.want)
			}
		})
	}
}

func withdrawn(when string) Memory {
	return Memory{Changes: []v1alpha1.SpecChange{{Field: AffectedField, From: "Affected", To: "NotAffected", At: metav1.NewTime(at(when))}}}
}

func TestClocksOfNIS2(t *testing.T) {
	significant := func(s *v1alpha1.SecurityIncidentSpec) {
		s.NIS2 = &v1alpha1.NIS2Report{Significant: true, AwareAt: "2026-01-29T22:30:00Z"}
	}
	now := at("2026-01-30T00:00:00Z")
	clocks := Read(incident(significant), Memory{}, now).NIS2()
	var got []string
	for _, c := range clocks {
		got = append(got, fmt.Sprintf("%s %s", c.Name, c.DueAt.UTC().Format(time.RFC3339)))
	}
	// A month after 1 February, 23:30 in Copenhagen, which is when the notification was due.
	want := "NIS2EarlyWarning 2026-01-30T22:30:00Z, NIS2Notification 2026-02-01T22:30:00Z, NIS2Final 2026-03-01T22:30:00Z"
	if strings.Join(got, ", ") != want {
		t.Errorf("clocks are %q, want %q", strings.Join(got, ", "), want)
	}
	if not := Read(incident(nil), Memory{}, now).NIS2(); not != nil {
		t.Errorf("an incident of which nothing is said has clocks %v", not)
	}
	turned := Memory{Changes: []v1alpha1.SpecChange{{Field: NIS2Field, From: "true", To: "false", At: metav1.NewTime(at("2026-02-03T00:00:00Z"))}}}
	insignificant := func(s *v1alpha1.SecurityIncidentSpec) { s.NIS2 = &v1alpha1.NIS2Report{AwareAt: "2026-01-29T22:30:00Z"} }
	if kept := Read(incident(insignificant), turned, at("2026-02-04T00:00:00Z")).NIS2(); len(kept) != 3 {
		t.Error("calling it insignificant after the first clock ran out stops the clocks")
	}
	// The clocks of both laws run by themselves.
	both := Read(incident(significant), Memory{}, now).Clocks(DefaultLimits(now))
	names := ""
	for _, c := range both {
		names += string(c.Name) + " "
	}
	if names != "RiskAssessment AuthorityNotice NIS2EarlyWarning NIS2Notification NIS2Final " {
		t.Errorf("clocks are %q", names)
	}
}
