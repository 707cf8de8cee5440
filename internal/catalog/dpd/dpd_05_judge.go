package dpd

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// integrity judges one environment.
type integrity struct {
	control.EnvironmentInput
	p        *dpd05
	driftMax time.Duration
	out      []control.Result
}

func judgeIntegrity(in control.EnvironmentInput, p *dpd05) []control.Result {
	if !p.Required {
		return []control.Result{control.NotApplicable("NotRequired")}
	}
	i := &integrity{EnvironmentInput: in, p: p}
	i.driftMax, _ = date.ParseDuration(p.DriftMax) // Validate has read it
	i.deployment()
	missing := slices.Concat(facts.Incomplete[facts.HandsOff](in.Facts), facts.Incomplete[facts.Workload](in.Facts))
	for _, ns := range in.Environment.Scope() {
		for _, d := range facts.ListIn[facts.Database](in.Facts, ns) {
			i.database(d)
		}
	}
	missing = append(missing, facts.Incomplete[facts.Database](in.Facts)...)
	if in.Environment.Object.Spec.Stage == v1alpha1.StageProduction {
		i.feeds()
		i.checks()
	}
	if len(missing) > 0 {
		return append(i.out, control.Unreadable(missing...))
	}
	return i.out
}

// groups of the kinds of deployment sources.
var groups = map[string]string{"Kustomization": "kustomize.toolkit.fluxcd.io", "HelmRelease": "helm.toolkit.fluxcd.io", "Application": "argoproj.io"}

// deployment judges the sources through which changes come, and what does not come through them.
func (i *integrity) deployment() {
	missing := facts.Incomplete[facts.Reconciliation](i.Facts)
	declared := i.Environment.Object.Spec.DeploymentSources
	if len(declared) == 0 {
		i.out = append(i.out, control.Unknown("SourceNotDeclared").At("spec.deploymentSources"))
	}
	managed, whole, names := map[facts.Ref]bool{}, len(declared) > 0, []string{}
	for _, d := range declared {
		ref := facts.Ref{Group: groups[d.Kind], Kind: d.Kind, Namespace: d.Namespace, Name: d.Name}
		names = append(names, ref.String())
		r := facts.Get[facts.Reconciliation](i.Facts, ref.Namespace, ref.Name)
		if r == nil || r.Ref != ref {
			r = nil
			for _, other := range facts.ListIn[facts.Reconciliation](i.Facts, ref.Namespace) {
				if other.Ref == ref {
					r = other
				}
			}
		}
		switch {
		case r != nil:
			i.out = append(i.out, i.source(r).On(ref))
			whole = whole && r.Manages != nil
			for _, m := range r.Manages {
				managed[m] = true
			}
		case len(missing) > 0:
			i.out, whole = append(i.out, control.Unreadable(missing...).On(ref)), false
		default:
			i.out, whole = append(i.out, control.Fail("SourceMissing", "source", ref.String()).On(ref).At("spec.deploymentSources")), false
		}
	}
	left := i.leftAlone()
	if whole {
		i.others(managed, left, strings.Join(names, ", "))
	}
}

func (i *integrity) source(r *facts.Reconciliation) control.Result {
	kind := strings.ToLower(r.Ref.Kind)
	if r.Ref.Kind != "Application" {
		kind += "." + r.Ref.Group
	} else {
		kind = "applications." + r.Ref.Group
	}
	args := []string{"source", r.Ref.String(), "namespace", r.Ref.Namespace, "kind", kind, "name", r.Ref.Name}
	switch late := r.ReadySince.Add(i.driftMax); {
	case r.Suspended:
		return control.Fail("Suspended", append(args, "resume", resume(r))...).At("spec")
	case r.Ready == facts.No && !i.Now.Before(late):
		return control.Fail("NotReady", append(args, "since", since(r.ReadySince))...).At("status.conditions")
	case r.Ready == facts.NotKnown:
		return control.Unknown("ReadinessNotKnown", args...).At("status.conditions")
	case r.Ready == facts.No:
		return control.Pass("Reconciled", args[:2]...).Until(late)
	case r.Drifted == facts.Yes:
		if late := r.LastApplied.Add(i.driftMax); i.Now.Before(late) {
			return control.Pass("Reconciled", args[:2]...).Until(late)
		}
		return control.Fail("Drifted", args...).At("status.sync")
	case r.Ref.Kind == "HelmRelease" && !r.SelfHeals:
		return control.Fail("DriftNotSeen", args...).At("spec.driftDetection")
	case r.Ref.Kind == "Application" && r.Drifted == facts.NotKnown:
		return control.Unknown("ReadinessNotKnown", args...).At("status.sync")
	}
	return control.Pass("Reconciled", args[:2]...)
}

