package operator

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
)

// dueYAML takes the day before now, the last day of the exception and the attestation, and the day of the planned exercise,
// which is also the last of support of Kubernetes 9.9.
const dueYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: ControlException
metadata: {name: affinity}
spec:
  control: LOC-02
  scope: {solution: aula, environment: aula-production}
  type: Waived
  reason: The supplier's chart has no affinity setting before release 5.
  risk: A pod may start in another region when a node fails.
  requestedBy: lead@example.org
  approval: {by: dpo@example.org, at: "%[1]s", reference: case 2026-201}
  validUntil: "%[2]s"
---
apiVersion: tilsyn.dev/v1alpha1
kind: Attestation
metadata: {name: encryption}
spec:
  {type: EncryptionAtRest, about: {solution: aula}, by: jane@example.org, date: "%[1]s", evidence: case 2026-202, validUntil: "%[2]s"}
---
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: aula}
spec:
  owner: {organisation: KOMBIT A/S}
  personalData: [None]
  locations: {allowed: [{country: DK}, {country: SE}]}
  continuity: {contingency: {plan: {reference: plan}, nextExercise: "%[3]s"}}
---
apiVersion: tilsyn.dev/v1alpha1
kind: Platform
metadata: {name: cluster}
spec:
  providers: [{name: aws}]
  namespaces: [{name: tilsyn-system, owner: Platform team}, {name: default, owner: Platform team}]
  supportDates: [{product: kubernetes, version: "9.9", ends: "%[3]s", source: "https://docs.example.org/kubernetes"}]
`

func TestWhatIsDueIsToldOnceAStepOfEveryKind(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	now := time.Now().Truncate(time.Second)
	day := func(days int) string { return now.AddDate(0, 0, days).Format(time.DateOnly) }
	c.apply(dueYAML, day(-1), day(10), day(10))
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "n2"}, Status: corev1.NodeStatus{NodeInfo: corev1.NodeSystemInfo{KubeletVersion: "v9.9.1"}}}
	if err := c.Create(t.Context(), node); err != nil {
		t.Fatal(err)
	}
	o := c.run(settings{clock: clocktesting.NewFakeClock(now)})
	platform := &v1alpha1.Platform{}
	exception, attestation, solution := &v1alpha1.ControlException{}, &v1alpha1.Attestation{}, &v1alpha1.HostedSolution{}
	objects := []struct {
		kind, name, reminder string
		object               client.Object
		conditions           func() []metav1.Condition
		next                 func() *v1alpha1.DeadlineStatus
	}{
		{"ControlException", "affinity", "REM-13", exception, func() []metav1.Condition { return exception.Status.Conditions }, func() *v1alpha1.DeadlineStatus { return exception.Status.NextDeadline }},
		{"Attestation", "encryption", "REM-13", attestation, func() []metav1.Condition { return attestation.Status.Conditions }, func() *v1alpha1.DeadlineStatus { return attestation.Status.NextDeadline }},
		{"HostedSolution", "aula", "REM-10", solution, func() []metav1.Condition { return solution.Status.Conditions }, func() *v1alpha1.DeadlineStatus { return solution.Status.NextDeadline }},
		{"Platform", "cluster", "REM-12", platform, func() []metav1.Condition { return platform.Status.Conditions }, func() *v1alpha1.DeadlineStatus { return platform.Status.NextDeadline }},
	}
	told := func(kind, name string, want ...string) {
		t.Helper()
		c.eventually("events of "+kind+" are "+strings.Join(want, ", "), func() (bool, string) {
			got := slices.DeleteFunc(c.events(kind, name), func(e string) bool { return !strings.HasPrefix(e, "Deadline") && e != "repeated" })
			return slices.Equal(got, want), strings.Join(got, ", ")
		})
	}
	for _, x := range objects {
		c.shows(x.object, x.name, v1alpha1.ConditionCurrent, metav1.ConditionTrue, v1alpha1.ReasonDueSoon, x.conditions)
		if n := x.next(); n == nil || n.Reminder != x.reminder || n.Due != day(10) || n.Step != "Due" {
			t.Errorf("the next deadline of %s is %+v", x.kind, n)
		}
		told(x.kind, x.name, "DeadlineNear Within")
	}
	o.clock.Step(4 * 24 * time.Hour)
	for _, x := range objects {
		told(x.kind, x.name, "DeadlineNear Within", "DeadlineNear Within")
	}
	o.clock.Step(8 * 24 * time.Hour)
	for _, x := range objects {
		c.shows(x.object, x.name, v1alpha1.ConditionCurrent, metav1.ConditionFalse, v1alpha1.ReasonOverdue, x.conditions)
		told(x.kind, x.name, "DeadlineNear Within", "DeadlineNear Within", "DeadlinePassed Overdue,")
	}
}

// incidentYAML takes a name and three instants: of the detection, the awareness, and the notice to the authority.
const incidentYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: SecurityIncident
metadata: {name: %s}
spec: {title: A test, solutions: [aula], detectedAt: "%s", controllerAwareAt: "%s", personalData: Affected, notifications: [{type: Authority, at: "%s"}]}
`

func TestIncidentsWhoseDatesCannotBeAreNeverMet(t *testing.T) {
	c := newCluster(t)
	c.fleet("aula")
	now := time.Now().Truncate(time.Second)
	hours := func(n int) string { return now.Add(time.Duration(n) * time.Hour).UTC().Format(time.RFC3339) }
	c.apply(incidentYAML, "ahead", hours(240), hours(240), hours(241))
	c.apply(incidentYAML, "early", hours(-100), hours(-100), hours(-7000))
	c.run(settings{clock: clocktesting.NewFakeClock(now)})
	incident := &v1alpha1.SecurityIncident{}
	list := func() []metav1.Condition { return incident.Status.Conditions }
	for name, field := range map[string]string{"ahead": "spec.detectedAt", "early": "spec.notifications[0].at"} {
		found := c.shows(incident, name, v1alpha1.ConditionAccepted, metav1.ConditionFalse, v1alpha1.ReasonImplausibleDate, list)
		if !strings.Contains(found.Message, field) {
			t.Errorf("the message about %s is %q", name, found.Message)
		}
	}
	if incident := c.clockOf("early", "AuthorityNotice"); incident.State != "Overdue" {
		t.Errorf("the clock is %+v", incident)
	}
	solution := &v1alpha1.HostedSolution{}
	c.eventually("INC-01 tells both", func() (bool, string) {
		if err := c.Get(t.Context(), client.ObjectKey{Name: "aula"}, solution); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range solution.Status.Findings {
			if f.Control == "INC-01" {
				got = append(got, f.Reason)
			}
		}
		return slices.Equal(got, []string{"Overdue", "DatedAhead"}), strings.Join(got, ", ")
	})
}

// clockOf reads one clock of an incident.
func (c *cluster) clockOf(name, clock string) v1alpha1.ClockStatus {
	c.t.Helper()
	incident := &v1alpha1.SecurityIncident{}
	if err := c.Get(c.t.Context(), client.ObjectKey{Name: name}, incident); err != nil {
		c.t.Fatal(err)
	}
	at := slices.IndexFunc(incident.Status.Clocks, func(s v1alpha1.ClockStatus) bool { return s.Clock == clock })
	if at < 0 {
		c.t.Fatalf("%s has no clock %s: %+v", name, clock, incident.Status.Clocks)
	}
	return incident.Status.Clocks[at]
}
