package log

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// LOG03 judges on the Platform whether use of the cluster API is audited; environments inherit that, and each asks how long
// the records are kept at its own level.
var LOG03 = control.Define(control.Meta{
	ID: "LOG-03", Title: "Use of the cluster API is audited", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "The API server records at least who did what and when for changes, access to Secrets, interactive access and access control, for all namespaces of the solution; " +
		"the records leave the control plane and are kept as LOG-02 demands.",
	Why: "Whoever administers the cluster can read and change everything in it. Without the audit of the API server nobody can tell who it was, and an intruder who becomes administrator leaves no trace.",
	NotSeen: "What the audit policy says, which is a file on the control plane nodes: its levels, omitted stages, and whether it records changes of access control with request and response (attested); " +
		"how many records were lost (watch apiserver_audit_error_total by an alert, LOG-05); whether the store keeps the impersonated user beside the real one.",
	ISO:  []string{"8.15 Logging", "8.2 Privileged access rights"},
	GDPR: []string{"32", "5(2)"},
	Evidence: []string{"static pods of kube-apiserver: --audit-policy-file, --audit-log-path, --audit-webhook-config-file", "log collectors: volumes of the node, node selector, affinity, tolerations",
		"ClusterRoles and ClusterRoleBindings that allow nodes/proxy", "Platform spec.controlPlane, spec.access.privileged", "Attestations APIAuditLogging (at most 12 months old), LogRetention and LogProtection"},
	Reasons: log03Reasons,
}, control.Parameters[log03]{Defaults: log03Defaults, Validate: log03Validate}, control.Rules[log03]{
	Platform: &control.PlatformRule[log03]{
		Needs: []control.Need{control.SeesAll[facts.APIServer](), control.SeesAll[facts.Role](), control.SeesAll[facts.RoleBinding](),
			control.SeesAll[facts.LogAgent](), control.SeesAll[facts.Node]()},
		Judge: judgeAudit,
	},
	Environment: &control.EnvironmentRule[log03]{Inherits: true, Judge: judgeAuditKept},
})

// log03 are the parameters of LOG-03.
type log03 struct {
	// Required: the solution's level needs the audit; from Internal upwards always.
	Required bool `json:"required"`
	// MinLevel of the records: Metadata, Request or RequestResponse.
	MinLevel v1alpha1.APIAuditLevel `json:"minLevel"`
	// AttestationMaxAge is how old an attestation may be, at most 12mo.
	AttestationMaxAge string `json:"attestationMaxAge"`
	// MinRetention is the least time that records are kept, as for LOG-02.
	MinRetention string `json:"minRetention"`
}

func log03Defaults(l control.Levels) log03 {
	return log03{Required: control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal), MinLevel: v1alpha1.APIAuditMetadata,
		AttestationMaxAge: "12mo", MinRetention: log02Defaults(l).MinRetention}
}

func log03Validate(p log03, l control.Levels) error {
	if !p.Required && control.AtLeast(l.Confidentiality, v1alpha1.ConfidentialityInternal) {
		return fmt.Errorf("required: must be true at level %s", l.Confidentiality)
	}
	if auditRank(p.MinLevel) < auditRank(v1alpha1.APIAuditMetadata) {
		return fmt.Errorf("minLevel: %q is none of Metadata, Request and RequestResponse", p.MinLevel)
	}
	if err := atMost("attestationMaxAge", p.AttestationMaxAge, 366); err != nil {
		return err
	}
	least, err := date.ParsePeriod(p.MinRetention)
	if err != nil {
		return fmt.Errorf("minRetention: %w", err)
	}
	shortest, _ := span(least)
	if year, _ := span(period(leastRetention)); p.Required && shortest < year {
		return fmt.Errorf("minRetention: %s is less than %s", p.MinRetention, leastRetention)
	}
	return nil
}

// auditRank orders levels of audit; one that is not known is below all.
func auditRank(l v1alpha1.APIAuditLevel) int {
	return slices.Index([]v1alpha1.APIAuditLevel{v1alpha1.APIAuditNone, v1alpha1.APIAuditMetadata, v1alpha1.APIAuditRequest, v1alpha1.APIAuditRequestResponse}, l)
}

// recent gives the newest attestation of a type about the platform that is young enough, and when that changes.
func recent(all []*v1alpha1.Attestation, typ v1alpha1.AttestationType, now time.Time, maxAge date.Period) (att *v1alpha1.Attestation, changes time.Time) {
	in, changes := control.InForce(all, typ, now)
	for _, a := range in {
		if !a.Spec.About.Platform {
			continue
		}
		from, _, _ := control.AttestationSpan(a)
		if ends := maxAge.After(from); now.Before(ends) {
			return a, control.Earliest(changes, ends)
		}
	}
	return nil, changes
}

// judgeAuditKept gives an environment what holds on the Platform and adds how long the records are kept at its level.
func judgeAuditKept(in control.EnvironmentInput, p *log03) []control.Result {
	if !p.Required {
		return []control.Result{control.NotApplicable("LevelNeedsNone")}
	}
	out := in.Inherited()
	att, changes := recent(in.Environment.Attestations, v1alpha1.AttestAPIAuditLogging, in.Now, period(p.AttestationMaxAge))
	if out.Verdict != v1alpha1.VerdictPass || att == nil || att.Spec.APIAudit == nil {
		return []control.Result{out}
	}
	audit := att.Spec.APIAudit
	names := []string{}
	if audit.Endpoint != "" {
		names = append(names, audit.Endpoint)
	}
	if audit.Collector != nil {
		names = append(names, collectorName(audit.Collector))
	}
	kept, until := control.InForce(in.Environment.Attestations, v1alpha1.AttestLogRetention, in.Now)
	protected, also := control.InForce(in.Environment.Attestations, v1alpha1.AttestLogProtection, in.Now)
	changes = control.Earliest(changes, control.Earliest(until, also))
	least, _ := span(period(p.MinRetention))
	retention := attestationFor(kept, names)
	args := []string{"where", strings.Join(names, ", "), "target", names[0], "min", p.MinRetention}
	var own control.Result
	switch {
	case retention == nil:
		own = control.Unknown("RetentionNotAttested", args...)
	case shortestOf(retention) < least:
		own = control.Fail("KeptTooShort", append(args, "kept", string(retention.Spec.Retention), "attestation", retention.Name)...).RestingOn(control.Attested)
	case attestationFor(protected, names) == nil:
		own = control.Unknown("ProtectionNotAttested", args...)
	default:
		return []control.Result{out.Until(changes)}
	}
	return []control.Result{own.On(in.Environment.Ref()).Until(changes).Until(out.ValidUntil)}
}

func shortestOf(a *v1alpha1.Attestation) time.Duration {
	shortest, _ := span(period(string(a.Spec.Retention)))
	return shortest
}
