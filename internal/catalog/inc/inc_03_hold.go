package inc

import (
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// judgeHold judges whether the logs of an environment outlast the incidents whose evidence is held.
func judgeHold(in control.EnvironmentInput, _ *inc03) []control.Result {
	var out []control.Result
	var changes time.Time
	for _, i := range facts.List[v1alpha1.SecurityIncident](in.Facts) {
		env := in.Environment
		here := slices.Contains(i.Spec.Environments, env.Object.Name) || slices.Contains(i.Spec.Solutions, env.Solution.Object.Name)
		hold := i.Spec.EvidenceHold
		if !here || hold == nil {
			continue
		}
		since, ok := hold.Since.Time()
		until, ends := hold.Until.Time()
		switch {
		case !ok || ends && !in.Now.Before(until):
		case in.Now.Before(since):
			changes = control.Earliest(changes, since)
		default:
			r := keptSince(in, i).For(v1alpha1.PartyProvider).Because(ref(i))
			if ends {
				r = r.Until(until)
			}
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return []control.Result{control.NotApplicable("NoHold").RestingOn(control.Declared).Until(changes)}
	}
	for n := range out {
		out[n] = out[n].Until(changes)
	}
	return out
}

// keptSince judges the logs from the beginning of an incident on. One store that keeps them is enough.
func keptSince(in control.EnvironmentInput, i *v1alpha1.SecurityIncident) control.Result {
	from, ok := i.Spec.OccurredAt.Time()
	if !ok {
		from, _ = i.Spec.DetectedAt.Time()
	}
	args := []string{"incident", i.Name, "from", stamp(from)}
	lasts, where, forever := longest(in, from)
	basis := control.Observed
	attested, changes := control.InForce(in.Environment.Attestations, v1alpha1.AttestLogRetention, in.Now)
	for _, a := range attested {
		if p, err := date.ParsePeriod(string(a.Spec.Retention)); err == nil && where == "" && p.After(from).After(lasts) {
			lasts, basis = p.After(from), control.Attested
		}
	}
	if where != "" {
		where = " (" + where + ")"
	}
	args = append(args, "where", where, "until", stamp(lasts))
	missing := slices.Concat(logs.Incomplete(in.Facts), facts.Incomplete[facts.Workload](in.Facts))
	switch {
	case logs.OnlyManifests(in.Facts) && basis != control.Attested: // what runs is not seen
		return control.Unreadable(facts.Sources[facts.Pod](in.Facts)...).Until(changes)
	case forever:
		return control.Pass("EvidenceKept", args...).RestingOn(basis)
	case lasts.IsZero() && len(missing) > 0:
		return control.Unreadable(missing...).Until(changes)
	case lasts.IsZero():
		return control.Unknown("RetentionUnknown", args...).Until(changes)
	case in.Now.Before(lasts):
		return control.Pass("EvidenceKept", args...).RestingOn(basis).Until(lasts).Until(changes)
	case len(missing) > 0:
		return control.Unreadable(missing...).Until(changes) // another store may keep them
	}
	return control.Fail("EvidenceExpired", args...).RestingOn(basis).Until(changes)
}

// longest gives until when the store that keeps them longest keeps the logs of an instant.
func longest(in control.EnvironmentInput, from time.Time) (until time.Time, where string, forever bool) {
	for _, d := range logs.Of(in.Facts).Destinations(in.Facts, in.Environment.Scope()) {
		if d.Store == nil || d.Store.Unread != "" || d.Store.Fleeting != "" {
			continue
		}
		for _, ns := range d.Namespaces {
			k := d.Store.Kept(ns, d.Tenant)
			if k.Forever {
				return from, d.Store.Ref.String(), true
			}
			if end := from.Add(k.Period); end.After(until) {
				until, where = end, d.Store.Ref.String()
			}
		}
	}
	return until, where, false
}
