package inc

import (
	"strconv"
	"strings"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/clock"
)

// high judges an incident whose risk is, or once was, high.
func (j *judge02) high(r *clock.Reading, c clock.Clock) control.Result {
	i, notice, risk := r.Incident, r.Incident.Spec.DataSubjectNotice, r.Risk()
	args := []string{"incident", i.Name, "high", stamp(c.StartedAt), "due", stamp(c.DueAt), "sent", stamp(c.StoppedAt), "early", early(r)}
	if notice != nil && notice.Exception != "" {
		return j.exception(notice, args)
	}
	if !c.StoppedAt.IsZero() {
		return j.notice(notice, c, args)
	}
	switch state := c.State(j.now); {
	case state == clock.NotRequired && !r.Breach() && !explained(r.Incident):
		return control.Unknown("NotExplained", args...).At("spec.personalData")
	case state == clock.NotRequired && !r.Breach():
		return control.NotApplicable("NoPersonalData", args...).At("spec.personalData")
	case state == clock.NotRequired:
		return control.NotApplicable("NotHigh", append(args, "level", string(risk.Level))...).At("spec.riskAssessments")
	case state == clock.Overdue && risk != nil && risk.Level != v1alpha1.IncidentRiskHigh:
		return control.Fail("LoweredLate", append(args, "level", string(risk.Level), "assessed", stamp(r.AssessedBy(risk)))...).At("spec.riskAssessments")
	case state == clock.Overdue:
		return control.Fail("NotTold", args...).At("spec.dataSubjectNotice")
	}
	step := ""
	if h := c.Step(j.now); h > 0 {
		step = "; " + strconv.Itoa(int(h)) + " hours have passed"
	}
	return control.Pass("NoticeDue", append(args, "step", step)...).Until(c.Changes(j.now))
}

// notice judges a notice that was given.
func (j *judge02) notice(n *v1alpha1.DataSubjectNotice, c clock.Clock, args []string) control.Result {
	reason := "spec.dataSubjectNotice.reason"
	switch late := c.State(j.now) == clock.Late; {
	case n.Count != nil && *n.Count == 0:
		return control.Fail("NobodyTold", args...).At("spec.dataSubjectNotice.count")
	case n.Method == "Public" && n.Reason == "":
		return control.Fail("PublicNotice", args...).At(reason)
	case late && c.LateReason == "":
		return control.Fail("ToldLate", args...).At(reason)
	case late && waitsForAuthority(c.LateReason):
		return control.Fail("WaitsForAuthority", args...).At(reason)
	case late:
		return control.Pass("ToldLateWithReason", args...)
	}
	return control.Pass("Told", args...)
}

// exception judges an exception from telling the persons concerned.
func (j *judge02) exception(n *v1alpha1.DataSubjectNotice, args []string) control.Result {
	args = append(args, "exception", n.Exception)
	field := "spec.dataSubjectNotice.exception"
	switch {
	case strings.TrimSpace(n.Reason) == "":
		return control.Fail("ExceptionWithoutReason", args...).At("spec.dataSubjectNotice.reason")
	case n.Exception == "Unintelligible" && n.KeyExposed:
		return control.Fail("KeyTaken", args...).At(field)
	case waitsForAuthority(n.Reason):
		return control.Fail("WaitsForAuthority", args...).At("spec.dataSubjectNotice.reason")
	case n.Exception == "Disproportionate" && n.Method != "Public":
		return control.Fail("NoPublicNotice", args...).At(field)
	}
	return control.Pass("Excepted", args...)
}

// waitsForAuthority tells whether a reason is that the authority has not answered, in English or Danish.
func waitsForAuthority(reason string) bool {
	text := strings.ToLower(reason)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(text, w) {
				return true
			}
		}
		return false
	}
	return has("wait", "afvent", "venter", "no answer from", "not answered", "ikke svaret") && has("authority", "datatilsyn", "tilsynet", "myndighed")
}
