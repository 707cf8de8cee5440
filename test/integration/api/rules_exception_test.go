package api

import "strings"

const anException = `
control: LOC-02, scope: {solution: aula, environment: aula-production}, type: Waived,
reason: The vendor ships no node affinity, risk: A pod may start elsewhere,
requestedBy: jane@example.org, approval: {by: john@example.org, at: 2026-11-20, reference: Case 1}, validUntil: 2027-02-20`

// exception is anException with pairs of replacements.
func exception(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(anException) }

func exceptionCases() map[string]ruleCase {
	const kind = "ControlException"
	const compensated, measure = "type: Compensated", "type: Compensated, compensation: All nodes are in one region"
	const scope = "environment: aula-production"
	subject := func(s string) string { return scope + ", subjects: [" + s + "]" }
	exact := []string{"name one object exactly", "wildcards are not allowed", "name: web}"}
	other := []string{"somebody other than requestedBy approves", "the same person"}
	renewed := []string{"renew it with a later approval.at or a new approval.reference"}
	refusedWhen := func(field string, says []string, accepted string, pairs ...string) ruleCase {
		return ruleCase{kind: kind, refused: exception(pairs...), accepted: accepted, field: field, says: says}
	}
	changedTo := func(pairs ...string) ruleCase {
		renewal := append([]string{"Case 1", "Case 2"}, pairs...)
		return ruleCase{kind: kind, before: anException, refused: exception(pairs...), accepted: exception(renewal...), field: "spec.approval", says: renewed}
	}
	return map[string]ruleCase{
		"a compensated exception without its measure is refused": refusedWhen("spec.compensation",
			[]string{"a Compensated exception says which measure"}, exception("type: Waived", measure), "type: Waived", compensated),
		"an exception without an approver is refused": refusedWhen("spec.approval.by",
			[]string{"Required value"}, anException, "by: john@example.org, ", ""),
		"an exception without an approval is refused": refusedWhen("spec.approval",
			[]string{"Required value"}, anException, "approval: {by: john@example.org, at: 2026-11-20, reference: Case 1}, ", ""),
		"an exception that its requester approved is refused": refusedWhen("spec.approval.by",
			other, anException, "john@", "jane@"),
		"an exception that its requester approved in other letters is refused": refusedWhen("spec.approval.by",
			other, exception("john@", "JOHN@"), "john@example.org", "Jane@Example.ORG"),
		"an exception that a service account approved is refused": refusedWhen("spec.approval.by",
			[]string{"a person, not a service account"}, anException, "john@example.org", "system:serviceaccount:flux-system:flux"),
		"an exception that a service account asked for is refused": refusedWhen("spec.requestedBy",
			[]string{"a person, not a service account"}, anException, "jane@example.org", "System:ServiceAccount:flux-system:flux"),
		"an exception that ends on the day of its approval is refused": refusedWhen("spec.validUntil",
			[]string{"an exception ends after approval.at", "2027-02-20"}, exception("2027-02-20", "2026-11-21"), "2027-02-20", "2026-11-20"),
		"an exception without an end is refused": refusedWhen("spec.validUntil",
			[]string{"Required value"}, anException, ", validUntil: 2027-02-20", ""),
		"an exception that ends in the year 9999 is refused": refusedWhen("spec.validUntil",
			[]string{"between 1900-01-01 and 2199-12-31"}, anException, "2027-02-20", "9999-12-31"),
		"an exception for every solution is refused": refusedWhen("spec.scope.solution",
			[]string{"wildcards are not allowed"}, anException, "solution: aula", "solution: '*'"),
		"an exception for every control of a family is refused": refusedWhen("spec.control",
			[]string{"one control of the catalogue", "LOC-01"}, anException, "LOC-02", "LOC-*"),
		"subjects without their environment are refused": refusedWhen("spec.scope.environment",
			[]string{"scope.subjects needs scope.environment"}, exception(scope, subject("{kind: Node, name: n1}")),
			scope, "subjects: [{kind: Node, name: n1}]"),
		"an institution in an environment is refused": refusedWhen("spec.scope.environment",
			[]string{"institutions belong to no environment"}, exception(scope, "subjects: [{apiGroup: tilsyn.dev, kind: Institution, name: aarhus}]"),
			scope, subject("{apiGroup: tilsyn.dev, kind: Institution, name: aarhus}")),
		"an agreement of another group is refused without an environment": refusedWhen("spec.scope.environment",
			[]string{"only resources of tilsyn.dev are named without one"}, exception(scope, "subjects: [{apiGroup: tilsyn.dev, kind: ProcessingAgreement, name: netcompany-aws}]"),
			scope, "subjects: [{apiGroup: example.org, kind: ProcessingAgreement, name: netcompany-aws}]"),
		"an institution of another group is refused without an environment": refusedWhen("spec.scope.environment",
			[]string{"only resources of tilsyn.dev are named without one"}, exception(scope, "subjects: [{apiGroup: tilsyn.dev, kind: Institution, name: aarhus}]"),
			scope, "subjects: [{kind: Institution, name: aarhus}]"),
		"subjects by a pattern of names are refused": refusedWhen("spec.scope.subjects[0]",
			exact, exception(scope, subject("{kind: Pod, namespace: aula, name: web-1}")), scope, subject("{kind: Pod, namespace: aula, name: web-*}")),
		"subjects by a pattern of namespaces are refused": refusedWhen("spec.scope.subjects[0]",
			exact, exception(scope, subject("{apiGroup: apps, kind: Deployment, namespace: aula, name: web}")),
			scope, subject("{apiGroup: apps, kind: Deployment, namespace: '*', name: web}")),
		"subjects of every group are refused": refusedWhen("spec.scope.subjects[0]",
			exact, anException, scope, subject("{apiGroup: '*', kind: Deployment, namespace: aula, name: web}")),
		"subjects by resource instead of kind are refused": refusedWhen("spec.scope.subjects[1].kind",
			[]string{"one kind in the singular", "Deployment"}, exception(scope, subject("{kind: Pod, name: a}, {kind: Pod, name: b}")),
			scope, subject("{kind: Pod, name: a}, {kind: pods, name: b}")),

		"an approved exception that moves to another control is refused":     changedTo("LOC-02", "LOC-01"),
		"an approved exception that moves to another solution is refused":    changedTo("solution: aula", "solution: other"),
		"an approved exception that covers more environments is refused":     changedTo(", environment: aula-production", ""),
		"an approved exception that is prolonged is refused":                 changedTo("2027-02-20", "2027-02-21"),
		"an approved exception of another type is refused":                   changedTo("type: Waived", measure),
		"an approved exception whose approval is dated backwards is refused": changedTo("at: 2026-11-20", "at: 2026-11-19", "2027-02-20", "2027-02-21"),
		"an approved exception that is prolonged under the old date is refused": {
			kind: kind, before: anException, field: "spec.approval", says: renewed,
			refused: exception("2027-02-20", "2027-03-20"), accepted: exception("at: 2026-11-20", "at: 2026-12-20", "2027-02-20", "2027-03-20"),
		},
		"an approved exception may be explained better and end earlier": {
			kind: kind, before: anException, field: "spec.reason", says: []string{"at least 10 chars"},
			refused:  exception("The vendor ships no node affinity", "Vendor"),
			accepted: exception("The vendor ships no node affinity", "The vendor ships it in release 4", "2027-02-20", "2027-01-20"),
		},
	}
}
