package iam

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/access"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// rights judges bindings.
type rights struct {
	p        *iam01
	platform *control.Platform
	facts    facts.View
	index    *access.Index
	// whole is true where a cluster is seen, so that what is not there does not exist.
	whole bool
}

func newRights(v facts.View, platform *control.Platform, p *iam01) *rights {
	whole := !slices.ContainsFunc(facts.Sources[facts.CertificateRequest](v), func(s facts.SourceState) bool { return s.Condition == facts.SourceNotObservable })
	return &rights{p: p, platform: platform, facts: v, index: access.Look(v), whole: whole}
}

// judgeClusterRights judges what holds everywhere, once for all environments.
func judgeClusterRights(in control.PlatformInput, p *iam01) []control.Result {
	j := newRights(in.Facts, in.Platform, p)
	var out []control.Result
	for _, b := range facts.ListIn[facts.RoleBinding](in.Facts, "") {
		if r := j.binding(b); r.Verdict != v1alpha1.VerdictPass {
			out = append(out, r)
		}
	}
	for _, c := range facts.List[facts.CertificateRequest](in.Facts) {
		out = masters(out, c, in.Now)
	}
	if len(out) == 0 {
		out = append(out, control.Pass("LeastRights"))
	}
	return out
}

// masters adds a finding about a client certificate that skips RBAC.
func masters(out []control.Result, c *facts.CertificateRequest, now time.Time) []control.Result {
	over := c.Denied || !c.Approved && !c.Issued || c.Issued && !c.NotAfter.IsZero() && !now.Before(c.NotAfter)
	in := slices.Contains(c.Groups, access.GroupMasters)
	if over || !in && !c.Unread {
		return out
	}
	end := "a time that is not known"
	if !c.NotAfter.IsZero() {
		end = c.NotAfter.Format("2006-01-02 15:04 MST")
	}
	args := []string{"requester", c.Requester, "user", c.User, "signer", c.Signer, "end", end, "name", c.Name}
	r := control.Unknown("RequestUnread", args...)
	if in {
		r = control.Fail("MastersCertificate", args...)
	}
	return append(out, r.On(facts.Ref{Group: "certificates.k8s.io", Kind: "CertificateSigningRequest", Name: c.Name}).Until(c.NotAfter))
}

// judgeRights judges the bindings of an environment's namespaces, and what holds everywhere as the Platform's.
func judgeRights(in control.EnvironmentInput, p *iam01) []control.Result {
	j := newRights(in.Facts, in.Environment.Platform, p)
	var out []control.Result
	bindings := slices.Clone(facts.ListIn[facts.RoleBinding](in.Facts, ""))
	for _, ns := range in.Environment.Scope() {
		if j.platform.OwnsNamespace(ns) {
			continue
		}
		local := facts.ListIn[facts.RoleBinding](in.Facts, ns)
		bindings = append(bindings, local...)
		for _, b := range local {
			if r := j.binding(b); r.Verdict != v1alpha1.VerdictPass {
				out = append(out, r)
			}
		}
	}
	if p.ExecAllowed { // the Platform is judged by the highest level there is
		in.OnPlatform = slices.DeleteFunc(slices.Clone(in.OnPlatform), func(r control.Result) bool { return r.Reason == "StandingExec" })
		if len(in.OnPlatform) == 0 {
			in.OnPlatform = []control.Result{control.Pass("LeastRights").On(j.platform.Ref())}
		}
	}
	own, inherited := j.admins(bindings), in.Inherited()
	if control.Worse(inherited.Verdict, own.Verdict) {
		own = inherited
	}
	return append(out, own)
}

// interactive are the rights by which one runs commands in pods or reaches into them.
var interactive = access.SetOf(v1alpha1.RightExec, v1alpha1.RightAttach, v1alpha1.RightPortForward, v1alpha1.RightEphemeralContainers)

// binding judges one binding: the worst that can be said of it.
func (j *rights) binding(b *facts.RoleBinding) control.Result {
	g := j.index.Of(b)
	worst := control.Pass("LeastRights").On(b.Ref)
	for i, h := range g.Holders {
		if systemPart(j.platform, h) {
			continue
		}
		r := j.holder(g, h).On(b.Ref).At("subjects[" + strconv.Itoa(i) + "]")
		if control.Worse(r.Verdict, worst.Verdict) {
			worst = r
		}
	}
	return worst
}

