package iam

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/access"
	"github.com/tilsyn-dev/tilsyn/internal/derive/workload"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// identities judges the namespaces of one environment.
type identities struct {
	control.EnvironmentInput
	p     *iam02
	limit time.Duration
}

// household is one namespace under judgement.
type household struct {
	*identities
	in       control.NamespaceInput
	accounts map[string]*facts.ServiceAccount
	index    *access.Index
	out      []control.Result
	at       map[facts.Ref]int
	// users are the workloads that have the identity of an account, by accounts with rights.
	users map[string][]facts.Ref
}

func (j *identities) namespace(in control.NamespaceInput, out []control.Result) []control.Result {
	ns := facts.Ref{Kind: "Namespace", Name: in.Namespace}
	if j.Environment.Platform.OwnsNamespace(in.Namespace) {
		return append(out, control.NotApplicable("PlatformNamespace").On(ns))
	}
	h := &household{identities: j, in: in, accounts: map[string]*facts.ServiceAccount{}, index: access.Look(in.Facts), at: map[facts.Ref]int{}, users: map[string][]facts.Ref{}}
	for _, a := range facts.ListIn[facts.ServiceAccount](in.Facts, in.Namespace) {
		h.accounts[a.Name] = a
		if len(a.Cloud) > 0 || len(h.own(a)) > 0 {
			h.users[a.Name] = nil
		}
	}
	missing := slices.Concat(facts.Incomplete[facts.Workload](in.Facts), facts.Incomplete[facts.Pod](in.Facts), facts.Incomplete[facts.Owner](in.Facts))
	unread := h.workloads()
	for _, a := range facts.ListIn[facts.ServiceAccount](in.Facts, in.Namespace) {
		h.account(a, len(missing) == 0 && !unread)
	}
	node, found := h.node()
	if len(missing) > 0 {
		h.out = slices.DeleteFunc(h.out, func(r control.Result) bool {
			return r.Verdict != v1alpha1.VerdictFail && r.Verdict != v1alpha1.VerdictUnknown
		})
		if node.Verdict != v1alpha1.VerdictFail {
			node, found = control.Unreadable(missing...), true // what runs may be another than what is written
		}
	}
	if found {
		h.out = append(h.out, node.On(ns))
	}
	return append(out, h.out...)
}

// add keeps the worst result of a subject.
func (h *household) add(on facts.Ref, r control.Result) {
	r = r.On(on)
	switch i, known := h.at[on]; {
	case !known:
		h.at[on] = len(h.out)
		h.out = append(h.out, r)
	case control.Worse(r.Verdict, h.out[i].Verdict):
		h.out[i] = r
	}
}

// slack is what Kubernetes' own token lives longer than an hour, and a little more.
const slack = 10 * time.Second

// workloads judges templates and the pods that run, and tells whether there are any of which nothing is known.
func (h *household) workloads() (unread bool) {
	for _, w := range facts.ListIn[facts.Workload](h.in.Facts, h.in.Namespace) {
		switch {
		case w.Finished || w.Static:
		case w.Unread:
			unread = true
			h.add(w.Ref, control.Unknown(control.ReasonTemplateUnread, "kind", w.Ref.Kind, "group", w.Ref.Group))
		default:
			h.shape(w.Ref, w.Shape, "", cmp.Or(w.TemplatePath, "spec"))
		}
	}
	roots := workload.RootsIn(h.in.Facts, h.in.Namespace)
	judged := map[*facts.PodShape]facts.Ref{} // most pods of a workload share a shape
	for _, pod := range facts.ListIn[facts.Pod](h.in.Facts, h.in.Namespace) {
		root := roots.Of(pod)
		if pod.Phase.Ended() || judged[pod.Shape] == root || pod.Owner().Kind == "Node" {
			continue
		}
		judged[pod.Shape] = root
		h.shape(root, pod.Shape, pod.Name, "")
	}
	return unread
}

