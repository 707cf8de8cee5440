package log

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// retention judges the stores of an environment.
type retention struct {
	in         control.EnvironmentInput
	p          *log02
	least      time.Duration // the shortest that the minimum can be
	most       time.Duration // the longest that the maximum can be
	kept       []*v1alpha1.Attestation
	protected  []*v1alpha1.Attestation
	changes    time.Time
	assessed   []assessment
	longEnough map[string]date.Tri // by namespace: does some store keep the minimum?
	incident   string              // whose evidence is held; empty: none
}

// assessment is what is known of one destination.
type assessment struct {
	to     logs.Destination
	result control.Result // of the retention alone
	// period, or forever; not known where result is Unknown for want of it.
	period  time.Duration
	forever bool
	short   bool
	known   bool
	text    string // of the period, as attested
}

func judgeRetention(in control.EnvironmentInput, p *log02) []control.Result {
	j := &retention{in: in, p: p, longEnough: map[string]date.Tri{}}
	j.least, _ = span(period(p.MinRetention))
	_, j.most = span(period(p.MaxRetention))
	var until time.Time
	j.kept, j.changes = control.InForce(in.Environment.Attestations, v1alpha1.AttestLogRetention, in.Now)
	j.protected, until = control.InForce(in.Environment.Attestations, v1alpha1.AttestLogProtection, in.Now)
	j.changes = control.Earliest(j.changes, until)

	j.incident = j.held()
	out := j.judge()
	if missing := logs.Incomplete(in.Facts); len(missing) > 0 && !logs.OnlyManifests(in.Facts) {
		out = j.blind(out, missing)
	}
	if logs.OnlyManifests(in.Facts) {
		// What else the cluster has is not seen: only a breach that the manifests show stands.
		out = slices.DeleteFunc(out, func(r control.Result) bool { return r.Verdict != v1alpha1.VerdictFail })
		if len(out) == 0 {
			return []control.Result{control.Unreadable(facts.Sources[facts.Pod](in.Facts)...).On(in.Environment.Ref())}
		}
	}
	return out
}

// blind adds that there may be more stores than are seen. An attestation settles what cannot be seen by anybody, not what
// merely is not read.
func (j *retention) blind(results []control.Result, missing []facts.SourceState) []control.Result {
	results = slices.DeleteFunc(results, func(r control.Result) bool {
		return r.Verdict == v1alpha1.VerdictPass && r.Basis == control.Attested
	})
	return append(results, control.Unreadable(missing...).On(j.in.Environment.Ref()))
}

func (j *retention) judge() []control.Result {
	all := logs.Of(j.in.Facts).Destinations(j.in.Facts, j.in.Environment.Scope())
	all = slices.DeleteFunc(all, func(d logs.Destination) bool { return d.Behind != nil })
	if len(all) == 0 {
		return []control.Result{j.elsewhere()}
	}
	for _, d := range all {
		j.assessed = append(j.assessed, j.assess(d))
	}
	j.settleMinimum()
	var out []control.Result
	for _, a := range j.assessed {
		r := j.finish(a)
		// One result for each object: the worst of its outputs.
		if i := slices.IndexFunc(out, func(o control.Result) bool { return o.Subject == r.Subject }); i >= 0 {
			if control.Worse(r.Verdict, out[i].Verdict) {
				out[i] = r
			}
			continue
		}
		out = append(out, r)
	}
	return out
}

// elsewhere judges an environment whose logs go where the cluster does not show, by attestations alone.
func (j *retention) elsewhere() control.Result {
	env := j.in.Environment
	d := logs.Destination{Object: env.Ref()}
	att := attestationFor(j.kept, nil)
	if att == nil {
		return control.Unknown("NoStoreKnown", "environment", env.Object.Name).On(env.Ref()).Until(j.changes)
	}
	a := j.attested(d, att, "The store")
	if a.short {
		a.result = j.tooShort(a)
	}
	return j.finish(a)
}

func subjectOf(d logs.Destination) facts.Ref {
	if d.Store != nil {
		return d.Store.Ref
	}
	return d.Object
}

func storeName(d logs.Destination) string {
	if d.Store != nil && d.Service != d.Store.Ref {
		return string(d.Store.Product) + " behind " + d.Service.String()
	}
	return d.Name()
}

// assess finds out how long a destination keeps records: what is observed beats what is attested.
func (j *retention) assess(d logs.Destination) assessment {
	name := storeName(d)
	att := attestationFor(j.kept, namesOf(d))
	switch {
	case d.Store != nil && d.Store.Unread == "":
		return j.observedStore(d, name)
	case d.RetainsFor > 0:
		return j.bounds(assessment{to: d, known: true, period: d.RetainsFor}, name, d.Field, control.Observed)
	case att != nil:
		return j.attested(d, att, name)
	case d.Store != nil:
		return j.unknown(d, "RetentionNotRead", name, d.Store.Unread)
	case d.Unread != "":
		return j.unknown(d, "RetentionNotRead", name, d.Unread)
	}
	return j.unknown(d, "RetentionNotAttested", name, "")
}

func (j *retention) unknown(d logs.Destination, reason control.Reason, name, detail string) assessment {
	return assessment{to: d, result: control.Unknown(reason, "store", name, "target", d.Name(), "detail", detail)}
}

func (j *retention) attested(d logs.Destination, att *v1alpha1.Attestation, name string) assessment {
	shortest, longest := span(period(string(att.Spec.Retention)))
	a := assessment{to: d, known: true, period: shortest, text: string(att.Spec.Retention)}
	if longest > j.most {
		a.period = longest
	}
	return j.bounds(a, name, "spec.retention", control.Attested)
}