func since(t time.Time) string {
	if t.IsZero() {
		return "nobody knows when"
	}
	return t.UTC().Format(time.RFC3339)
}

func resume(r *facts.Reconciliation) string {
	if r.Ref.Kind == "Application" {
		return "kubectl -n " + r.Ref.Namespace + " annotate application " + r.Ref.Name + " argocd.argoproj.io/skip-reconcile-, and spec.syncPolicy.automated: {selfHeal: true}"
	}
	return "flux resume " + strings.ToLower(r.Ref.Kind) + " " + r.Ref.Name + " -n " + r.Ref.Namespace
}

// leftAlone judges objects that an annotation takes out of the hands of the source.
func (i *integrity) leftAlone() map[facts.Ref]bool {
	left := map[facts.Ref]bool{}
	for _, ns := range i.Environment.Scope() {
		for _, h := range facts.ListIn[facts.HandsOff](i.Facts, ns) {
			left[h.Ref] = true
			i.out = append(i.out, control.Fail("LeftAlone", "object", h.Ref.String(), "key", h.Key, "namespace", ns, "kind", strings.ToLower(h.Ref.Kind), "name", h.Ref.Name).
				On(h.Ref).At("metadata.annotations["+h.Key+"]"))
		}
	}
	return left
}

// others judges workloads that no source has made.
func (i *integrity) others(managed, left map[facts.Ref]bool, names string) {
	for _, ns := range i.Environment.Namespaces {
		for _, w := range facts.ListIn[facts.Workload](i.Facts, ns) {
			if w.Controller != nil || w.PodsOnly || w.Finished || managed[w.Ref] || left[w.Ref] {
				continue
			}
			i.out = append(i.out, control.Fail("NotFromSource", "object", w.Ref.String(), "source", names, "namespace", ns, "kind", strings.ToLower(w.Ref.Kind), "name", w.Ref.Name).On(w.Ref))
		}
	}
}

func (i *integrity) database(d *facts.Database) {
	args := []string{"object", d.Ref.String(), "namespace", d.Ref.Namespace, "name", d.Ref.Name, "ready", strconv.Itoa(int(d.ReadyInstances)), "wanted", strconv.Itoa(int(d.Instances))}
	switch {
	case !d.Ready || d.ReadyInstances < d.Instances:
		i.out = append(i.out, control.Fail("ReplicationBroken", args...).On(d.Ref).At("status.readyInstances"))
	case i.p.High && d.Instances > 1 && !d.Synchronous:
		i.out = append(i.out, control.Fail("StandbysMayLag", args...).On(d.Ref).At("spec.postgresql.synchronous"))
	default:
		i.out = append(i.out, control.Pass("Replicated").On(d.Ref))
	}
}

// attested tells whether somebody attests that data are correct and current: of one thing, or, with an empty target, at all.
func (i *integrity) attested(target string) (ok bool, changes time.Time) {
	in, changes := control.InForce(i.Environment.Attestations, v1alpha1.AttestDataQuality, i.Now)
	return slices.ContainsFunc(in, func(a *v1alpha1.Attestation) bool {
		return target == "" || strings.EqualFold(a.Spec.Target, target)
	}), changes
}

// feeds judges whether somebody learns when data of others grow old.
func (i *integrity) feeds() {
	s := i.Environment.Solution
	if len(s.Object.Spec.Feeds) == 0 {
		if i.p.High && !s.Object.Spec.NoFeeds {
			i.out = append(i.out, control.Unknown("FeedsNotDeclared").On(s.Ref()).At("spec.feeds"))
		}
		return
	}
	for _, f := range s.Object.Spec.Feeds {
		i.out = append(i.out, i.feed(f).On(s.Ref()).At("spec.feeds["+f.Name+"]"))
	}
}

