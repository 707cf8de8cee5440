package iam

import (
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/access"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// review judges whether a review of rights is attested in time. Scope is Cluster or Solution; one that is of both counts too.
func (j *people) review(all []*v1alpha1.Attestation, what, about, scope string) control.Result {
	period, err := date.ParsePeriod(j.p.Review)
	if err != nil {
		period = date.Period{} // Validate has refused it
	}
	args := []string{"what", what, "about", about, "scope", scope, "interval", j.p.Review}
	why := ""
	var last *v1alpha1.Attestation
	var changes time.Time
	for _, a := range all {
		from, until, fault := control.AttestationSpan(a)
		if a.Spec.Type != v1alpha1.AttestAccessReview || a.Spec.AccessReview == nil || !reviews(a, scope) {
			continue
		}
		switch {
		case fault != "":
			why = "; " + a.Name + " does not count: " + fault
		case a.Spec.AccessReview.ReviewerCheckedBy == "":
			why = "; in " + a.Name + " nobody reviewed the rights of the reviewer"
		case j.now.Before(from):
			changes = control.Earliest(changes, from)
		case last == nil || last.Spec.Date < a.Spec.Date || last.Spec.Date == a.Spec.Date && a.Name < last.Name:
			last = a
		}
		if j.now.Before(until) {
			changes = control.Earliest(changes, until)
		}
	}
	if last == nil {
		return control.Unknown("NotReviewed", append(args, "why", why)...).Until(changes)
	}
	from, until, _ := control.AttestationSpan(last)
	r := last.Spec.AccessReview
	args = append(args, "date", string(last.Spec.Date), "found", string(r.LeaversRemovedWithin), "limit", j.p.LeaverRemoval)
	limit, _ := date.ParseDuration(j.p.LeaverRemoval) // Validate has read it
	found, err := date.ParseDuration(string(r.LeaversRemovedWithin))
	due := control.Earliest(period.After(from), until)
	switch {
	case !j.now.Before(due):
		return control.Fail("ReviewOverdue", args...).RestingOn(control.Attested).Until(changes)
	case r.LeaversRemovedWithin == "" || err != nil:
		return control.Unknown("LeaversNotStated", args...).Until(due).Until(changes)
	case found > limit:
		return control.Fail("LeaversLate", args...).RestingOn(control.Attested).Until(due).Until(changes)
	}
	return control.Pass("Personal", args...).RestingOn(control.Attested).Until(due).Until(changes)
}

// reviews tells whether an attestation is of a review of a scope. One about the platform is of a solution only where it says
// that it is of both.
func reviews(a *v1alpha1.Attestation, scope string) bool {
	switch is := a.Spec.AccessReview.Scope; scope {
	case "Cluster":
		return a.Spec.About.Platform && (is == "Cluster" || is == "Both")
	default:
		return is == "Both" || is == "Solution" && !a.Spec.About.Platform
	}
}

// factors judges whether it is attested that people of every identity source log in with more than one factor.
func (j *people) factors(all []*v1alpha1.Attestation) control.Result {
	about := slices.DeleteFunc(slices.Clone(all), func(a *v1alpha1.Attestation) bool { return !a.Spec.About.Platform })
	in, changes := control.InForce(about, v1alpha1.AttestMultiFactorAuthentication, j.now)
	if len(sources(j.platform)) == 0 {
		return control.Unknown("SourcesNotDeclared").Until(changes)
	}
	for _, s := range sources(j.platform) {
		if !slices.ContainsFunc(in, func(a *v1alpha1.Attestation) bool { return a.Spec.Target == "" || a.Spec.Target == s.Name }) {
			return control.Unknown("FactorsNotAttested", "source", s.Name).Until(changes)
		}
	}
	return control.Pass("Personal", "what", "the cluster").RestingOn(control.Attested).Until(changes)
}

// comesFrom tells whether a holder is one of an identity source.
func comesFrom(s *v1alpha1.IdentitySource, h facts.Subject) bool {
	if h.Kind == facts.SubjectGroup {
		return s.GroupPrefix != "" && strings.HasPrefix(h.Name, s.GroupPrefix) && len(h.Name) > len(s.GroupPrefix)
	}
	return strings.HasPrefix(h.Name, s.UserPrefix) && strings.HasSuffix(h.Name, s.UserSuffix) && len(h.Name) > len(s.UserPrefix)+len(s.UserSuffix)
}

// impersonal tells a name that is no person's.
func impersonal(p *control.Platform, name string) bool {
	for _, s := range sources(p) {
		name = strings.TrimPrefix(name, s.UserPrefix)
	}
	name, _, _ = strings.Cut(name, "@")
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("-_.+0123456789", r) })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(roles, w) })
}

// roles are what accounts are called that several people share, in English and Danish, never changed.
var roles = []string{
	"admin", "administrator", "admins", "root", "superuser", "operator", "operators", "operations", "ops", "devops", "support", "helpdesk", "servicedesk", "team", "shared", "common", "generic",
	"test", "tester", "user", "users", "developer", "developers", "dev", "service", "svc", "system", "sysadmin", "kubernetes", "cluster", "backup", "guest", "demo", "bot", "ci", "deploy", "deployer", "oncall",
	"drift", "vagt", "vagten", "bruger", "faelles", "fælles", "konsulent", "leverandør", "leverandor",
}

// isPerson tells whether a certificate may be a person's, and one to log in with: those of nodes and of the control plane are
// none, and what other signers sign is mostly for servers. To be called system: makes nobody a program.
func (j *people) isPerson(c *facts.CertificateRequest) bool {
	if access.ControlPlane(facts.Subject{Kind: facts.SubjectUser, Name: c.User}) {
		return false
	}
	holders := []facts.Subject{{Kind: facts.SubjectUser, Name: c.User}}
	for _, g := range c.Groups {
		holders = append(holders, facts.Subject{Kind: facts.SubjectGroup, Name: g})
	}
	return c.Signer == "kubernetes.io/kube-apiserver-client" || slices.Contains(c.Groups, access.GroupMasters) ||
		slices.ContainsFunc(holders, func(h facts.Subject) bool { return len(j.index.HeldBy(h)) > 0 })
}
