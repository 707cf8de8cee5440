package api

// contractCases are the rules that the contractual side added to the kinds that were there before it.
func contractCases() map[string]ruleCase {
	const solutions, attestations = "HostedSolution", "Attestation"
	onSolution := func(field string, says []string, refused, accepted string) ruleCase {
		return ruleCase{kind: solutions, refused: solution(refused), accepted: solution(accepted), field: field, says: says}
	}
	attested := func(field string, says []string, refused, accepted string) ruleCase {
		return ruleCase{kind: attestations, refused: attestation("BackupEncryption", refused), accepted: attestation("BackupEncryption", accepted), field: field, says: says}
	}
	about := func(refused, accepted string) ruleCase {
		return ruleCase{
			kind: attestations, refused: attestation("{solution: aula}", refused), accepted: attestation("{solution: aula}", accepted),
			field: "spec.about", says: []string{"exactly one of solution, environment, platform and supplier, or institution", "{institution: aarhus, solution: aula}"},
		}
	}
	kept := []string{"data are kept for a time, or by a legal duty to archive them"}
	job := []string{"method CronJob names the job, no other method does"}
	exercise := []string{"types ContingencyExercise and IncidentExercise have exercise"}
	const impact = "ImpactAssessment, impactAssessment: {required: true, finishedAt: 2026-04-20, priorConsultation: "
	return map[string]ruleCase{
		"a statement required of a link that is not in the chain is refused": onSolution("spec.requiredStatements",
			[]string{"link names a link of supplierChain"},
			"requiredStatements: [{name: system, link: development}]",
			"supplierChain: [{name: development, supplier: netcompany}], requiredStatements: [{name: system, link: development}, {name: any}]"),
		"login of no end users is refused": onSolution("spec.noEndUsers",
			[]string{"a solution with login has end users"}, "noEndUsers: true, login: [{audience: Parents}]", "noEndUsers: true"),
		"no transfers together with some are refused": onSolution("spec.processing.noTransfers",
			[]string{"data go to third countries or not"}, "processing: {noTransfers: true, transfers: [{country: GB, basis: Adequacy}]}", "processing: {noTransfers: true}"),
		"no recipients together with some are refused": onSolution("spec.processing.noRecipients",
			[]string{"there are recipients or not"}, "processing: {noRecipients: true, recipients: [{name: Parents}]}", "processing: {recipients: [{name: Parents}]}"),
		"data that are kept for no time are refused": onSolution("spec.retention[0]", kept,
			"retention: [{name: x, category: Ordinary}]", "retention: [{name: x, category: Ordinary, maxAge: 5y}]"),
		"data that are kept for a time and for ever are refused": onSolution("spec.retention[0]", kept,
			"retention: [{name: x, category: Ordinary, maxAge: 5y, archivalBasis: Archives Act}]", "retention: [{name: x, category: Ordinary, archivalBasis: Archives Act}]"),
		"erasure by a job without its name is refused": onSolution("spec.retention[0].cronJob", job,
			"retention: [{name: x, category: Ordinary, maxAge: 5y, method: CronJob}]",
			"retention: [{name: x, category: Ordinary, maxAge: 5y, method: CronJob, cronJob: {namespace: aula, name: erase}}]"),
		"a job that does not erase is refused": onSolution("spec.retention[0].cronJob", job,
			"retention: [{name: x, category: Ordinary, maxAge: 5y, cronJob: {namespace: aula, name: erase}}]",
			"retention: [{name: x, category: Ordinary, maxAge: 5y, method: Application}]"),
		"production that ends before it begins is refused": onSolution("spec.inProduction[0].until",
			[]string{"production ends after it begins"}, "inProduction: [{from: 2022-01-01, until: 2022-01-01}]", "inProduction: [{from: 2022-01-01}]"),
		"a contingency plan that two parties know at once is refused": onSolution("spec.continuity.contingency.informed[0]",
			[]string{"one party is informed"},
			"continuity: {contingency: {plan: {reference: P}, informed: [{supplier: a, institution: b, at: 2026-01-01}]}}",
			"continuity: {contingency: {plan: {reference: P}, informed: [{supplier: a, at: 2026-01-01}]}}"),
		"a contingency contact that nobody can reach is refused": onSolution("spec.continuity.contingency.contacts[0]",
			[]string{"an email, a phone or both"},
			"continuity: {contingency: {plan: {reference: P}, contacts: [{role: Crisis lead}]}}",
			"continuity: {contingency: {plan: {reference: P}, contacts: [{role: Crisis lead, phone: '12345678'}]}}"),
		"a right that is not supported for no reason is refused": onSolution("spec.compliancePackage[0].rights[0].reason",
			[]string{"a right that is not supported or does not apply has a reason or plan"},
			"compliancePackage: [{kind: DataSubjectRightsReview, document: {reference: P}, rights: [{right: Access, support: NotSupported}]}]",
			"compliancePackage: [{kind: DataSubjectRightsReview, document: {reference: P}, rights: [{right: Access, support: Supported}]}]"),
		"a part of the package that is delivered to two at once is refused": onSolution("spec.compliancePackage[0].deliveries[0]",
			[]string{"a delivery has one recipient: set at most one of"},
			"compliancePackage: [{kind: ProcessingRecord, document: {reference: P}, deliveries: [{group: G, organisation: O, state: Delivered}]}]",
			"compliancePackage: [{kind: ProcessingRecord, document: {reference: P}, deliveries: [{group: G, state: Delivered}]}]"),
		"administration in a region without its provider is refused": onSolution("spec.administration[0].provider",
			[]string{"a region needs its provider", "KeyManagement"},
			"administration: [{part: KeyManagement, country: IE, region: eu-west-1}]", "administration: [{part: KeyManagement, country: IE, provider: aws, region: eu-west-1}]"),
		"administration of the cluster in a region without its provider is refused": {
			kind: "Platform", field: "spec.administration[0].provider", says: []string{"a region needs its provider", "KeyManagement"},
			refused: "administration: [{part: ControlPlane, country: IE, region: eu-west-1}]", accepted: "administration: [{part: ControlPlane, country: IE}]",
		},
		"a group of controllers chosen by no label is refused": onSolution("spec.controllers[0].institutionSelector.matchLabels",
			[]string{"should have at least 1 properties"},
			"controllers: [{name: All, institutionSelector: {matchLabels: {}}}]", "controllers: [{name: All, institutionSelector: {matchLabels: {tilsyn.dev/group: municipalities}}}]"),

		"a plan that ends after its exception is refused": {
			kind: "ControlException", field: "spec.plan.end", says: []string{"the plan ends no later than the exception"},
			refused:  exception("validUntil: 2027-02-20", "validUntil: 2027-02-20, plan: {steps: [{name: a, description: b}], end: 2027-02-21}"),
			accepted: exception("validUntil: 2027-02-20", "validUntil: 2027-02-20, plan: {steps: [{name: a, description: b}], end: 2027-02-20}"),
		},
		"a plan without steps is refused": {
			kind: "ControlException", field: "spec.plan.steps", says: []string{"Required value"},
			refused: exception("Waived", "Waived, plan: {end: 2027-02-20}"), accepted: exception("Waived", "Waived, plan: {steps: [{name: a, description: b}], end: 2027-02-20}"),
		},
		"a step that is done without evidence is refused": {
			kind: "ControlException", field: "spec.plan.steps[0].evidence", says: []string{"a measure that is done says what shows it"},
			refused:  exception("Waived", "Waived, plan: {steps: [{name: a, description: b, doneAt: 2027-01-01}], end: 2027-02-20}"),
			accepted: exception("Waived", "Waived, plan: {steps: [{name: a, description: b, doneAt: 2027-01-01, evidence: c}], end: 2027-02-20}"),
		},

		"an attestation about a supplier and a solution is refused":         about("{supplier: kombit, solution: aula}", "{supplier: kombit}"),
		"an attestation about an institution and the platform is refused":   about("{institution: aarhus, platform: true}", "{institution: aarhus}"),
		"an attestation about an institution's use of a solution is taken":  about("{institution: aarhus, environment: x, solution: aula}", "{institution: aarhus, solution: aula}"),
		"an attestation about an institution and a supplier is refused":     about("{institution: aarhus, supplier: kombit}", "{supplier: kombit}"),
		"an attestation about an institution and an environment is refused": about("{institution: aarhus, environment: x}", "{environment: x}"),
		"an attestation that its maker approved is refused": attested("spec.approval.by",
			[]string{"somebody other than by approves", "the same person"},
			"ContingencyPlan, approval: {by: 'mailto:JANE@example.org', at: 2026-11-10, reference: x}", "ContingencyPlan, approval: {by: john@example.org, at: 2026-11-10, reference: x}"),
		"a review of one's own rights is refused": attested("spec.accessReview.reviewerCheckedBy",
			[]string{"somebody other than by reviews the rights of by", "the same person"},
			"AccessReview, accessReview: {reviewed: 4, scope: Cluster, reviewerCheckedBy: Jane}", "AccessReview, accessReview: {reviewed: 4, scope: Cluster, reviewerCheckedBy: john}"),
		"a review that removed more than it saw is refused": attested("spec.accessReview.removed",
			[]string{"no more rights are removed than reviewed"},
			"AccessReview, accessReview: {reviewed: 4, removed: 5, scope: Cluster}", "AccessReview, accessReview: {reviewed: 4, removed: 4, scope: Cluster}"),
		"a review of nothing is refused": attested("spec.accessReview.reviewed",
			[]string{"should be greater than or equal to 1"},
			"AccessReview, accessReview: {reviewed: 0, scope: Cluster}", "AccessReview, accessReview: {reviewed: 1, scope: Cluster}"),
		"an access review that states nothing is refused": attested("spec.accessReview",
			[]string{"type AccessReview has accessReview"}, "AccessReview", "AccessReview, accessReview: {reviewed: 1, scope: Both}"),
		"a risk assessment that states nothing is refused": attested("spec.riskAssessment",
			[]string{"type RiskAssessment has riskAssessment"}, "RiskAssessment", "RiskAssessment, riskAssessment: {kind: Organisation}"),
		"an impact assessment that states nothing is refused": attested("spec.impactAssessment",
			[]string{"type ImpactAssessment has impactAssessment"}, "ImpactAssessment", "ImpactAssessment, impactAssessment: {required: true}"),
		"an impact assessment that is not required for no reason is refused": attested("spec.impactAssessment.reason",
			[]string{"a screening that finds no impact assessment required says why"},
			"ImpactAssessment, impactAssessment: {required: false}", "ImpactAssessment, impactAssessment: {required: false, reason: No special categories}"),
		"an answer before the question is refused": attested("spec.impactAssessment.priorConsultation.answeredAt",
			[]string{"the authority answers on or after the day it was asked"},
			impact+"{sentAt: 2026-05-01, answeredAt: 2026-04-30}}", impact+"{sentAt: 2026-05-01, answeredAt: 2026-05-01}}"),
		"a consultation before the assessment is refused": attested("spec.impactAssessment.priorConsultation.sentAt",
			[]string{"the authority is asked after the assessment is finished"}, impact+"{sentAt: 2026-04-19}}", impact+"{sentAt: 2026-04-20}}"),
		"a deletion that states nothing is refused": attested("spec.deletion",
			[]string{"type Deletion has deletion"}, "Deletion", "Deletion, deletion: {rules: [messages], count: 0}"),
		"a management statement of no year is refused": attested("spec.managementStatement",
			[]string{"type ManagementStatement has managementStatement"}, "ManagementStatement", "ManagementStatement, managementStatement: {year: 2025}"),
		"an exercise that states nothing is refused": attested("spec.exercise", exercise,
			"ContingencyExercise", "ContingencyExercise, exercise: {kind: Tabletop, result: Met}"),
		"an exercise under another type is refused": attested("spec.exercise", exercise,
			"ContingencyPlan, exercise: {kind: Full, result: Met}", "IncidentExercise, exercise: {kind: Full, result: Met}"),
		"an attested place of the control plane without countries is refused": attested("spec.countries",
			[]string{"lists every country that holds the data"}, "ControlPlaneLocation", "ControlPlaneLocation, countries: [DK]"),
		"a decided measure that is done without evidence is refused": attested("spec.riskAssessment.measures[0].evidence",
			[]string{"a measure that is done says what shows it"},
			"RiskAssessment, riskAssessment: {kind: Organisation, measures: [{name: a, description: b, doneAt: 2026-01-01}]}",
			"RiskAssessment, riskAssessment: {kind: Organisation, measures: [{name: a, description: b}]}"),
	}
}
