package log

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/alarms"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// alarming judges the alarms of the cluster.
type alarming struct {
	in      control.PlatformInput
	m       *v1alpha1.PlatformMonitoring
	tests   []*v1alpha1.Attestation
	maxFor  time.Duration
	p       *log05
	changes time.Time
}

func judgeAlarms(in control.PlatformInput, p *log05) []control.Result {
	if onlyPublic(in.Environments) {
		return []control.Result{control.NotApplicable("LevelNeedsNone")}
	}
	j := &alarming{in: in, m: monitoringOf(in.Platform), p: p}
	j.tests, j.changes = tests(in.Attestations, in.Now, p)
	j.tests = slices.DeleteFunc(j.tests, func(a *v1alpha1.Attestation) bool { return !a.Spec.About.Platform })
	j.maxFor, _ = date.ParseDuration(p.MaxFor)
	return []control.Result{j.judge().Until(j.changes)}
}

func (j *alarming) judge() control.Result {
	if j.m.External {
		return j.outside("the Platform says that monitoring stands outside the cluster")
	}
	if len(j.m.Detections) == 0 {
		return control.Fail("NoDetections").At("spec.monitoring.detections")
	}
	missing := alarms.Incomplete(j.in.Facts)
	if len(missing) == 0 && len(facts.List[facts.MetricsServer](j.in.Facts)) == 0 {
		return j.outside("no Prometheus of the Prometheus operator is in the cluster")
	}
	if j.m.Watchdog == "" {
		return control.Fail("NoWatchdog").At("spec.monitoring.watchdog")
	}
	if len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	out := j.watchdog()
	for _, d := range j.m.Detections {
		if r := j.detection(&d); control.Worse(r.Verdict, out.Verdict) {
			out = r
		}
	}
	if out.Verdict == v1alpha1.VerdictPass {
		return control.Pass("InForce", "detections", count(len(j.m.Detections))).RestingOn(out.Basis)
	}
	return out
}

func count(n int) string {
	if n == 1 {
		return "The demanded detection raises an alarm that reaches people"
	}
	return "All " + strconv.Itoa(n) + " demanded detections raise alarms that reach people"
}

// outside judges monitoring that the cluster does not show.
func (j *alarming) outside(why string) control.Result {
	att, changes := recent(j.in.Attestations, v1alpha1.AttestSecurityMonitoring, j.in.Now, period(j.p.TestMaxAge))
	j.changes = control.Earliest(j.changes, changes)
	if att == nil {
		return control.Unknown("NotAttestedOutside", "why", why)
	}
	return control.Pass("AttestedOutside", "attestation", att.Name).RestingOn(control.Attested)
}

// detection judges one detection by the best of its alerts.
func (j *alarming) detection(d *v1alpha1.SecurityDetection) control.Result {
	var best control.Result
	for i, name := range d.Alerts {
		r := j.alert(name, func(w alarms.Way) bool { return staffingOf(j.m, w.Receiver, w.Full) != "" })
		if i == 0 || control.Worse(best.Verdict, r.Verdict) {
			best = r
		}
	}
	best.Args = append(best.Args, control.Arg{Name: "detection", Value: "detection " + d.Name})
	return best.At("spec.monitoring.detections[" + d.Name + "]")
}

// watchdog judges the alert that proves the path alive: it fires always and goes somewhere, where a machine may wait for it.
func (j *alarming) watchdog() control.Result {
	name := j.m.Watchdog
	r := j.alert(name, func(alarms.Way) bool { return true })
	if a := alarms.Look(j.in.Facts, name); a.Alert != nil && !a.Alert.Unread && !alarms.AlwaysFires(a.Alert.Expr) {
		r = control.Fail("WatchdogSilent", "alert", name, "rule", a.Rules.Ref.String(), "expr", a.Alert.Expr).Because(a.Rules.Ref)
	}
	r.Args = append(r.Args, control.Arg{Name: "detection", Value: "the watchdog"})
	return r.At("spec.monitoring.watchdog")
}