func (i *integrity) feed(f v1alpha1.Feed) control.Result {
	args := []string{"feed", f.Name, "limit", cmp.Or(string(f.MaxAge), i.p.FeedMaxAge), "alert", f.Alert, "metric", f.Metric}
	if f.Metric == "" {
		if ok, changes := i.attested(f.Name); ok {
			return control.Pass("FeedAttested", "feed", f.Name).RestingOn(control.Attested).Until(changes)
		}
		return control.Unknown("FeedNotWatched", args...)
	}
	named, looks := false, false
	for _, rules := range facts.List[facts.AlertRules](i.Facts) {
		for _, a := range rules.Alerts {
			if a.Name != f.Alert || !mentionsMetric(a.Expr, f.Metric) {
				continue
			}
			named = true
			looks = looks || !collected(a.Expr, f.Metric)
		}
	}
	switch missing := facts.Incomplete[facts.AlertRules](i.Facts); {
	case looks:
		return control.Pass("FeedWatched", args...)
	case named:
		return control.Fail("CollectionTime", args...)
	case len(missing) > 0:
		return control.Unreadable(missing...)
	}
	return control.Fail("AlertMissing", args...)
}

// mentionsMetric tells whether an expression names a metric.
func mentionsMetric(expr, metric string) bool {
	for from := 0; ; {
		at := strings.Index(expr[from:], metric)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(metric)
		if (at == 0 || !ofName(expr[at-1])) && (end == len(expr) || !ofName(expr[end])) {
			return true
		}
		from = end
	}
}

func ofName(b byte) bool {
	return b == '_' || b == ':' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// collected tells whether a metric tells of its collection: its name says so, or the expression asks for its timestamp.
func collected(expr, metric string) bool {
	if metric == "up" || metric == "push_time_seconds" || strings.HasPrefix(metric, "scrape_") || strings.Contains(metric, "_scrape_") {
		return true
	}
	plain := strings.Join(strings.Fields(expr), "")
	return strings.Contains(plain, "timestamp("+metric) || strings.Contains(plain, "absent("+metric) || strings.Contains(plain, "absent_over_time("+metric)
}

// checks judges the jobs that check data.
func (i *integrity) checks() {
	s := i.Environment.Solution
	if len(s.Object.Spec.IntegrityChecks) == 0 && i.p.High {
		ok, changes := i.attested("")
		if !ok {
			i.out = append(i.out, control.Unknown("ChecksNotDeclared").On(s.Ref()).At("spec.integrityChecks").Until(changes))
		}
		return
	}
	for _, c := range s.Object.Spec.IntegrityChecks {
		i.out = append(i.out, i.check(c))
	}
}

func (i *integrity) check(c v1alpha1.IntegrityCheck) control.Result {
	ns, name := c.CronJob.Namespace, c.CronJob.Name
	ref := facts.Ref{Group: "batch", Kind: "CronJob", Namespace: ns, Name: name}
	args := []string{"check", c.Name, "object", ns + "/" + name, "namespace", ns, "name", name, "interval", string(c.Interval)}
	job := facts.Get[facts.CronJob](i.Facts, ns, name)
	if job == nil {
		if missing := facts.Incomplete[facts.CronJob](i.Facts); len(missing) > 0 {
			return control.Unreadable(missing...).On(ref)
		}
		return control.Fail("CheckMissing", args...).On(ref)
	}
	every, err := date.ParseDuration(string(c.Interval))
	if err != nil {
		every = 24 * time.Hour // the schema refuses what cannot be read
	}
	last, when := job.LastSuccess, "at "+since(job.LastSuccess)
	if last.IsZero() {
		last, when = job.CreatedAt, "never"
	}
	switch late := last.Add(every + every/4); {
	case job.Suspended:
		return control.Fail("CheckSuspended", args...).On(ref).At("spec.suspend")
	case !i.Now.Before(late):
		return control.Fail("CheckLate", append(args, "when", when)...).On(ref).At("status.lastSuccessfulTime")
	case c.Covers == "":
		return control.Unknown("CheckOfNothing", args...).On(ref).Until(late)
	default:
		return control.Pass("CheckRuns", "check", c.Name).On(ref).Until(late)
	}
}