// observedStore judges a store in the cluster by its configuration, for each namespace that it gets records of.
func (j *retention) observedStore(d logs.Destination, name string) assessment {
	s := d.Store
	var worst assessment
	for i, ns := range d.Namespaces {
		k := s.Kept(ns, d.Tenant)
		a := assessment{to: d, known: true, period: k.Period, forever: k.Forever}
		switch {
		case s.Fleeting != "":
			a.result = control.Fail("StoreOnEmptyDir", "store", name, "path", s.Fleeting)
		case s.Enforced == facts.No:
			a.result = control.Fail("EnforcementOff", j.args(a, name, k.Field)...).At(k.Field)
		case k.Forever:
			a.result = control.Fail("KeptForever", j.args(a, name, k.Field)...).At(k.Field)
		default:
			a = j.bounds(a, name, k.Field, control.Observed)
			a = j.overrides(a, k, name)
		}
		if i == 0 || control.Worse(a.result.Verdict, worst.result.Verdict) {
			worst = a
		}
	}
	return worst
}

// overrides: an override that may hold for some of the records must keep to the bounds as well.
func (j *retention) overrides(a assessment, k logs.Kept, name string) assessment {
	if a.result.Verdict == v1alpha1.VerdictFail {
		return a
	}
	for _, o := range k.Maybe {
		if o.Period != 0 && o.Period >= j.least && o.Period <= j.most {
			continue
		}
		text, length := "the override of tenant "+o.Tenant, "without end"
		if o.Selector != "" {
			text = "retention_stream " + o.Selector
		}
		if o.Period != 0 {
			length = inDays(o.Period)
		}
		a.result = control.Unknown("OverrideMayApply", append(j.args(a, name, k.Field), "override", text, "period", length)...).At(text)
	}
	return a
}

// bounds compares a known period with the minimum and the maximum. Whether too short matters is settled with the other
// stores.
func (j *retention) bounds(a assessment, name, field string, basis control.Basis) assessment {
	args := j.args(a, name, field)
	switch {
	case a.period > j.most:
		a.result = control.Fail("KeptTooLong", args...).At(field).RestingOn(basis)
	case a.period < j.least:
		a.short = true
		a.result = control.Pass("ShorterCopy", args...).At(field).RestingOn(basis)
	default:
		a.result = control.Pass("Kept", args...).RestingOn(basis)
	}
	return a
}

func (j *retention) args(a assessment, name, field string) []string {
	kept := cmp.Or(a.text, inDays(a.period))
	if a.forever {
		kept = "ever"
	}
	object := subjectOf(a.to).String()
	if a.text != "" {
		field, object = "the retention", "the store, and attest it anew"
	}
	return []string{"store", name, "kept", kept, "min", j.p.MinRetention, "max", j.p.MaxRetention, "field", field, "object", object, "least", inDays(j.least), "most", inDays(j.most),
		"leastHours", strconv.Itoa(int(j.least / time.Hour))}
}

// settleMinimum: one store that keeps the minimum of a namespace's records is enough.
func (j *retention) settleMinimum() {
	for _, a := range j.assessed {
		for _, ns := range a.to.Namespaces {
			switch {
			case a.known && !a.short && a.to.Certain && a.result.Reason != "StoreOnEmptyDir":
				j.longEnough[ns] = date.Yes
			case !a.known || !a.to.Certain && !a.short:
				if j.longEnough[ns] != date.Yes {
					j.longEnough[ns] = date.Maybe
				}
			default:
				if _, seen := j.longEnough[ns]; !seen {
					j.longEnough[ns] = date.No
				}
			}
		}
	}
	for i := range j.assessed {
		a := &j.assessed[i]
		if a.short && slices.ContainsFunc(a.to.Namespaces, func(ns string) bool { return j.longEnough[ns] == date.No }) {
			a.result = j.tooShort(*a)
		}
	}
}

func (j *retention) tooShort(a assessment) control.Result {
	r := a.result
	r.Verdict, r.Reason = v1alpha1.VerdictFail, "KeptTooShort"
	return r
}

// finish adds what is known of the protection, and what every result has.
func (j *retention) finish(a assessment) control.Result {
	r := j.heldBack(a.result)
	// A shorter copy proves nothing, so nobody need vouch for it.
	if r.Verdict == v1alpha1.VerdictPass && r.Reason != "ShorterCopy" && j.needsProtection(a.to) &&
		attestationFor(j.protected, namesOf(a.to)) == nil {
		r = control.Unknown("ProtectionNotAttested", "store", cmp.Or(storeName(a.to), "the store"), "target", cmp.Or(a.to.Name(), "its name"))
	}
	return r.On(subjectOf(a.to)).Until(j.changes)
}

func (j *retention) needsProtection(d logs.Destination) bool {
	return j.p.RequireProtection || d.InCluster || d.Store != nil
}

// namesOf lists the names under which an attestation can speak of a destination.
func namesOf(d logs.Destination) []string {
	names := []string{d.Name()}
	if d.Provider != "" && d.Bucket != "" {
		names = append(names, d.Provider+"/"+d.Bucket)
	}
	if d.Bucket != "" {
		names = append(names, d.Bucket)
	}
	if !d.Service.IsZero() {
		names = append(names, d.Service.Namespace+"/"+d.Service.Name)
	}
	if d.Store != nil {
		names = append(names, d.Store.Ref.Namespace+"/"+d.Store.Ref.Name)
	}
	return names
}

func attestationFor(list []*v1alpha1.Attestation, names []string) *v1alpha1.Attestation {
	for _, a := range list {
		if a.Spec.Target == "" || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, a.Spec.Target) }) {
			return a
		}
	}
	return nil
}