func (j *rights) holder(g *access.Grant, h facts.Subject) control.Result {
	args := func(rights access.Rights) []string {
		return []string{"holder", access.Text(h), "rights", rights.String(), "place", place(g.Binding), "role", g.Binding.Role.String(), "resource", typed(g.Binding.Ref)}
	}
	justified, standing := j.justified(g, h)
	open := g.Rights &^ justified
	switch {
	case !g.Known && j.whole:
		return control.Pass("LeastRights") // a role that is not there gives nothing; once it is there it is judged
	case !g.Known:
		return control.Unknown("RoleNotSeen", args(0)...)
	case access.Everybody(h) && g.Beyond:
		return control.Fail("EverybodyHasRights", args(g.Rights)...)
	case j.whole && g.Beyond && j.missing(h):
		return control.Fail("HolderMissing", args(g.Rights)...)
	case open != 0:
		return control.Fail("NotJustified", args(open)...)
	case !j.p.ExecAllowed && (g.Rights & standing).Has(interactive):
		return control.Fail("StandingExec", args(g.Rights&standing&interactive)...)
	}
	return control.Pass("LeastRights")
}

// missing tells whether a holder is a service account that does not exist. Every namespace has the account default.
func (j *rights) missing(h facts.Subject) bool {
	return h.Kind == facts.SubjectServiceAccount && facts.Get[facts.ServiceAccount](j.facts, h.Namespace, h.Name) == nil
}

// justified gives the rights of a grant that the Platform justifies for a holder, and those of them that it may hold at all
// times.
func (j *rights) justified(g *access.Grant, h facts.Subject) (all, standing access.Rights) {
	for i := range entries(j.platform) {
		e := &entries(j.platform)[i]
		if !about(e, h) || !covers(e, g.Binding.Ref.Namespace) {
			continue
		}
		set := access.SetOf(e.Rights...)
		if set.Has(access.SetOf(v1alpha1.RightClusterAdmin)) {
			set = ^access.Rights(0)
		}
		all |= set
		if !e.BreakGlass {
			standing |= set
		}
	}
	return all, standing
}

// covers tells whether an entry holds in a namespace; in all of them only where it names none.
func covers(e *v1alpha1.PrivilegedSubject, namespace string) bool {
	if len(e.Namespaces) == 0 {
		return true
	}
	return namespace != "" && slices.ContainsFunc(e.Namespaces, func(p v1alpha1.NamespacePattern) bool { return control.MatchesNamespace(p, namespace) })
}

// administrative are the rights by which one gets every other.
var administrative = access.SetOf(v1alpha1.RightClusterAdmin, v1alpha1.RightEscalate, v1alpha1.RightBind, v1alpha1.RightNodeProxy,
	v1alpha1.RightApproveCertificates, v1alpha1.RightEditAdmission)

// admins counts the people who are administrators by the bindings.
func (j *rights) admins(bindings []*facts.RoleBinding) control.Result {
	if j.p.MaxAdmins == 0 {
		return control.Pass("LeastRights")
	}
	var holders []facts.Subject
	for _, b := range bindings {
		g := j.index.Of(b)
		if !g.Rights.Has(administrative) && !assigns(g) {
			continue
		}
		for _, h := range g.Holders {
			if h.Kind != facts.SubjectServiceAccount && access.NamespaceOf(h) == "" && !systemPart(j.platform, h) && !access.Everybody(h) && !slices.Contains(holders, h) {
				holders = append(holders, h)
			}
		}
	}
	slices.SortFunc(holders, func(a, b facts.Subject) int { return strings.Compare(access.Text(a), access.Text(b)) })
	count, unknown := 0, ""
	var who []string
	for _, h := range holders {
		n, known := j.members(h)
		count += n
		if !known && unknown == "" {
			unknown = access.Text(h)
		}
		who = append(who, access.Text(h))
	}
	switch {
	case count > j.p.MaxAdmins:
		return control.Fail("TooManyAdmins", "count", strconv.Itoa(count), "limit", strconv.Itoa(j.p.MaxAdmins), "who", strings.Join(who, ", "))
	case unknown != "":
		return control.Unknown("MembersNotKnown", "holder", unknown)
	}
	return control.Pass("LeastRights")
}

// assigns tells whether a grant lets one give rights in a namespace, as the role admin does.
func assigns(g *access.Grant) bool {
	return slices.ContainsFunc(g.Rules, func(r facts.Rule) bool {
		return r.Allows("create", "rbac.authorization.k8s.io", "rolebindings", "")
	})
}

// members counts the people that a holder is.
func (j *rights) members(h facts.Subject) (int, bool) {
	if h.Kind == facts.SubjectUser {
		return 1, true
	}
	for _, e := range entries(j.platform) {
		if about(&e, h) && e.Members != nil {
			return int(*e.Members), true
		}
	}
	return 1, false
}
