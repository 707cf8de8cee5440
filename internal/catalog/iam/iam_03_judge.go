package iam

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/access"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// people judges who reaches the cluster.
type people struct {
	p        *iam03
	platform *control.Platform
	facts    facts.View
	index    *access.Index
	now      time.Time
	// environment that bindings are of, nil for those of the whole cluster.
	environment *control.Environment
}

// judgeClusterAccess judges what holds for the whole cluster, once for all environments.
func judgeClusterAccess(in control.PlatformInput, p *iam03) []control.Result {
	j := &people{p: p, platform: in.Platform, facts: in.Facts, index: access.Look(in.Facts), now: in.Now}
	out := j.bindings("", nil)
	for _, c := range facts.List[facts.CertificateRequest](in.Facts) {
		out = j.certificate(c, out)
	}
	own := j.review(in.Attestations, "the cluster", "about the platform", "Cluster")
	return append(out, worst(j.factors(in.Attestations), own))
}

// judgeAccess judges bindings and the review of an environment, and what holds for the whole cluster as the Platform's.
func judgeAccess(in control.EnvironmentInput, p *iam03) []control.Result {
	j := &people{p: p, platform: in.Environment.Platform, facts: in.Facts, index: access.Look(in.Facts), now: in.Now, environment: in.Environment}
	var out []control.Result
	for _, ns := range in.Environment.Scope() {
		if !j.platform.OwnsNamespace(ns) {
			out = j.bindings(ns, out)
		}
	}
	name := in.Environment.Solution.Object.Name
	own := j.review(in.Environment.Attestations, "access to solution "+name, "about solution "+name, "Solution")
	return append(out, worst(in.Inherited(), own))
}

// worst gives the worst of some results, until any of them changes by itself. The first of equals is given.
func worst(all ...control.Result) control.Result {
	out := all[0]
	for _, r := range all[1:] {
		if control.Worse(r.Verdict, out.Verdict) {
			r.ValidUntil = control.Earliest(r.ValidUntil, out.ValidUntil)
			out = r
		}
		out = out.Until(r.ValidUntil)
	}
	return out.For(v1alpha1.PartyProvider)
}

// bindings judges those of a namespace, or of the whole cluster, and gives what is wrong or not known. What is right by itself
// for a time counts too.
func (j *people) bindings(namespace string, out []control.Result) []control.Result {
	for _, b := range facts.ListIn[facts.RoleBinding](j.facts, namespace) {
		g := j.index.Of(b)
		found := control.Pass("Personal", "what", "it")
		for i, h := range g.Holders {
			if systemPart(j.platform, h) || access.Everybody(h) || !g.Beyond {
				continue
			}
			found = worst(found, j.holder(g, h).At("subjects["+strconv.Itoa(i)+"]"))
		}
		if found.Verdict != v1alpha1.VerdictPass || !found.ValidUntil.IsZero() {
			out = append(out, found.On(b.Ref))
		}
	}
	return out
}

func (j *people) holder(g *access.Grant, h facts.Subject) control.Result {
	args := []string{"holder", access.Text(h), "resource", typed(g.Binding.Ref), "role", g.Binding.Role.String()}
	r := j.lasting(g, h, args)
	if r.Verdict != v1alpha1.VerdictPass {
		return r
	}
	switch {
	case h.Kind == facts.SubjectServiceAccount:
		return worst(r, j.account(h, args))
	case strings.HasPrefix(h.Name, "system:"): // a program that the control plane knows by a certificate, or all of a namespace
		return r
	case len(sources(j.platform)) == 0:
		return worst(r, control.Unknown("SourcesNotDeclared"))
	case h.Kind == facts.SubjectGroup && !slices.ContainsFunc(sources(j.platform), func(s v1alpha1.IdentitySource) bool { return s.GroupPrefix != "" }):
		return worst(r, control.Unknown("GroupNotKnown", args...))
	case !slices.ContainsFunc(sources(j.platform), func(s v1alpha1.IdentitySource) bool { return comesFrom(&s, h) }):
		return worst(r, control.Fail("NoSource", args...))
	case h.Kind == facts.SubjectUser && impersonal(j.platform, h.Name):
		return worst(r, control.Fail("SharedName", args...))
	}
	return r
}

