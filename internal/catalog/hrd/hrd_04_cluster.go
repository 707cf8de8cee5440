package hrd

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/derive/versions"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/support"
)

// poolLabels name the pool of a node.
var poolLabels = []string{"eks.amazonaws.com/nodegroup", "cloud.google.com/gke-nodepool", "kubernetes.azure.com/agentpool", "karpenter.sh/nodepool",
	"node.cluster.x-k8s.io/node-pool", "topology.cluster.x-k8s.io/deployment-name"}

// clusterJudge judges versions of the cluster, each thing once.
type clusterJudge struct {
	facts    facts.View
	now      time.Time
	platform *control.Platform
	p        *hrd04
	warn     date.Period
	calendar versions.Calendar
	patched  []*v1alpha1.Attestation
	changes  time.Time
}

func newClusterJudge(v facts.View, now time.Time, platform *control.Platform, attestations []*v1alpha1.Attestation, p *hrd04) *clusterJudge {
	about := slices.DeleteFunc(slices.Clone(attestations), func(a *v1alpha1.Attestation) bool { return !a.Spec.About.Platform })
	warn, err := date.ParsePeriod(p.WarnBeforeEnd)
	if err != nil {
		warn = date.Period{} // Validate has refused it
	}
	j := &clusterJudge{facts: v, now: now, platform: platform, p: p, warn: warn, calendar: versions.CalendarOf(platform.Object)}
	j.patched, j.changes = control.InForce(about, v1alpha1.AttestNodePatching, now)
	return j
}

// judgePlatformVersions gives each node and add-on with a fault its own result.
func judgePlatformVersions(in control.PlatformInput, p *hrd04) []control.Result {
	j := newClusterJudge(in.Facts, in.Now, in.Platform, facts.List[v1alpha1.Attestation](in.Facts), p)
	all, until := j.all()
	faults := slices.DeleteFunc(slices.Clone(all), func(r control.Result) bool { return r.Verdict == v1alpha1.VerdictPass })
	if len(faults) == 0 {
		return []control.Result{j.nothingWrong(all).Until(until)}
	}
	for i := range faults {
		faults[i] = faults[i].Until(until)
	}
	return faults
}

// judgeVersions gives the environment what is worst of the cluster, and the workloads that run another version of a component
// than is declared.
func judgeVersions(in control.EnvironmentInput, p *hrd04) []control.Result {
	j := newClusterJudge(in.Facts, in.Now, in.Environment.Platform, in.Environment.Attestations, p)
	all, until := j.all()
	worst := slices.MaxFunc(append(all, control.Pass("Supported")), func(a, b control.Result) int { return cmp.Compare(weight(a), weight(b)) })
	if worst.Verdict == v1alpha1.VerdictPass {
		return append(differing(in), j.nothingWrong(all).Until(until))
	}
	others := -1
	for _, r := range all {
		if r.Verdict == worst.Verdict {
			others++
		}
	}
	if others > 0 {
		worst.Args = slices.Clone(worst.Args)
		if i := slices.IndexFunc(worst.Args, func(a control.Arg) bool { return a.Name == "others" }); i >= 0 {
			worst.Args[i].Value = fmt.Sprintf(" %d more of the cluster: kubectl get platform cluster -o yaml.", others)
		}
	}
	cause := worst.Subject
	if cause.IsZero() {
		cause = j.platform.Ref()
	}
	return append(differing(in), worst.On(facts.Ref{}).Because(cause).Until(until))
}

func weight(r control.Result) int {
	return slices.Index([]v1alpha1.Verdict{v1alpha1.VerdictPass, v1alpha1.VerdictUnknown, v1alpha1.VerdictFail}, r.Verdict)
}

// nothingWrong passes, with what ends soon.
func (j *clusterJudge) nothingWrong(all []control.Result) control.Result {
	for _, r := range all {
		if r.Reason == "EndsSoon" {
			return r.On(facts.Ref{})
		}
	}
	return control.Pass("Supported")
}

// all judges API servers, nodes and add-ons: at most one result for each, passes only where they say something. Until is the
// next instant at which any of them changes.
func (j *clusterJudge) all() (out []control.Result, until time.Time) {
	servers := versions.Servers(j.facts)
	if len(servers) == 0 {
		out = append(out, control.Unknown("ServerNotSeen"))
	}
	nodes := versions.Nodes(j.facts)
	for _, s := range servers {
		if !s.Kubelet { // a kubelet is judged as that of its node
			out = append(out, j.server(s, servers[len(servers)-1]))
		}
	}
	for _, n := range nodes {
		out = append(out, j.node(n, servers))
	}
	for _, a := range facts.List[facts.AddOn](j.facts) {
		end, known := j.calendar.Ends(a.Product, a.Version)
		out = append(out, j.supported(a.Product+" in "+a.Ref.String(), support.Product{Name: a.Product, Version: cmp.Or(a.Version, "not said")}, end, known).On(a.Ref))
	}
	if missing := slices.Concat(facts.Incomplete[facts.APIServer](j.facts), facts.Incomplete[facts.AddOn](j.facts)); len(missing) > 0 {
		out = append(out, control.Unreadable(missing...))
	}
	for _, r := range out {
		until = control.Earliest(until, r.ValidUntil)
	}
	return slices.DeleteFunc(out, func(r control.Result) bool { return r.Reason == "Supported" }), control.Earliest(until, j.changes)
}