// alert judges one alert: is it in force, and does it reach a receiver that counts?
func (j *alarming) alert(name string, counts func(alarms.Way) bool) control.Result {
	a := alarms.Look(j.in.Facts, name)
	args := []string{"alert", name}
	if a.State == alarms.Absent {
		return control.Fail("AlertMissing", args...)
	}
	args = append(args, "rule", a.Rules.Ref.String(), "expr", a.Alert.Expr)
	fail := func(reason control.Reason, more ...string) control.Result {
		return control.Fail(reason, append(args, more...)...).Because(a.Rules.Ref)
	}
	switch a.State {
	case alarms.Broken:
		return fail("RuleBroken")
	case alarms.Impossible:
		return fail("NeverFires")
	case alarms.NotSelected:
		return fail("RuleNotLoaded")
	}
	if a.Alert.For > j.maxFor {
		return fail("WaitsTooLong", "for", date.Length(a.Alert.For), "max", j.p.MaxFor)
	}
	args = append(args, "server", a.Server.Ref.String(), "kind", strings.ToLower(a.Server.Ref.Kind), "namespace", a.Server.Ref.Namespace, "name", a.Server.Ref.Name)
	switch {
	case a.State == alarms.NotRunning:
		return control.Fail("ServerDown", args...).Because(a.Server.Ref)
	case a.State == alarms.NotReported:
		return control.Unknown("ServerNotReported", args...).Because(a.Server.Ref)
	case len(a.Server.AlertManagers) == 0 && !a.Server.OtherAlertManagers:
		return control.Fail("NoAlertmanager", args...).Because(a.Server.Ref)
	}
	return j.reach(name, alarms.WaysOf(j.in.Facts, a), counts, args)
}

// reach judges where an alarm goes.
func (j *alarming) reach(name string, ways alarms.Ways, counts func(alarms.Way) bool, args []string) control.Result {
	good := func(w alarms.Way) bool { return !w.Muted && len(w.Types) > 0 && counts(w) }
	certain := func(w alarms.Way) bool { return w.Certain && good(w) }
	switch {
	case len(ways.Managers) > 0 && !ways.Running && ways.Closed:
		return control.Fail("AlertmanagerDown", append(args, "manager", ways.Managers[0].String(), "at", ways.Managers[0].Namespace, "managerName", ways.Managers[0].Name)...).Because(ways.Managers[0])
	case ways.Inhibited == date.Yes:
		return control.Fail("Inhibited", append(args, "by", ways.InhibitedBy.String())...).Because(ways.InhibitedBy)
	case slices.ContainsFunc(ways.All, certain) && ways.Inhibited == date.No:
		return control.Pass("InForce")
	case ways.Closed && len(ways.All) > 0 && !slices.ContainsFunc(ways.All, good):
		return astray(ways.All, args) // whatever a test once showed
	case j.tested(name):
		return control.Pass("InForce").RestingOn(control.Attested)
	case ways.Inhibited == date.Maybe:
		return control.Unknown("MayBeInhibited", append(args, "by", ways.InhibitedBy.String())...).Because(ways.InhibitedBy)
	}
	return control.Unknown("RouteNotSeen", args...)
}

// astray says why an alarm whose every way is known reaches nobody.
func astray(all []alarms.Way, args []string) control.Result {
	w := all[0]
	for _, other := range all {
		if len(other.Types) > 0 {
			w = other
			break
		}
	}
	args = append(args, "receiver", w.Receiver, "by", w.By.String())
	switch {
	case len(w.Types) == 0:
		return control.Fail("DeadEnd", args...).Because(w.By)
	case w.Muted:
		return control.Fail("Muted", args...).Because(w.By)
	}
	return control.Fail("ReceiverNotStaffed", append(args, "types", strings.Join(w.Types, ", "))...).Because(w.By)
}

// tested tells whether a test showed that an alert reaches a receiver that people watch. Any demanded alert proves the path
// of the watchdog.
func (j *alarming) tested(name string) bool {
	return slices.ContainsFunc(j.tests, func(a *v1alpha1.Attestation) bool {
		t := a.Spec.AlertTest
		same := t.Alert == name || name == j.m.Watchdog && demanded(j.m, t.Alert) ||
			slices.ContainsFunc(j.m.Detections, func(d v1alpha1.SecurityDetection) bool {
				return slices.Contains(d.Alerts, name) && slices.Contains(d.Alerts, t.Alert)
			})
		return same && staffingOf(j.m, t.Receiver) != ""
	})
}
