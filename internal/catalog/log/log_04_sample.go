package log

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
)

// judgeUseRecorded judges the solution: what the provider says that the application records, and whether the institutions'
// side looks at samples of it.
func judgeUseRecorded(in control.SolutionInput, p *log04) []control.Result {
	if reason := concerned(in.Solution, in.Solution.Levels); reason != "" {
		return []control.Result{control.NotApplicable(reason).RestingOn(control.Declared)}
	}
	audit := in.Solution.Object.Spec.ApplicationAudit
	recording := p.recording(audit)
	recording.Args = append(recording.Args, control.Arg{Name: "solution", Value: in.Solution.Object.Name})
	out := []control.Result{recording.RestingOn(control.Declared).For(v1alpha1.PartyProvider)}
	if audit == nil || !audit.Enabled {
		return out // there is nothing to take samples of
	}
	sample := p.sampling(in)
	sample.Args = append(sample.Args, control.Arg{Name: "solution", Value: in.Solution.Object.Name})
	return append(out, sample.For(v1alpha1.PartyInstitution))
}

// recording judges what the application is said to record.
func (p *log04) recording(a *v1alpha1.ApplicationAudit) control.Result {
	at := func(r control.Result, field string) control.Result { return r.At("spec.applicationAudit" + field) }
	if a == nil || !a.Enabled {
		return at(control.Fail("NotRecorded"), "")
	}
	if missing := missingFields(a); len(missing) > 0 {
		return at(control.Fail("FieldsMissing", "fields", strings.Join(missing, ", ")), ".fields")
	}
	var events []string
	for _, e := range v1alpha1.AuditEvents() {
		if !slices.Contains(a.Events, e) {
			events = append(events, string(e))
		}
	}
	shortest, longest := span(period(string(a.Retention)))
	least, _ := span(period(p.MinRetention))
	_, most := span(period(p.MaxRetention))
	kept := []string{"kept", string(a.Retention), "min", p.MinRetention, "max", p.MaxRetention}
	switch {
	case len(a.Events) > 0 && len(events) > 0:
		return at(control.Fail("EventsMissing", "events", strings.Join(events, ", ")), ".events")
	case a.DirectAccess == "NotRecorded":
		return at(control.Fail("DirectAccessNotRecorded"), ".directAccess")
	case len(a.TechnicalUsers) > 0 && !explained(a):
		return at(control.Fail("TechnicalUsers", "users", technical(a)), ".technicalUsers")
	case a.Retention != "" && shortest < least:
		return at(control.Fail("RecordsKeptTooShort", kept...), ".retention")
	case a.Retention != "" && longest > most && shortest > most:
		return at(control.Fail("RecordsKeptTooLong", kept...), ".retention")
	case len(a.Events) == 0:
		return at(control.Unknown("EventsNotSaid"), ".events")
	case a.DirectAccess == "":
		return at(control.Unknown("DirectAccessNotSaid"), ".directAccess")
	case a.Retention == "":
		return at(control.Unknown("RetentionNotSaid", kept...), ".retention")
	}
	return control.Pass("Recorded", "stream", a.Stream, "kept", string(a.Retention))
}

// missingFields lists what a record must tell and does not: who, when, about whom, and why or what for.
func missingFields(a *v1alpha1.ApplicationAudit) (out []string) {
	for _, f := range []v1alpha1.AuditField{v1alpha1.AuditUser, v1alpha1.AuditTime, v1alpha1.AuditDataSubject} {
		if !slices.Contains(a.Fields, f) {
			out = append(out, string(f))
		}
	}
	if !slices.Contains(a.Fields, v1alpha1.AuditPurpose) && !slices.Contains(a.Fields, v1alpha1.AuditFunction) {
		out = append(out, "Purpose or Function")
	}
	return out
}

// explained: where no person can be named, each account has its reason and each record says what it was for.
func explained(a *v1alpha1.ApplicationAudit) bool {
	return slices.Contains(a.Fields, v1alpha1.AuditPurpose) &&
		!slices.ContainsFunc(a.TechnicalUsers, func(u v1alpha1.TechnicalUser) bool { return v1alpha1.IsToBeFilledIn(u.Reason) })
}

