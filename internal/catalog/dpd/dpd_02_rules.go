package dpd

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/chain"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// retention judges the rules of one solution.
type retention struct {
	in       control.SolutionInput
	p        *dpd02
	attested []*v1alpha1.Attestation // of deletions in force, newest first
	changes  time.Time
}

func judgeRetention(in control.SolutionInput, p *dpd02) []control.Result {
	spec := &in.Solution.Object.Spec
	if !chain.Of(in.Facts, in.Solution.Object).PersonalData {
		return []control.Result{control.NotApplicable("NoPersonalData").At("spec.personalData").RestingOn(control.Declared)}
	}
	j := &retention{in: in, p: p}
	own := slices.DeleteFunc(slices.Clone(in.Solution.Attestations), func(a *v1alpha1.Attestation) bool { return a.Spec.About.Platform || a.Spec.Deletion == nil })
	j.attested, j.changes = control.InForce(own, v1alpha1.AttestDeletion, in.Now)
	var out []control.Result
	if gaps := j.gaps(); len(gaps) > 0 {
		out = append(out, control.Fail("RulesIncomplete", "solution", in.Solution.Object.Name, "what", few(gaps)).At("spec.retention").RestingOn(control.Declared))
	}
	for n := range spec.Retention {
		if r := &spec.Retention[n]; len(gapsOf(r)) == 0 {
			out = append(out, j.rule(r).At("spec.retention["+r.Name+"]").Until(j.changes))
		}
	}
	if r, ok := j.elsewhere(); ok {
		out = append(out, r.At("spec.externalEndpoints").Until(j.changes))
	}
	return out
}

// gaps lists everything that is not settled, so that there is one finding and not one for each field.
func (j *retention) gaps() (out []string) {
	spec := &j.in.Solution.Object.Spec
	var without []string
	for _, c := range spec.PersonalData {
		covered := slices.ContainsFunc(spec.Retention, func(r v1alpha1.Retention) bool { return r.Category == c })
		if c != v1alpha1.DataNone && !covered {
			without = append(without, string(c))
		}
	}
	switch {
	case len(without) > 0:
		out = append(out, strings.Join(without, ", ")+" without a rule")
	case len(spec.Retention) == 0:
		out = append(out, "no rule at all")
	}
	for n := range spec.Retention {
		if what := gapsOf(&spec.Retention[n]); len(what) > 0 {
			out = append(out, spec.Retention[n].Name+" without "+strings.Join(what, ", "))
		}
	}
	return out
}

func gapsOf(r *v1alpha1.Retention) (what []string) {
	if r.Purpose == "" {
		what = append(what, "a purpose")
	}
	_, err := date.ParsePeriod(string(r.MaxAge))
	switch {
	case r.MaxAge == "" && r.ArchivalBasis != "" && control.Bare(r.ArchivalBasis):
		return append(what, "the legal basis of the duty to keep the data")
	case r.MaxAge == "" && r.ArchivalBasis != "":
		return what
	case err != nil:
		what = append(what, "a retention time")
	}
	if r.Method == "" || r.Method == "CronJob" && r.CronJob == nil {
		what = append(what, "a method of deletion")
	}
	if r.RedeletionStep == "" {
		what = append(what, "a step that erases again what a restore brings back")
	}
	return what
}

// rule judges one rule that is complete.
func (j *retention) rule(r *v1alpha1.Retention) control.Result {
	switch {
	case r.MaxAge == "":
		return control.NotApplicable("ArchivalDuty", "rule", r.Name, "basis", r.ArchivalBasis).RestingOn(control.Declared)
	case r.Method == "CronJob":
		return j.job(r).For(v1alpha1.PartyProvider)
	}
	a := j.attestation(r)
	interval := j.p.AttestWithin
	if r.Method == "Manual" {
		interval = j.interval(r)
	}
	if a == nil {
		return control.Unknown("NotAttested", "rule", r.Name, "method", r.Method).RestingOn(control.Attested)
	}
	from, _, _ := control.AttestationSpan(a)
	ends := period(interval).After(from)
	args := []string{"rule", r.Name, "date", string(a.Spec.Date), "interval", interval, "count", strconv.Itoa(int(a.Spec.Deletion.Count))}
	if !j.in.Now.Before(ends) {
		return control.Fail("AttestedTooLongAgo", args...).RestingOn(control.Attested)
	}
	return j.counted(r, control.Pass("Attested", args...)).RestingOn(control.Attested).Until(ends)
}