func (j *clusterJudge) server(s, newest versions.Server) control.Result {
	end, known := j.calendar.Kubernetes(s.Version)
	what := "API server " + s.Ref.Name
	upstream, _ := support.Kubernetes(s.Version)
	r := j.supported(what, upstream, end, known)
	if r.Verdict != v1alpha1.VerdictFail && behind(s.Version, newest.Version) > 1 {
		r = skew(what, s.Version, newest.Version, "API servers are at most one minor version apart", s.Ref).Until(r.ValidUntil)
	}
	return r.On(s.Ref)
}

// node judges what a node runs; what is worst comes first.
func (j *clusterJudge) node(n *facts.Node, servers []versions.Server) control.Result {
	ref := facts.Ref{Kind: "Node", Name: n.Name}
	upstream, _ := support.Kubernetes(n.Kubelet)
	end, known := j.calendar.Kubernetes(n.Kubelet)
	system, runtime := support.OperatingSystem(n.OSImage), support.Runtime(n.Runtime)
	results := []control.Result{j.supported("The kubelet of node "+n.Name, upstream, end, known), j.skewed(n, servers)}
	for _, part := range []struct {
		what string
		support.Product
	}{{"The operating system of node " + n.Name, system}, {"The container runtime of node " + n.Name, runtime}} {
		end, known := j.calendar.Ends(part.Name, part.Version)
		results = append(results, j.supported(part.what, part.Product, end, known))
	}
	results = append(results, j.renewed(n))
	worst, until := results[0], time.Time{}
	for _, r := range results {
		until = control.Earliest(until, r.ValidUntil)
		if weight(r) > weight(worst) || worst.Reason == "Supported" && r.Reason == "EndsSoon" {
			worst = r
		}
	}
	return worst.Until(until).On(ref)
}

// supported judges a version by the end of its support.
func (j *clusterJudge) supported(what string, p support.Product, end support.End, known bool) control.Result {
	args := func(more ...string) []string { // made only where there is something to say
		return append([]string{"what", what, "object", what, "product", cmp.Or(p.Name, "its-name"), "version", cmp.Or(p.Version, "not said"), "ends", end.Ends.String(), "source", end.Source}, more...)
	}
	basis := control.Observed
	if end.Declared {
		basis = control.Declared
	}
	switch {
	case !known:
		return control.Unknown("VersionNotKnown", args("why", "until when "+cmp.Or(p.Name, "it")+" is supported in that version is not known", "others", "")...)
	case !j.now.Before(end.Ends.End()):
		return control.Fail("VersionEnded", args("others", "")...).RestingOn(basis)
	case end.Ends.Precision() != date.Day && !j.now.Before(end.Ends.First()):
		return control.Unknown("VersionNotKnown", args("why", "its support ends some day in "+end.Ends.String(), "others", "")...).Until(end.Ends.End())
	}
	first := end.Ends.End()
	if end.Ends.Precision() != date.Day {
		first = end.Ends.First()
	}
	soon := j.warn.Before(end.Ends.First())
	if j.now.Before(soon) {
		return control.Pass("Supported").Until(soon).RestingOn(basis)
	}
	return control.Pass("EndsSoon", args()...).Until(first).RestingOn(basis)
}

// skewed compares a kubelet with the API servers.
func (j *clusterJudge) skewed(n *facts.Node, servers []versions.Server) control.Result {
	if len(servers) == 0 {
		return control.Pass("Supported")
	}
	ref, what := facts.Ref{Kind: "Node", Name: n.Name}, "The kubelet of node "+n.Name
	oldest, newest := servers[0].Version, servers[len(servers)-1].Version
	switch {
	case !servers[0].Kubelet && behind(oldest, n.Kubelet) > 0:
		return skew(what, n.Kubelet, oldest, "a kubelet is never newer", ref)
	case behind(n.Kubelet, newest) > 3:
		return skew(what, n.Kubelet, newest, "a kubelet is at most three minor versions older", ref)
	}
	return control.Pass("Supported")
}

func skew(what, version, server, rule string, object facts.Ref) control.Result {
	return control.Fail("VersionSkew", "what", what, "version", version, "server", server, "rule", rule, "object", object.String(), "others", "")
}

// behind counts the minor versions that one is behind another.
func behind(version, of string) int {
	major, minor, ok := support.Minor(version)
	ofMajor, ofMinor, ok2 := support.Minor(of)
	if !ok || !ok2 || major != ofMajor {
		return 0
	}
	return ofMinor - minor
}

// renewed judges when a node was made, or attested as patched in place.
func (j *clusterJudge) renewed(n *facts.Node) control.Result {
	if j.p.NodeMaxAge == 0 {
		return control.Pass("Supported")
	}
	since, basis := n.CreatedAt, control.Observed
	for _, a := range j.patched {
		target := a.Spec.Target
		mine := target == "" || target == n.Name || slices.ContainsFunc(poolLabels, func(l string) bool { return n.Labels[l] == target })
		if from, _, _ := control.AttestationSpan(a); mine && from.After(since) {
			since, basis = from, control.Attested
		}
	}
	allowed := date.Period{Days: j.p.NodeMaxAge}.After(since)
	if j.now.Before(allowed) {
		return control.Pass("Supported").Until(allowed).RestingOn(basis)
	}
	if missing := facts.Incomplete[v1alpha1.Attestation](j.facts); len(missing) > 0 {
		return control.Unreadable(missing...)
	}
	return control.Fail("NodeNotRenewed", "what", "Node "+n.Name, "since", since.UTC().Format(time.DateOnly), "days", fmt.Sprint(j.p.NodeMaxAge), "others", "").RestingOn(basis)
}
