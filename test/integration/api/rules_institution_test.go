package api

func institutionCases() map[string]ruleCase {
	const kind = "Institution"
	institution := func(more string) string { return "legalName: Aarhus Kommune, " + more }
	area := []string{"an area has a guideline or a reason for having none"}
	return map[string]ruleCase{
		"a membership that ends before it begins is refused": {
			kind: kind, field: "spec.secretariats[0].until", says: []string{"a membership ends after it begins"},
			refused:  institution("secretariats: [{institution: dbs, from: 2022-01-01, until: 2022-01-01}]"),
			accepted: institution("secretariats: [{institution: dbs, from: 2022-01-01, until: 2022-01-02}]"),
		},
		"a guideline that is both there and not relevant is refused": {
			kind: kind, field: "spec.guidelines[0]", says: area,
			refused:  institution("guidelines: [{area: Incidents, reference: G 12, notRelevant: None happen}]"),
			accepted: institution("guidelines: [{area: Incidents, reference: G 12}]"),
		},
		"an area without guideline or reason is refused": {
			kind: kind, field: "spec.guidelines[0]", says: area,
			refused:  institution("guidelines: [{area: Development}]"),
			accepted: institution("guidelines: [{area: Development, notRelevant: Nothing is developed here}]"),
		},
		"more people who finished than there are is refused": {
			kind: kind, field: "spec.awareness.completed", says: []string{"no more people complete a round than there are"},
			refused:  institution("awareness: {lastRound: 2026-05-31, people: 10, completed: 11}"),
			accepted: institution("awareness: {lastRound: 2026-05-31, people: 10, completed: 10}"),
		},
		"a use that ends before it begins is refused": {
			kind: kind, field: "spec.uses[0].until", says: []string{"a use ends after it begins"},
			refused:  institution("uses: [{solution: aula, from: 2026-01-01, until: 2025-01-01}]"),
			accepted: institution("uses: [{solution: aula, from: 2026-01-01, until: 2027-01-01}]"),
		},
		"two uses of one solution are refused": {
			kind: kind, field: "spec.uses[1]", says: []string{"Duplicate value"},
			refused:  institution("uses: [{solution: aula}, {solution: aula}]"),
			accepted: institution("uses: [{solution: aula}, {solution: fbs}]"),
		},
		"an institution that nobody can be reached at is refused": {
			kind: kind, field: "spec.contacts[0]", says: []string{"an email, a phone or both"},
			refused:  institution("contacts: [{role: DPO}]"),
			accepted: institution("contacts: [{role: DPO, email: dpo@example.org}]"),
		},
		"an institution with a name that does not fit into a reference is refused": {
			kind: kind, field: "<nil>", says: []string{"metadata.name may have at most 63 characters", "aarhus"},
			refused: named(kind, 64, "{legalName: X}"), accepted: named(kind, 63, "{legalName: X}"),
		},
	}
}
