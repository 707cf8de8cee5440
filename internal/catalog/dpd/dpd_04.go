package dpd

import (
	"fmt"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/control"
	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

// DPD04 judges whether data of production come to environments that are not.
var DPD04 = control.Define(control.Meta{
	ID: "DPD-04", Title: "Production data stay out of test and development", Since: "1", Severity: v1alpha1.SeverityHigh, Party: v1alpha1.PartyShared,
	MustHold: "No volume, restore, database, shared store or connection brings data of a production environment into one of another stage, unless they were anonymised by an attested method, or the copy is approved and goes in time.",
	Why:      "Test and development have more people, fewer checks and older software. Data that were collected for a purpose were not collected for tests.",
	NotSeen: "Secrets are never read: a password of production in test shows only where the host beside it does. Copies made by hand, dumps and exports. Traffic that no policy denies at all is for NET-01. " +
		"Production environments in other clusters are known only by the names that restores and databases give.",
	ISO:  []string{"8.31 Separation of development, test and production environments", "8.33 Test information"},
	GDPR: []string{"5(1)(b)", "25", "32"},
	Evidence: []string{"SolutionEnvironment spec.stage, spec.namespaces, spec.uses, spec.entryPoints", "labels of namespaces", "PersistentVolumeClaim spec.dataSource, spec.dataSourceRef", "VolumeSnapshotContent spec.source, status.snapshotHandle",
		"volume handles of PersistentVolumes", "Restore spec.namespaceMapping and what it restored", "Cluster spec.bootstrap.recovery", "hosts of data stores in environment variables and ConfigMaps", "hosts of Ingresses and routes",
		"NetworkPolicies that name the other's namespaces", "Attestation TestDataReview"},
	Reasons: dpd04Reasons(),
}, control.Parameters[dpd04]{
	Defaults: func(control.Levels) dpd04 { return dpd04{ApprovedMax: "30d"} },
	Validate: func(p dpd04, _ control.Levels) error {
		if _, err := date.ParsePeriod(p.ApprovedMax); err != nil {
			return fmt.Errorf("approvedMax: %w", err)
		}
		return nil
	},
}, control.Rules[dpd04]{Environment: &control.EnvironmentRule[dpd04]{
	Needs: []control.Need{
		control.NeedsAll[v1alpha1.SolutionEnvironment](), control.NeedsAll[facts.Namespace](), control.NeedsAlso[facts.Workload](productionNamespaces), control.NeedsAlso[facts.ConfigHosts](productionNamespaces),
		control.Sees[facts.Claim](), control.Sees[facts.VolumeCopy](), control.SeesAll[facts.PersistentVolume](), control.SeesAll[facts.SnapshotContent](), control.SeesAll[facts.RestoreRun](),
		control.SeesAll[facts.Database](), control.SeesAll[facts.Ingress](), control.SeesAll[facts.Route](), control.SeesAll[facts.NetworkPolicy](),
	},
	Judge: judgeProductionData,
}})

// dpd04 are the parameters of DPD-04.
type dpd04 struct {
	// ApprovedMax is how long an approved copy of production data may stay in another environment.
	ApprovedMax string `json:"approvedMax"`
}

func dpd04Reasons() []control.ReasonText {
	const pass, fail, unknown, none = v1alpha1.VerdictPass, v1alpha1.VerdictFail, v1alpha1.VerdictUnknown, v1alpha1.VerdictNotApplicable
	const attest = "Attestation of type TestDataReview about the environment, testData: {method: Synthetic or Anonymised, description: the method}, dated after the data came."
	const copied = "Delete it: kubectl -n {namespace} delete {resource}, and fill it with made-up data. Where the data were anonymised: " + attest +
		" A copy that has to be for a while: method Copied, with approval, and delete it within {max}; a ControlException otherwise."
	return []control.ReasonText{
		{Reason: "NothingOfProduction", Verdict: pass, Text: "Nothing that can be seen brings data of production here."},
		{Reason: "Anonymised", Verdict: pass, Text: "The data come from {source} and have been made anonymous or synthetic, as attested."},
		{Reason: "ApprovedCopy", Verdict: pass, Text: "An approved copy of data of {source}, for a limited time."},
		{Reason: "Production", Verdict: none, Text: "The environment is production."},
		{Reason: "SingleEnvironment", Verdict: none, Text: "The solution has one environment here, and there is no production environment in this cluster."},
		{Reason: "FromProduction", Verdict: fail, Text: "{what} was filled from {source}, which is production.", Remediation: copied},
		{Reason: "SameVolume", Verdict: fail, Text: "{what} is on the same volume as {source}, which is production.", Remediation: "Give the environment a volume of its own: kubectl -n {namespace} delete {resource}, and its PersistentVolume."},
		{Reason: "SameStore", Verdict: fail, Text: "{what} uses the data store {host}, which {source} of production uses too ({field}).",
			Remediation: "Give the environment a database server of its own: a schema of its own on the same server keeps no one out who has its password."},
		{Reason: "StoreOfProduction", Verdict: fail, Text: "{what} uses the data store {host}, which is in a namespace of production ({field}).", Remediation: "Point {field} to a store of the environment's own, and deny the traffic with a NetworkPolicy in {source}."},
		{Reason: "HostOfProduction", Verdict: fail, Text: "{what} answers for {host}, which is an entry point of production: real users reach this environment.", Remediation: "Serve production from its own namespaces, or set the stage of the environment to Production."},
		{Reason: "ConnectionAllowed", Verdict: fail, Text: "{what} lets {source} and this environment talk to each other.", Remediation: "Take the other's namespace out of the rule: kubectl -n {namespace} edit {resource}."},
		{Reason: "SharedNamespace", Verdict: fail, Text: "Namespace {namespace} serves this environment and {source}, which is production.", Remediation: "Give each its own: take {namespace} out of spec.uses or spec.namespaces of this SolutionEnvironment, and the services with it."},
		{Reason: "SaidOtherwise", Verdict: fail, Text: "Label {label} of namespace {namespace} says {value}, the SolutionEnvironment says {stage}.", Remediation: "Find out which is true: correct the label, or spec.stage of a new SolutionEnvironment."},
		{Reason: "OriginNotKnown", Verdict: unknown, Text: "Where the data of {what} come from does not show: {source}.", Remediation: "Find it out, and " + attest},
	}
}