// account judges a service account of the environment that has rights there and that no program runs as.
func (j *people) account(h facts.Subject, args []string) control.Result {
	pass := control.Pass("Personal", "what", "it")
	if j.environment == nil || !slices.Contains(j.environment.Scope(), h.Namespace) || h.Name == "default" {
		return pass
	}
	for _, e := range entries(j.platform) {
		if about(&e, h) {
			return pass
		}
	}
	for _, a := range j.environment.Object.Spec.APIAccess {
		if a.Namespace == h.Namespace && a.ServiceAccount == h.Name {
			return pass
		}
	}
	for _, w := range facts.ListIn[facts.Workload](j.facts, h.Namespace) {
		if w.Unread || w.Shape != nil && w.Shape.ServiceAccount == h.Name {
			return pass
		}
	}
	if missing := facts.Incomplete[facts.Workload](j.facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	return control.Fail("AccountOfNoProgram", append(args, "namespace", h.Namespace, "account", h.Name, "environment", j.environment.Object.Name)...)
}

// lasting judges how long a binding lasts: always where it says when it ends, and as it must say for emergencies.
func (j *people) lasting(g *access.Grant, h facts.Subject, args []string) control.Result {
	emergency := slices.ContainsFunc(entries(j.platform), func(e v1alpha1.PrivilegedSubject) bool {
		return e.BreakGlass && about(&e, h) && covers(&e, g.Binding.Ref.Namespace)
	})
	text, said := g.Binding.Annotations[v1alpha1.AnnotationExpiresAt]
	if !said && !emergency {
		return control.Pass("Personal", "what", "it")
	}
	limit, _ := date.ParseDuration(j.p.BreakGlassMax) // Validate has read it
	end, err := time.Parse(time.RFC3339, text)
	begin, controller := g.Binding.CreatedAt.Time(), g.Binding.Controller
	args = append(args, "begin", begin.Format(minute), "end", end.UTC().Format(minute), "limit", j.p.BreakGlassMax, "controller", controller.String())
	switch {
	case !said:
		return control.Fail("NoExpiry", args...)
	case err != nil:
		return control.Fail("EndUnreadable", append([]string{"end", text}, args...)...)
	case !j.now.Before(end):
		return control.Fail("Expired", args...)
	case !emergency:
		return control.Pass("Personal", "what", "it").Until(end)
	case !controller.IsZero():
		return control.Fail("RenewedByItself", args...).Until(end)
	case !begin.IsZero() && end.Sub(begin) > limit:
		return control.Fail("LastsTooLong", args...).Until(end)
	case g.Binding.Annotations[v1alpha1.AnnotationReference] == "":
		return control.Fail("NoReference", args...).Until(end)
	}
	return control.Pass("Personal", "what", "it").Until(end)
}

const minute = "2006-01-02 15:04 MST"

// certificate judges a client certificate of a person.
func (j *people) certificate(c *facts.CertificateRequest, out []control.Result) []control.Result {
	limit, _ := date.ParseDuration(j.p.ClientCertMax) // Validate has read it
	over := c.Denied || !c.Approved && !c.Issued || !c.NotAfter.IsZero() && !j.now.Before(c.NotAfter)
	if over || !c.Unread && !j.isPerson(c) {
		return out
	}
	life, text := c.Lifetime, c.Lifetime.String()
	if !c.NotAfter.IsZero() {
		life = c.NotAfter.Sub(c.NotBefore)
		text = life.String()
	} else if life == 0 {
		life, text = math.MaxInt64, "as long as the signer likes"
	}
	args := []string{"requester", c.Requester, "user", c.User, "signer", c.Signer, "life", text, "limit", j.p.ClientCertMax, "name", c.Name}
	r := control.Fail("LongCertificate", args...)
	const backdated = 10 * time.Minute // signers set the beginning back a little
	switch {
	case c.Unread:
		r = control.Unknown("CertificateUnread", args...)
	case life <= limit+backdated:
		return out
	}
	return append(out, r.On(facts.Ref{Group: "certificates.k8s.io", Kind: "CertificateSigningRequest", Name: c.Name}).Until(c.NotAfter).For(v1alpha1.PartyProvider))
}
