package api

import "strings"

const aStatement = `
solutions: [aula], year: 2022, document: Statement, standard: ISAE3000, type: Type2, scope: Specific,
receipt: {state: Received, date: 2023-06-08}, deliveries: [{group: Danish municipalities, state: Delivered, date: 2023-06-21}]`

func statement(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(aStatement) }

func statementCases() map[string]ruleCase {
	const kind = "AssuranceStatement"
	const delivered = "date: 2023-06-21"
	passedOn := []string{"nothing is passed on before it is received"}
	independent := []string{"only a Statement or a Certificate has a standard, type, level, auditor or opinion"}
	plan := []string{"measures and answers belong to an action plan"}
	standard := []string{"ISO27001 and ISO27701 are standards of certificates"}
	const wording = "document: Statement, standard: ISAE3000, type: Type2, "
	refusedWhen := func(field string, says []string, accepted string, pairs ...string) ruleCase {
		return ruleCase{kind: kind, refused: statement(pairs...), accepted: accepted, field: field, says: says}
	}
	with := func(field string, says []string, refused, accepted string) ruleCase {
		return ruleCase{kind: kind, refused: aStatement + ", " + refused, accepted: aStatement + ", " + accepted, field: field, says: says}
	}
	return map[string]ruleCase{
		"a statement about nothing is refused": refusedWhen("spec.solutions",
			[]string{"a statement is about solutions, a supplier or both"}, statement("solutions: [aula]", "supplier: kombit"), "solutions: [aula], ", ""),
		"a misspelt standard is refused with those allowed": refusedWhen("spec.standard",
			[]string{"Unsupported value", "SAE3000", "ISAE3000", "ISAE3402"}, aStatement, "ISAE3000", "SAE3000"),
		"a type 3 is refused": refusedWhen("spec.type", []string{"Unsupported value", "Type1", "Type2"}, aStatement, "Type2", "Type3"),
		"a year of two digits is refused": refusedWhen("spec.year",
			[]string{"should be greater than or equal to 2000"}, aStatement, "year: 2022", "year: 22"),
		"an action plan with a standard is refused, because it is no assurance": refusedWhen("spec.document", independent,
			statement(wording, "document: ActionPlan, "), "document: Statement", "document: ActionPlan"),
		"a management statement with an opinion is refused": refusedWhen("spec.document", independent,
			statement(wording, "document: ManagementStatement, "), wording, "document: ManagementStatement, opinion: Unmodified, "),
		"a self-assessment with an auditor is refused": refusedWhen("spec.document", independent,
			statement(wording, "document: SelfAssessment, "), wording, "document: SelfAssessment, auditor: {name: X}, "),
		"a certificate that calls itself a statement is refused": refusedWhen("spec.standard", standard,
			statement(wording, "document: Certificate, standard: ISO27001, "), "ISAE3000", "ISO27001"),
		"a certificate under an audit standard is refused": refusedWhen("spec.standard", standard,
			aStatement, "document: Statement", "document: Certificate"),
		"a statement that is not relevant for no reason is refused": with("spec.reason",
			[]string{"a statement that is not relevant says why"}, "state: NotRelevant", "state: NotRelevant, reason: Not in production in 2022"),
		"a delivery on the day before the receipt is refused": refusedWhen("spec.deliveries", passedOn,
			statement(delivered, "date: 2023-06-08"), delivered, "date: 2023-06-07"),
		"a delivery before what the sender calls delivered is refused": refusedWhen("spec.deliveries", passedOn,
			aStatement, "state: Received, date: 2023-06-08", "state: Delivered, date: 2023-06-22"),
		"a delivery to two recipients at once is refused": refusedWhen("spec.deliveries[0]",
			[]string{"a delivery has one recipient: set at most one of"}, statement("group: Danish municipalities, ", ""),
			"group: Danish municipalities", "group: Danish municipalities, organisation: STAR"),
		"an assessment before the receipt is refused": with("spec.assessment.at",
			[]string{"a statement is assessed on or after the day it is received"},
			"assessment: {at: 2023-06-07, by: jane, conclusion: Fine}", "assessment: {at: 2023-06-08, by: jane, conclusion: Fine}"),
		"a statement with measures is refused, because they belong to its plan": with("spec.measures", plan,
			"measures: [{name: x, description: Do it}]", "actionPlan: other"),
		"a statement that answers another is refused": with("spec.measures", plan, "answers: [other]", "actionPlan: other"),
		"a measure of a plan that is done without evidence is refused": {
			kind: kind, field: "spec.measures[0].evidence", says: []string{"a measure that is done says what shows it"},
			refused:  "solutions: [aula], year: 2022, document: ActionPlan, measures: [{name: x, description: Do it, doneAt: 2023-01-01}]",
			accepted: "solutions: [aula], year: 2022, document: ActionPlan, measures: [{name: x, description: Do it, doneAt: 2023-01-01, evidence: Case 1}]",
		},
		"a period that ends before it begins is refused": with("spec.period.to",
			[]string{"a period ends on or after the day it begins"}, "period: {from: 2022-01-02, to: 2022-01-01}", "period: {from: 2022-01-01, to: 2022-01-01}"),
		"an observation that is closed without evidence is refused": with("spec.observations[0].evidence",
			[]string{"a closed observation says what shows it"}, "observations: [{id: a, description: b, closedAt: 2023-09-30}]",
			"observations: [{id: a, description: b, closedAt: 2023-09-30, evidence: Case 1}]"),
		"an observation that is verified before it is closed is refused": with("spec.observations[0].verifiedAt",
			[]string{"an observation is verified on or after the day it was closed"},
			"observations: [{id: a, description: b, closedAt: 2023-09-30, evidence: Case 1, verifiedAt: 2023-09-29}]",
			"observations: [{id: a, description: b, closedAt: 2023-09-30, evidence: Case 1, verifiedAt: 2023-09-30}]"),
		"an observation that is verified and open is refused": with("spec.observations[0].verifiedAt",
			[]string{"an observation is verified on or after the day it was closed"},
			"observations: [{id: a, description: b, verifiedAt: 2023-09-29}]", "observations: [{id: a, description: b}]"),
		"observations together with none is refused": with("spec.noObservations",
			[]string{"a statement has observations or none"}, "noObservations: true, observations: [{id: a, description: b}]", "noObservations: true"),
		"a statement with a name that does not fit into a reference is refused": {
			kind: kind, field: "<nil>", says: []string{"metadata.name may have at most 63 characters", "aula-2022-isae3000"},
			refused: named(kind, 64, "{"+aStatement+"}"), accepted: named(kind, 63, "{"+aStatement+"}"),
		},

		"what the source says in months, quarters or expectations is never refused for its order": {
			kind: kind, field: "spec.deliveries", says: passedOn,
			refused:  statement(delivered, "date: 2023-06-01"),
			accepted: statement("state: Received, date: 2023-06-08", "state: Expected, date: 2023-12-31", delivered, "date: 2023-06-01"),
		},
		"a receipt known to the month before a delivery known to the day is taken as written": {
			kind: kind, field: "spec.receipt.date", says: []string{"a date as precise as it is known", "2022-Q2"},
			refused: statement("2023-06-08", "september 2023"), accepted: statement("2023-06-08", "2023-09", delivered, "date: 2023-09-14"),
		},
		"a receipt that is only a quarter is taken as written": {
			kind: kind, field: "spec.receipt.date", says: []string{"a date as precise as it is known"},
			refused: statement("2023-06-08", "Q2/2023"), accepted: statement("state: Received, date: 2023-06-08", "state: OnlyPeriodGiven, date: 2023-Q2"),
		},
	}
}
