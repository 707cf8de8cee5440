package sup

import (
	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/derive/party"
)

// SUP03 compares what runs with the declared chain.
var SUP03 = control.Define(control.Meta{
	ID: "SUP-03", Title: "What runs matches the declared chain", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyProvider,
	MustHold: "Every supplier that shows in the cluster is a link of the chain of the solution that uses it: who runs the nodes, whose images run, who keeps volumes and backups, " +
		"who receives logs and telemetry, who stands behind external endpoints.",
	Why: "The chain is what the controller has authorised. A party that nobody entered has no agreement, no instruction and no supervision, and it is in the code or holds the data all the same.",
	NotSeen: "What a registry took from elsewhere when its paths do not say so (a mirror is a party of its own); whose account at a provider a store belongs to, unless a fingerprint names it; " +
		"hosts inside programs and Secrets; who issues certificates, and ingress and gateway controllers other than by the images that run; how long a link has not been seen.",
	ISO:  []string{"5.9 Inventory of information and other associated assets", "5.21 Managing information security in the ICT supply chain"},
	GDPR: []string{"28(2)", "30(1)(d)", "32"},
	Evidence: []string{"HostedSolution spec.supplierChain, spec.externalEndpoints", "Supplier spec.fingerprints",
		"Node spec.providerID and labels of the nodes that pods are bound to", "images of every container (init, sidecar and ephemeral ones too) and image volume of templates and pods",
		"drivers and provisioners of claims, volumes and inline volumes; file servers", "backup destinations, log destinations and telemetry hosts as LOC-04 finds them",
		"Services of type ExternalName, hand-written endpoints, external clusters of databases"},
	Reasons: sup03Reasons(),
}, control.Parameters[control.NoParameters]{}, control.Rules[control.NoParameters]{
	Namespace: &control.NamespaceRule[control.NoParameters]{
		Needs: append(party.Needs(), control.Needs[v1alpha1.Supplier]()),
		Begin: func(in control.EnvironmentInput, _ *control.NoParameters) func(control.NamespaceInput, []control.Result) []control.Result {
			return newPartyJudge(in).namespace
		},
		None: control.NotApplicable("NothingShows"),
	},
	Environment: &control.EnvironmentRule[control.NoParameters]{
		Needs: append(party.Needs(), control.Needs[v1alpha1.Supplier]()),
		Judge: judgeSUP03,
	},
})

func sup03Reasons() []control.ReasonText {
	return []control.ReasonText{
		{Reason: "InChain", Verdict: v1alpha1.VerdictPass, Text: "{kind}: {parties}."},
		{Reason: "Declared", Verdict: v1alpha1.VerdictPass, Text: "{kind}: {detail}; {solution} declares that {suppliers} receives it."},
		{Reason: "NothingShows", Verdict: v1alpha1.VerdictNotApplicable, Text: "Nothing that runs shows an outside party."},
		{Reason: "LinkNotSeen", Verdict: v1alpha1.VerdictNotApplicable, Text: "Link {link} is marked observable, and nothing of Supplier {supplier} shows here now."},
		{Reason: "NoChain", Verdict: v1alpha1.VerdictFail, Text: "{solution} declares no supplier chain, and outside parties show: {parties}.",
			Remediation: "Enter every party in spec.supplierChain of HostedSolution {solution}, each with a Supplier resource whose spec.fingerprints tell it, for example {entry}. " +
				"What the owner runs itself is entered as a Supplier too."},
		{Reason: "NotInChain", Verdict: v1alpha1.VerdictFail, Text: "{what}: this is Supplier {supplier}, which no link of the chain of {solution} names.",
			Remediation: "Stop using it; or, if {supplier} is authorised, enter it in spec.supplierChain of HostedSolution {solution}, with its agreement (SUP-01)."},
		{Reason: "NotUntouched", Verdict: v1alpha1.VerdictFail, Text: "{what}: this is {supplier}, and the chain of {solution} says that it has nothing to do with personal data, which the solution holds.",
			Remediation: "Correct it: personalData: Processes for {supplier} in spec.supplierChain of HostedSolution {solution}, with its agreement (SUP-01); or move what is there to another supplier."},
		{Reason: "FingerprintShared", Verdict: v1alpha1.VerdictUnknown, Text: "{what}: the fingerprints of {supplier} both take it in, and the chain of {solution} names only {linked}; so whose it is cannot be told.",
			Remediation: "Leave the fingerprint to the one it belongs to. If that is {others}, enter it in spec.supplierChain of HostedSolution {solution}, with its agreement (SUP-01), or stop using it."},
		{Reason: "FingerprintTooWide", Verdict: v1alpha1.VerdictFail, Text: "{what}: only the fingerprint {fingerprint} of Supplier {supplier} takes it in, and {fingerprint} {why}.",
			Remediation: "Replace {fingerprint} in {list} of Supplier {supplier} by what is the supplier's own: an exact host, or a prefix that ends in a separator. For this one it would be {entry}, if it is theirs."},
		{Reason: "Unrecognised", Verdict: v1alpha1.VerdictUnknown, Text: "{what}: no Supplier has a fingerprint of it{blind}.",
			Remediation: "Find out whose it is, enter {entry} in spec.fingerprints of that Supplier, and the supplier in spec.supplierChain of HostedSolution {solution}; or stop using it."},
		{Reason: "Unreadable", Verdict: v1alpha1.VerdictUnknown, Text: "{kind}: who it is cannot be told, because {detail}.",
			Remediation: "Mend what the message names. Where a receiver of logs, backups or telemetry has to stay hidden, declare it: HostedSolution {solution} spec.externalEndpoints[] {host, purpose, supplier}."},
	}
}
