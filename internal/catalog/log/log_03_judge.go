package log

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/logs"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// auditing judges the audit of the cluster API.
type auditing struct {
	in       control.PlatformInput
	p        *log03
	servers  []*facts.APIServer
	declared *v1alpha1.APIAudit
	attested *v1alpha1.Attestation
	changes  time.Time
}

func judgeAudit(in control.PlatformInput, p *log03) []control.Result {
	if onlyPublic(in.Environments) {
		return []control.Result{control.NotApplicable("LevelNeedsNone")}
	}
	j := &auditing{in: in, p: p, servers: facts.List[facts.APIServer](in.Facts)}
	if o := in.Platform.Object; o != nil && o.Spec.ControlPlane != nil {
		j.declared = o.Spec.ControlPlane.Audit
	}
	j.attested, j.changes = recent(in.Attestations, v1alpha1.AttestAPIAuditLogging, in.Now, period(p.AttestationMaxAge))
	// What is wrong stands; that nothing else is wrong is known only where everything is read.
	r, bad := j.breach()
	if !bad {
		r = j.settled()
	}
	return []control.Result{r.Until(j.changes)}
}

// onlyPublic tells whether nothing in the cluster is above level Public. That there is nothing at all says nothing.
func onlyPublic(all []*control.Environment) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(e *control.Environment) bool {
		return control.AtLeast(e.Levels.Confidentiality, v1alpha1.ConfidentialityInternal)
	})
}

// breach gives the first thing that is certainly wrong.
func (j *auditing) breach() (control.Result, bool) {
	for _, find := range []func() (control.Result, bool){j.contradicted, j.switchedOff, j.saidWrong, j.differing, j.uncollected, j.unauditedWay} {
		if r, found := find(); found {
			return r, true
		}
	}
	return control.Result{}, false
}

// settled gives what holds where nothing is wrong.
func (j *auditing) settled() control.Result {
	missing := slices.Concat(facts.Incomplete[facts.APIServer](j.in.Facts), facts.Incomplete[facts.Role](j.in.Facts), facts.Incomplete[facts.RoleBinding](j.in.Facts))
	switch {
	case len(missing) > 0:
		return control.Unreadable(missing...)
	case j.attested == nil:
		return control.Unknown("NotAttested", "servers", j.seen())
	case j.attested.Spec.APIAudit == nil:
		return control.Unknown("AttestationSilent", "attestation", j.attested.Name)
	}
	audit := j.attested.Spec.APIAudit
	where := audit.Endpoint
	if where == "" && audit.Collector != nil {
		where = collectorName(audit.Collector)
	}
	if where == "" {
		return control.Unknown("DestinationNotAttested", "attestation", j.attested.Name)
	}
	if r, open := j.collectorNotSeen(); open {
		return r
	}
	return control.Pass("Audited", "level", string(audit.Level), "where", where, "attestation", j.attested.Name, "servers", j.seen()).RestingOn(control.Attested)
}

func (j *auditing) seen() string {
	if len(j.servers) == 0 {
		return "no API server shows in the cluster"
	}
	return "the API server has an audit policy, in a file of its node"
}

// contradicted: a control plane that is called managed shows in the cluster.
func (j *auditing) contradicted() (control.Result, bool) {
	o := j.in.Platform.Object
	if len(j.servers) == 0 || o == nil || o.Spec.ControlPlane == nil || o.Spec.ControlPlane.Hosting != "Managed" {
		return control.Result{}, false
	}
	return control.Fail("HostingContradicts", "server", refOf(j.servers[0]).String()).At("spec.controlPlane.hosting").Because(refOf(j.servers[0])), true
}

func refOf(s *facts.APIServer) facts.Ref {
	return facts.Ref{Kind: "Pod", Namespace: s.Namespace, Name: s.Name}
}

// switchedOff: every API server needs a policy and somewhere to write.
func (j *auditing) switchedOff() (control.Result, bool) {
	for _, s := range j.servers {
		switch {
		case s.Flags["audit-policy-file"] == "":
			return control.Fail("NoPolicy", "server", refOf(s).String(), "node", s.Node).Because(refOf(s)), true
		case s.Flags["audit-log-path"] == "" && s.Flags["audit-webhook-config-file"] == "":
			return control.Fail("NoBackend", "server", refOf(s).String(), "node", s.Node).Because(refOf(s)), true
		}
	}
	return control.Result{}, false
}

// saidWrong: what the Platform or an attestation says of the audit is a breach by itself.
func (j *auditing) saidWrong() (control.Result, bool) {
	if r, bad := j.wrong(j.declared, "the Platform, spec.controlPlane.audit"); bad {
		return r.At("spec.controlPlane.audit").RestingOn(control.Declared), true
	}
	if j.attested == nil {
		return control.Result{}, false
	}
	r, bad := j.wrong(j.attested.Spec.APIAudit, "Attestation "+j.attested.Name)
	return r.RestingOn(control.Attested), bad
}

