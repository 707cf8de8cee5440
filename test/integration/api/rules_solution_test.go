package api

// solution is the shortest HostedSolution with more.
func solution(more string) string { return "owner: {organisation: KOMBIT A/S}, " + more }

const contacts = "owner: {organisation: KOMBIT A/S, contacts: "

func solutionCases() map[string]ruleCase {
	const kind = "HostedSolution"
	exactlyOne := []string{"exactly one of country and group", "{country: DK}", "{group: EEA}"}
	wholeChain := []string{"engagedBy names another link of the chain", "engagedBy: processor}"}
	return map[string]ruleCase{
		"a location with both country and group is refused with the mend": {
			kind:     kind,
			refused:  solution("locations: {allowed: [{country: DK, group: EEA}]}"),
			accepted: solution("locations: {allowed: [{country: DK}, {group: EEA}]}"),
			field:    "spec.locations.allowed[0]", says: exactlyOne,
		},
		"a location with neither country nor group is refused with the mend": {
			kind:     kind,
			refused:  solution("locations: {allowed: [{country: DK}, {provider: aws}]}"),
			accepted: solution("locations: {allowed: [{country: DK}, {group: Adequate, provider: aws}]}"),
			field:    "spec.locations.allowed[1]", says: exactlyOne,
		},
		"regions without their provider are refused with the mend": {
			kind:     kind,
			refused:  solution("locations: {allowed: [{country: IE, regions: [eu-west-1]}]}"),
			accepted: solution("locations: {allowed: [{country: IE, provider: aws, regions: [eu-west-1]}]}"),
			field:    "spec.locations.allowed[0].provider",
			says:     []string{"regions need a provider", "different countries at different providers", "provider: aws"},
		},
		"an unquoted NO, which YAML reads as false, is refused and named": {
			kind:     kind,
			refused:  solution("locations: {allowed: [{country: NO}]}"),
			accepted: solution(`locations: {allowed: [{country: "NO"}]}`),
			field:    "spec.locations.allowed[0].country", says: []string{`must be of type string: "boolean"`},
		},
		"an unknown country is refused, also the EU in place of its group": {
			kind:     kind,
			refused:  solution("locations: {allowed: [{country: EU}]}"),
			accepted: solution("locations: {allowed: [{group: EU}]}"),
			field:    "spec.locations.allowed[0].country", says: []string{"ISO 3166-1 alpha-2", "{group: EU}"},
		},
		"a recovery point in words is refused with the units": {
			kind:     kind,
			refused:  solution("continuity: {recoveryPoint: 1 hour}"),
			accepted: solution("continuity: {recoveryPoint: 1h}"),
			field:    "spec.continuity.recoveryPoint", says: []string{"a whole number and one unit", "mo (months)", "24h"},
		},
		"a recovery point without a unit is refused as a number": {
			kind:     kind,
			refused:  solution("continuity: {recoveryPoint: 60}"),
			accepted: solution("continuity: {recoveryPoint: 60m}"),
			field:    "spec.continuity.recoveryPoint", says: []string{`must be of type string: "integer"`},
		},
		"a review on 31 February is refused": {
			kind:     kind,
			refused:  solution("classification: {confidentiality: Internal, reviewedAt: 2026-02-31}"),
			accepted: solution("classification: {confidentiality: Internal, reviewedAt: 2026-02-28}"),
			field:    "spec.classification.reviewedAt", says: []string{"the month has no such day", "2026-02-28"},
		},
		"a classification that a service account approved is refused": {
			kind:     kind,
			refused:  solution("classification: {confidentiality: Internal, approval: {by: 'system:serviceaccount:a:b', at: 2026-01-01, reference: x}}"),
			accepted: solution("classification: {confidentiality: Internal, approval: {by: jane, at: 2026-01-01, reference: x}}"),
			field:    "spec.classification.approval.by", says: []string{"a person, not a service account", "jane@example.org"},
		},
		"a contact that nobody can reach is refused": {
			kind:     kind,
			refused:  contacts + "[{role: Security}]}",
			accepted: contacts + "[{role: Security, phone: +45 12345678}]}",
			field:    "spec.owner.contacts[0]", says: []string{"an email, a phone or both", "security@example.org"},
		},
		"two contacts in one role are refused": {
			kind:     kind,
			refused:  contacts + "[{role: DPO, email: a@example.org}, {role: DPO, email: b@example.org}]}",
			accepted: contacts + "[{role: DPO, email: a@example.org}, {role: Deputy DPO, email: b@example.org}]}",
			field:    "spec.owner.contacts[1]", says: []string{"Duplicate value"},
		},
		"no personal data together with some is refused": {
			kind:     kind,
			refused:  solution("personalData: [None, Health]"),
			accepted: solution("personalData: [None]"),
			field:    "spec.personalData", says: []string{"None excludes every other category", "[Ordinary, NationalID, Health]"},
		},
		"a record of no personal data together with some is refused": {
			kind:     kind,
			refused:  solution("processing: {categories: [Ordinary, None]}"),
			accepted: solution("processing: {categories: [Ordinary]}"),
			field:    "spec.processing.categories", says: []string{"None excludes every other category: remove None or the others, for example [Ordinary, Health]"},
		},
		"a link engaged by a party that is not in the chain is refused": {
			kind:     kind,
			refused:  solution("supplierChain: [{name: processor, supplier: kombit}, {name: infrastructure, supplier: aws, engagedBy: procesor}]"),
			accepted: solution("supplierChain: [{name: processor, supplier: kombit, engagedBy: ''}, {name: infrastructure, supplier: aws, engagedBy: processor}]"),
			field:    "spec.supplierChain", says: wholeChain,
		},
		"a link that engaged itself is refused": {
			kind:     kind,
			refused:  solution("supplierChain: [{name: processor, supplier: kombit}, {name: infrastructure, supplier: aws, engagedBy: infrastructure}]"),
			accepted: solution("supplierChain: [{name: processor, supplier: kombit}, {name: infrastructure, supplier: aws}]"),
			field:    "spec.supplierChain", says: wholeChain,
		},
		"a chain that is a circle is refused": {
			kind:     kind,
			refused:  solution("supplierChain: [{name: a, supplier: kombit, engagedBy: b}, {name: b, supplier: aws, engagedBy: a}]"),
			accepted: solution("supplierChain: []"),
			field:    "spec.supplierChain", says: []string{"the chain begins with a party that the controller engaged"},
		},
		"an external endpoint in a region without its provider is refused": {
			kind:     kind,
			refused:  solution("externalEndpoints: [{host: logs.example.org, purpose: Logs, region: eu-west-1}]"),
			accepted: solution("externalEndpoints: [{host: logs.example.org, purpose: Logs}]"),
			field:    "spec.externalEndpoints[0].provider", says: []string{"a region needs its provider", "provider: aws"},
		},
		"a solution without an owner is refused": {
			kind:     kind,
			refused:  "displayName: Aula",
			accepted: "owner: {organisation: KOMBIT A/S}",
			field:    "spec.owner", says: []string{"Required value"},
		},
		"a name that does not fit into a label is refused": {
			kind:     kind,
			refused:  named(kind, 64, "{owner: {organisation: KOMBIT A/S}}"),
			accepted: named(kind, 63, "{owner: {organisation: KOMBIT A/S}}"),
			field:    "<nil>", says: []string{"metadata.name may have at most 63 characters", "aula"},
		},
	}
}

// named is a whole object with a name of the given length.
func named(kind string, length int, spec string) string {
	return "apiVersion: tilsyn.dev/v1alpha1\nkind: " + kind + "\nmetadata: {name: " + padded(length, 0) + "}\nspec: " + spec + "\n"
}
