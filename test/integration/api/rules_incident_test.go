package api

import "strings"

// anIncident occurred in the hour that the end of summer time repeats: the offsets alone tell before from after.
const anIncident = `
title: An export went astray, solutions: [aula], personalData: Affected,
occurredAt: 2026-10-25T02:30:00+02:00, detectedAt: 2026-10-25T02:10:00+01:00`

func incident(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(anIncident) }

func incidentCases() map[string]ruleCase {
	const kind = "SecurityIncident"
	const before, after = "2026-10-25T02:29:59+02:00", "2026-10-25T00:30:00Z"
	refusedWhen := func(field string, says []string, accepted string, pairs ...string) ruleCase {
		return ruleCase{kind: kind, refused: incident(pairs...), accepted: accepted, field: field, says: says}
	}
	with := func(field string, says []string, refused, accepted string) ruleCase {
		return ruleCase{kind: kind, refused: anIncident + ", " + refused, accepted: anIncident + ", " + accepted, field: field, says: says}
	}
	assessment := func(at string) string {
		return "{at: " + at + ", level: Risk, reason: Messages could be read, by: jane}"
	}
	return map[string]ruleCase{
		"an incident that concerns nothing is refused": refusedWhen("spec.solutions",
			[]string{"an incident concerns solutions, environments or both"}, incident("solutions: [aula]", "environments: [aula-production]"), "solutions: [aula], ", ""),
		"a breach of data that are not affected is refused": refusedWhen("spec.personalData",
			[]string{"an incident with a breach of personal data affects them"}, anIncident+", breach: {recordCount: 1}",
			"personalData: Affected", "personalData: NotAffected, breach: {recordCount: 1}"),
		"an unquoted yes to personal data is refused as a boolean": refusedWhen("spec.personalData",
			[]string{`must be of type string: "boolean"`}, anIncident, "personalData: Affected", "personalData: yes"),
		"an incident that ends before it begins is refused": with("spec.occurredUntil",
			[]string{"an incident ends when it begins or later"}, "occurredUntil: "+before, "occurredUntil: "+after),
		"an incident that is detected before it occurs is refused, also within the repeated hour": refusedWhen("spec.detectedAt",
			[]string{"an incident is detected when it occurs or later"}, anIncident, "detectedAt: 2026-10-25T02:10:00+01:00", "detectedAt: 2026-10-25T02:10:00+02:00"),
		"a processor who is aware before it occurs is refused": with("spec.processorAwareAt",
			[]string{"nobody is aware of an incident before it occurs", "processorAwareAt"}, "processorAwareAt: "+before, "processorAwareAt: "+after),
		"a controller who is aware before it occurs is refused": with("spec.controllerAwareAt",
			[]string{"nobody is aware of an incident before it occurs, for example occurredAt: 2026-11-20T13:00:00+01:00 and controllerAwareAt"},
			"controllerAwareAt: "+before, "controllerAwareAt: "+after),
		"one of the controllers aware before it occurs is refused": with("spec.awareness",
			[]string{"no controller is aware of an incident before it occurs"},
			"awareness: [{controller: aarhus, at: "+before+"}]", "awareness: [{controller: aarhus, at: "+after+"}]"),
		"an awareness without an offset is refused": with("spec.controllerAwareAt",
			[]string{"a point in time with its offset from UTC"}, "controllerAwareAt: 2026-10-25T04:00:00", "controllerAwareAt: 2026-10-25T04:00:00+01:00"),
		"an authority that is told before it occurs is refused": with("spec.notifications",
			[]string{"no authority is told of an incident before it occurs"},
			"notifications: [{type: Authority, at: "+before+"}]", "notifications: [{type: Authority, at: "+after+"}]"),
		"persons who are told before it occurs are refused": with("spec.dataSubjectNotice.at",
			[]string{"nobody is told of an incident before it occurs"}, "dataSubjectNotice: {at: "+before+"}", "dataSubjectNotice: {at: "+after+"}"),
		"persons who are told under an exception from telling them are refused": with("spec.dataSubjectNotice",
			[]string{"the persons concerned were told, or an exception applies"},
			"dataSubjectNotice: {at: "+after+", exception: RiskRemoved, reason: The copy was deleted}",
			"dataSubjectNotice: {exception: RiskRemoved, reason: The copy was deleted}"),
		"an exception from telling them for no reason is refused": with("spec.dataSubjectNotice.reason",
			[]string{"an exception says why it applies"}, "dataSubjectNotice: {exception: RiskRemoved}", "dataSubjectNotice: {exception: RiskRemoved, reason: The copy was deleted}"),
		"a party of the chain that is told before it occurs is refused": with("spec.notices",
			[]string{"no party is told of an incident before it occurs"}, "notices: [{supplier: kombit, at: "+before+"}]", "notices: [{supplier: kombit, at: "+after+"}]"),
		"a notice to two parties is refused": with("spec.notices[0]",
			[]string{"a notice has one recipient: set exactly one of"},
			"notices: [{supplier: kombit, institution: aarhus, at: "+after+"}]", "notices: [{institution: aarhus, at: "+after+"}]"),
		"a notice to nobody is refused": with("spec.notices[0]",
			[]string{"a notice has one recipient: set exactly one of"}, "notices: [{at: "+after+"}]", "notices: [{organisation: STAR, at: "+after+"}]"),
		"assessments out of order are refused, because the last one holds": with("spec.riskAssessments",
			[]string{"assessments are written oldest first"},
			"riskAssessments: ["+assessment(after)+", "+assessment("2026-10-25T00:29:00Z")+"]",
			"riskAssessments: ["+assessment("2026-10-25T00:29:00Z")+", "+assessment(after)+"]"),
		"a risk that is assessed for no reason is refused": with("spec.riskAssessments[0].reason",
			[]string{"Required value"}, "riskAssessments: [{at: "+after+", level: Unlikely, by: jane}]", "riskAssessments: ["+assessment(after)+"]"),
		"a report to the police without its time is refused": with("spec.policeReport.at",
			[]string{"a report to the police has its time"}, "policeReport: {decision: Reported}", "policeReport: {decision: Reported, at: "+after+"}"),
		"a decision against the police for no reason is refused": with("spec.policeReport.reason",
			[]string{"a decision not to report says why"}, "policeReport: {decision: NotReported}", "policeReport: {decision: NotReported, reason: No crime}"),
		"a hold that ends before it begins is refused": with("spec.evidenceHold.until",
			[]string{"a hold ends after it begins"}, "evidenceHold: {since: "+after+", until: "+before+"}", "evidenceHold: {since: "+before+", until: "+after+"}"),
		"a significant incident that nobody is aware of is refused": with("spec.nis2.awareAt",
			[]string{"a significant incident has the time of awareness"}, "nis2: {significant: true}", "nis2: {significant: false}"),
		"an incident that is closed before it was detected is refused": with("spec.closedAt",
			[]string{"an incident is closed after it was detected"}, "closedAt: "+after, "closedAt: 2026-10-25T02:10:00+01:00"),
		"a measure after an incident that is done without evidence is refused": with("spec.measures[0].evidence",
			[]string{"a measure that is done says what shows it"}, "measures: [{name: x, description: Do it, doneAt: 2026-12-01}]", "measures: [{name: x, description: Do it}]"),
		"an incident in which nobody can be reached is refused": with("spec.breach.contact",
			[]string{"an email, a phone or both"}, "breach: {contact: {role: DPO}}", "breach: {contact: {role: DPO, email: dpo@example.org}}"),
		"an incident with a name that does not fit into a reference is refused": {
			kind: kind, field: "<nil>", says: []string{"metadata.name may have at most 63 characters", "aula-2026-01"},
			refused: named(kind, 64, "{"+anIncident+"}"), accepted: named(kind, 63, "{"+anIncident+"}"),
		},
	}
}
