package log

import (
	"cmp"
	"slices"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// heldBack: evidence that is held for an incident is kept, whatever the maximum says.
func (j *retention) heldBack(r control.Result) control.Result {
	if r.Reason != "KeptTooLong" && r.Reason != "KeptForever" && r.Reason != "EnforcementOff" {
		return r
	}
	if missing := facts.Incomplete[v1alpha1.SecurityIncident](j.in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	if j.incident == "" {
		return r
	}
	return control.Pass("HeldAsEvidence", "store", argument(r, "store"), "max", j.p.MaxRetention, "incident", j.incident).RestingOn(control.Declared)
}

func argument(r control.Result, name string) string {
	i := slices.IndexFunc(r.Args, func(a control.Arg) bool { return a.Name == name })
	if i < 0 {
		return ""
	}
	return r.Args[i].Value
}

// held gives an incident of the environment or its solution whose evidence is held now.
func (j *retention) held() (incident string) {
	env := j.in.Environment
	for _, i := range facts.List[v1alpha1.SecurityIncident](j.in.Facts) {
		hold := i.Spec.EvidenceHold
		if hold == nil || !slices.Contains(i.Spec.Solutions, env.Solution.Object.Name) && !slices.Contains(i.Spec.Environments, env.Object.Name) {
			continue
		}
		since, ok := hold.Since.Time()
		until, ends := hold.Until.Time()
		switch {
		case !ok || ends && !j.in.Now.Before(until):
		case j.in.Now.Before(since):
			j.changes = control.Earliest(j.changes, since)
		default:
			incident = cmp.Or(incident, i.Name)
			if ends {
				j.changes = control.Earliest(j.changes, until)
			}
		}
	}
	return incident
}