func (j *auditing) wrong(a *v1alpha1.APIAudit, by string) (control.Result, bool) {
	switch {
	case a == nil:
		return control.Result{}, false
	case auditRank(a.Level) < auditRank(j.p.MinLevel):
		return control.Fail("TooLittle", "by", by, "level", string(a.Level), "min", string(j.p.MinLevel)), true
	case a.SecretBodies:
		return control.Fail("SecretsRecorded", "by", by), true
	case len(a.Omits) > 0:
		return control.Fail("LeftOut", "by", by, "omits", strings.Join(a.Omits, ", ")), true
	}
	return control.Result{}, false
}

// differing: the Platform and an attestation say different things.
func (j *auditing) differing() (control.Result, bool) {
	if j.declared == nil || j.attested == nil || j.attested.Spec.APIAudit == nil {
		return control.Result{}, false
	}
	a := j.attested.Spec.APIAudit
	args := func(said, attested string) []string {
		return []string{"said", said, "attested", attested, "attestation", j.attested.Name}
	}
	d := j.declared
	switch {
	case d.Level != a.Level:
		return control.Fail("Contradiction", args("level "+string(d.Level), "level "+string(a.Level))...).At("spec.controlPlane.audit.level"), true
	case d.Endpoint != "" && a.Endpoint != "" && !strings.EqualFold(d.Endpoint, a.Endpoint):
		return control.Fail("Contradiction", args("endpoint "+d.Endpoint, "endpoint "+a.Endpoint)...).At("spec.controlPlane.audit.endpoint"), true
	}
	return control.Result{}, false
}

// stdout is where an API server writes with --audit-log-path=-: the node keeps it as the log of a container.
const stdout = "/var/log/pods"

// file gives where a server's records stand on its node where they leave it by no webhook.
func file(s *facts.APIServer) string {
	switch p := s.Flags["audit-log-path"]; {
	case s.Flags["audit-webhook-config-file"] != "" || p == "":
		return ""
	case p == "-":
		return stdout
	default:
		return path.Clean(p)
	}
}

// uncollected: records in a file of the node that nothing takes away.
func (j *auditing) uncollected() (control.Result, bool) {
	if len(facts.Incomplete[facts.LogAgent](j.in.Facts)) > 0 {
		return control.Result{}, false
	}
	collector, attestedElsewhere := j.collector(), j.attested != nil && j.attested.Spec.APIAudit != nil && j.attested.Spec.APIAudit.Endpoint != ""
	for _, s := range j.servers {
		p := file(s)
		if p == "" {
			continue
		}
		args := []string{"server", refOf(s).String(), "path", p, "node", s.Node}
		if collector == nil {
			if attestedElsewhere || slices.ContainsFunc(facts.List[facts.LogAgent](j.in.Facts), func(a *facts.LogAgent) bool { return logs.SeesFile(a, p) }) {
				continue // somebody may read it, which is attested or to be attested
			}
			return control.Fail("RecordsStayOnNode", args...).Because(refOf(s)), true
		}
		if a := j.agent(collector); a != nil {
			if why := j.cannotRead(a, s, p); why != "" {
				return control.Fail("CollectorCannotRead", append(args, "collector", a.Workload.Ref.String(), "detail", why)...).Because(a.Workload.Ref), true
			}
		}
	}
	return control.Result{}, false
}

// collector is the one that is said to read the file.
func (j *auditing) collector() *v1alpha1.NamespacedName {
	if j.attested != nil && j.attested.Spec.APIAudit != nil && j.attested.Spec.APIAudit.Collector != nil {
		return j.attested.Spec.APIAudit.Collector
	}
	if j.declared != nil {
		return j.declared.Collector
	}
	return nil
}

func collectorName(n *v1alpha1.NamespacedName) string {
	return n.Namespace + "/" + n.Name
}

func (j *auditing) agent(n *v1alpha1.NamespacedName) *facts.LogAgent {
	for _, a := range facts.ListIn[facts.LogAgent](j.in.Facts, n.Namespace) {
		if a.Workload.Ref.Name == n.Name {
			return a
		}
	}
	return nil
}

// cannotRead says why a collector cannot read a file of a server's node, empty where it can.
func (j *auditing) cannotRead(a *facts.LogAgent, s *facts.APIServer, p string) string {
	if !logs.SeesFile(a, p) {
		return "its container mounts nothing of the node that holds " + p
	}
	if a.Workload.Daemon == nil {
		return "it is no DaemonSet, so it runs on some nodes only"
	}
	if node := facts.Get[facts.Node](j.in.Facts, "", s.Node); node != nil {
		switch on := logs.Meant(a.Workload, node); on.Presence {
		case logs.NotTolerated:
			return "it does not tolerate the taint " + on.Taint + " of node " + s.Node
		case logs.NotSelected:
			return "its node selector or affinity leaves node " + s.Node + " out"
		}
	}
	return ""
}

// collectorNotSeen: a collector is named that is not there, or not one that is known.
func (j *auditing) collectorNotSeen() (control.Result, bool) {
	n := j.collector()
	if n == nil {
		return control.Result{}, false
	}
	if missing := facts.Incomplete[facts.LogAgent](j.in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...), true
	}
	if j.agent(n) == nil {
		return control.Unknown("CollectorNotKnown", "collector", collectorName(n)), true
	}
	if missing := facts.Incomplete[facts.Node](j.in.Facts); len(missing) > 0 {
		return control.Unreadable(missing...), true
	}
	return control.Result{}, false
}