// shape judges a template, or a pod by its name.
func (h *household) shape(on facts.Ref, s *facts.PodShape, pod, path string) {
	account := h.accounts[s.ServiceAccount]
	mounted, cloud := mounts(s, account), account != nil && len(account.Cloud) > 0
	if users, counts := h.users[s.ServiceAccount]; counts && (mounted || cloud) && !slices.Contains(users, on) {
		h.users[s.ServiceAccount] = append(users, on)
	}
	for i := range s.Volumes {
		if life := time.Duration(s.Volumes[i].Token) * time.Second; life > h.limit+slack {
			h.add(on, control.Fail("TokenLivesLong", h.args(s, pod, "volume", s.Volumes[i].Name, "life", life.String(), "limit", h.p.TokenMaxAge,
				"seconds", strconv.Itoa(int(h.limit.Seconds())))...).At(field(path, ".volumes")))
		}
	}
	switch {
	case mounted && h.p.Declared && !h.declared(s.ServiceAccount):
		h.add(on, control.Fail("TokenNotDeclared", h.args(s, pod)...).At(field(path, ".automountServiceAccountToken")))
	case mounted || cloud:
		h.add(on, control.Pass("OwnIdentity"))
	default:
		h.add(on, control.NotApplicable("MountsNone"))
	}
}

func (h *household) args(s *facts.PodShape, pod string, more ...string) []string {
	if pod != "" {
		pod = " in pod " + pod
	}
	return append(more, "account", s.ServiceAccount, "pod", pod, "namespace", h.in.Namespace, "environment", h.Environment.Object.Name)
}

func field(path, name string) string {
	if path == "" {
		return ""
	}
	return path + name
}

// mounts tells whether a token for the API server lies in a pod: the pod's own word comes before that of the account, and a
// volume of its own before both.
func mounts(s *facts.PodShape, a *facts.ServiceAccount) bool {
	if slices.ContainsFunc(s.Volumes, func(v facts.Volume) bool { return v.TokenForAPI }) {
		return true
	}
	if s.Token == facts.TokenDefault {
		return a == nil || a.Automount != facts.TokenNotMounted
	}
	return s.Token == facts.TokenMounted
}

// declared tells whether calls to the API are declared for an account.
func (h *household) declared(account string) bool {
	return slices.ContainsFunc(h.Environment.Object.Spec.APIAccess, func(a v1alpha1.APIAccess) bool {
		return a.Namespace == h.in.Namespace && a.ServiceAccount == account
	})
}

// own gives the grants that name an account itself and give more than everybody has.
func (h *household) own(a *facts.ServiceAccount) (out []*access.Grant) {
	for _, g := range h.index.HeldBy(facts.Subject{Kind: facts.SubjectServiceAccount, Namespace: a.Namespace, Name: a.Name}) {
		if g.Beyond {
			out = append(out, g)
		}
	}
	return out
}

// account judges a service account. Whole: all that uses it is seen.
func (h *household) account(a *facts.ServiceAccount, whole bool) {
	on := facts.Ref{Kind: "ServiceAccount", Namespace: a.Namespace, Name: a.Name}
	grants, users := h.index.OfServiceAccount(a.Namespace, a.Name), h.users[a.Name]
	own := h.own(a)
	by := func(all []*access.Grant) string {
		if len(all) > 0 {
			return all[0].Binding.Ref.String()
		}
		return "an annotation of workload identity"
	}
	args := func(more ...string) []string {
		return append(more, "account", a.Name, "namespace", a.Namespace, "environment", h.Environment.Object.Name)
	}
	if a.Name == "default" {
		if len(grants) > 0 || len(a.Cloud) > 0 {
			h.add(on, control.Fail("DefaultHasRights", args("by", by(grants))...))
		}
	} else if len(users) > 1 && (len(own) > 0 || len(a.Cloud) > 0) {
		var who []string
		for _, u := range users {
			who = append(who, u.String())
		}
		slices.Sort(who)
		h.add(on, control.Fail("AccountShared", args("count", strconv.Itoa(len(who)), "who", strings.Join(who, ", "))...))
	}
	if a.LegacyTokens > 0 && !h.p.LegacyTokens {
		h.add(on, control.Fail("TokenWithoutEnd", args("count", strconv.Itoa(int(a.LegacyTokens)))...).At("secrets"))
	}
	if whole && a.Name != "default" && len(own) > 0 && len(users) == 0 && !h.declared(a.Name) {
		h.add(on, control.Fail("UsedFromElsewhere", args("by", by(own))...))
	}
}