func technical(a *v1alpha1.ApplicationAudit) string {
	names := make([]string, len(a.TechnicalUsers))
	for i, u := range a.TechnicalUsers {
		names[i] = u.Name
	}
	return strings.Join(names, ", ")
}

// sampling judges the reviews of the records.
func (p *log04) sampling(in control.SolutionInput) control.Result {
	interval := period(p.SampleInterval)
	reviews, changes := control.InForce(in.Solution.Attestations, v1alpha1.AttestAccessLogReview, in.Now)
	reviews = slices.DeleteFunc(reviews, func(a *v1alpha1.Attestation) bool { return a.Spec.About.Solution == "" })
	if i := slices.IndexFunc(reviews, open); i >= 0 {
		r := reviews[i].Spec.AccessLogReview
		done := int32(0)
		if r.FollowedUp != nil {
			done = *r.FollowedUp
		}
		return control.Fail("FindingsOpen", "attestation", reviews[i].Name, "open", strconv.Itoa(int(r.Findings-done)), "findings", strconv.Itoa(int(r.Findings))).
			RestingOn(control.Attested).Until(changes)
	}
	last, until := latest(reviews)
	if last == nil {
		return p.never(in, reviews, changes)
	}
	due := interval.After(until)
	review := last.Spec.AccessLogReview
	args := []string{"attestation", last.Name, "until", string(review.Until), "interval", p.SampleInterval, "sampled", strconv.Itoa(int(review.Sampled))}
	var out control.Result
	switch {
	case !in.Now.Before(due):
		out = control.Fail("SamplingOverdue", append(args, "last", "the last reviewed period ended on "+until.In(date.Copenhagen()).Format(time.DateOnly))...)
	case review.Selection == "Fixed":
		out = control.Fail("PredictableSample", args...).Until(due)
	case review.DrawnBy == "":
		out = control.Unknown("DrawerNotNamed", args...).Until(due)
	case v1alpha1.SamePerson(review.DrawnBy, last.Spec.By):
		out = control.Fail("OwnSample", append(args, "by", last.Spec.By)...).Until(due)
	default:
		out = control.Pass("Sampled", args...).Until(due)
	}
	return out.RestingOn(control.Attested).Until(changes)
}

func open(a *v1alpha1.Attestation) bool {
	r := a.Spec.AccessLogReview
	return r != nil && r.Findings > 0 && (r.FollowedUp == nil || *r.FollowedUp < r.Findings)
}

// latest gives the review of the latest period, and the end of that: no review reaches beyond its own day.
func latest(reviews []*v1alpha1.Attestation) (last *v1alpha1.Attestation, until time.Time) {
	for _, a := range reviews {
		if a.Spec.AccessLogReview == nil || a.Spec.AccessLogReview.Sampled < 1 { // who looked at nothing reviewed nothing
			continue
		}
		end, err := date.EndOfValidity(string(a.Spec.AccessLogReview.Until))
		if err != nil {
			continue
		}
		if from, _, _ := control.AttestationSpan(a); end.After(from.AddDate(0, 0, 1)) {
			end = from.AddDate(0, 0, 1)
		}
		if last == nil || end.After(until) {
			last, until = a, end
		}
	}
	return last, until
}

// never judges a solution of which no review is known: in the first interval of production none is due.
func (p *log04) never(in control.SolutionInput, silent []*v1alpha1.Attestation, changes time.Time) control.Result {
	if len(silent) > 0 {
		return control.Unknown("ReviewSilent", "attestation", silent[0].Name).RestingOn(control.Attested).Until(changes)
	}
	since := in.Solution.Object.CreationTimestamp.Time
	for i, production := range in.Solution.Object.Spec.InProduction {
		if from, err := date.EndOfValidity(string(production.From)); err == nil && (i == 0 || from.Before(since)) {
			since = from
		}
	}
	due := period(p.SampleInterval).After(since)
	args := []string{"interval", p.SampleInterval, "last", "no review is attested"}
	if !since.IsZero() && in.Now.Before(due) {
		return control.Pass("FirstSampleDue", append(args, "due", due.In(date.Copenhagen()).Format(time.DateOnly))...).RestingOn(control.Declared).Until(due).Until(changes)
	}
	return control.Fail("SamplingOverdue", args...).Until(changes)
}