// job judges a deletion that a CronJob does.
func (j *retention) job(r *v1alpha1.Retention) control.Result {
	name, interval := r.CronJob, j.interval(r)
	job := facts.Get[facts.CronJob](j.in.Facts, name.Namespace, name.Name)
	args := []string{"rule", r.Name, "job", name.Namespace + "/" + name.Name, "namespace", name.Namespace, "name", name.Name, "interval", interval, "age", string(r.MaxAge)}
	switch {
	case !j.ours(name.Namespace):
		return control.Fail("JobMissing", append(args, "where", " in a namespace of the solution")...)
	case job == nil:
		return control.Fail("JobMissing", append(args, "where", "")...)
	case job.Suspended:
		return control.Fail("JobSuspended", args...)
	}
	if job.LastSuccess.IsZero() && job.CreatedAt.IsZero() { // a manifest
		return control.Unknown("RunsNotSeen", args...)
	}
	if job.LastSuccess.IsZero() {
		due := period(interval).After(job.CreatedAt)
		if j.in.Now.Before(due) {
			return control.Pass("AwaitingFirstRun", append(args, "due", stamp(due))...).Until(due)
		}
		return control.Fail("JobNeverSucceeded", args...)
	}
	due := period(interval).After(job.LastSuccess)
	args = append(args, "last", stamp(job.LastSuccess))
	if !j.in.Now.Before(due) {
		return control.Fail("JobLate", args...)
	}
	a := j.attestation(r)
	if a == nil {
		return control.Unknown("CountMissing", args...).Until(due)
	}
	args = append(args, "count", strconv.Itoa(int(a.Spec.Deletion.Count)), "date", string(a.Spec.Date))
	return j.counted(r, control.Pass("Erased", args...)).Until(due)
}

// counted judges a deletion that erased nothing: as long as nothing can be due yet, that is right.
func (j *retention) counted(r *v1alpha1.Retention, erased control.Result) control.Result {
	if slices.ContainsFunc(j.attested, func(a *v1alpha1.Attestation) bool {
		return a.Spec.Deletion.Count > 0 && slices.Contains(a.Spec.Deletion.Rules, r.Name)
	}) {
		return erased
	}
	args := []string{"rule", r.Name, "age", string(r.MaxAge)}
	began := time.Time{}
	for _, p := range j.in.Solution.Object.Spec.InProduction {
		if t, err := date.EndOfValidity(string(p.From)); err == nil {
			began = control.Earliest(began, t)
		}
	}
	if began.IsZero() { // nobody says since when there are data
		return control.Unknown("CountMissing", "rule", r.Name, "job", jobName(r))
	}
	// A whole retention time, and a month in which the first data come and the first deletion runs.
	first := date.Period{Months: 1}.After(period(string(r.MaxAge)).After(began))
	if j.in.Now.Before(first) {
		return control.Pass("NothingDue", args...).Until(first)
	}
	return control.Fail("DeletesNothing", append(args, "since", day(began))...)
}

func jobName(r *v1alpha1.Retention) string {
	if r.CronJob == nil {
		return "(none)"
	}
	return r.CronJob.Namespace + "/" + r.CronJob.Name
}

// attestation finds the newest that says that a rule was carried out.
func (j *retention) attestation(r *v1alpha1.Retention) *v1alpha1.Attestation {
	at := slices.IndexFunc(j.attested, func(a *v1alpha1.Attestation) bool { return slices.Contains(a.Spec.Deletion.Rules, r.Name) })
	if at < 0 {
		return nil
	}
	return j.attested[at]
}

// interval is that of the rule where it is shorter than the profile's.
func (j *retention) interval(r *v1alpha1.Retention) string {
	if p, err := date.ParsePeriod(string(r.Interval)); err == nil && p.After(j.in.Now).Before(period(j.p.JobInterval).After(j.in.Now)) {
		return string(r.Interval)
	}
	return j.p.JobInterval
}

// ours tells whether a namespace is one of the solution's environments.
func (j *retention) ours(namespace string) bool {
	return slices.ContainsFunc(facts.List[v1alpha1.SolutionEnvironment](j.in.Facts), func(e *v1alpha1.SolutionEnvironment) bool {
		return e.Spec.Solution == j.in.Solution.Object.Name && matches(e, namespace)
	})
}

func matches(e *v1alpha1.SolutionEnvironment, namespace string) bool {
	return slices.ContainsFunc(e.Spec.Namespaces, func(p v1alpha1.NamespacePattern) bool { return control.MatchesNamespace(p, namespace) })
}

// elsewhere judges the stores outside the cluster that hold the solution's data.
func (j *retention) elsewhere() (control.Result, bool) {
	var open []string
	for _, e := range j.in.Solution.Object.Spec.ExternalEndpoints {
		keeps := e.Purpose == "Database" || e.Purpose == "ObjectStore" || e.Purpose == "FileStore"
		if keeps && !slices.ContainsFunc(j.attested, func(a *v1alpha1.Attestation) bool { return strings.EqualFold(a.Spec.Target, e.Host) }) {
			open = append(open, e.Host)
		}
	}
	if len(open) == 0 {
		return control.Result{}, false
	}
	return control.Unknown("ElsewhereNotAttested", "what", few(open), "first", open[0]).For(v1alpha1.PartyProvider), true
}

// period reads one that was checked.
func period(text string) date.Period {
	p, _ := date.ParsePeriod(text)
	return p
}

func day(t time.Time) string { return t.In(date.Copenhagen()).Format(time.DateOnly) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// few joins the first of a list and counts the rest.
func few(list []string) string {
	const shown = 5
	if len(list) <= shown {
		return strings.Join(list, "; ")
	}
	return strings.Join(list[:shown], "; ") + "; and " + strconv.Itoa(len(list)-shown) + " more"
}
