package api

func environment(more string) string { return "solution: aula, stage: Production, " + more }

func environmentCases() map[string]ruleCase {
	const kind = "SolutionEnvironment"
	exactlyOne := []string{"exactly one of namespaces", "hostedBy: aws"}
	scratch := []string{"every namespace of scratchData belongs to the environment", "claim: search-index"}
	const claim = ", claim: search-index, reason: Rebuilt from the database}]"
	return map[string]ruleCase{
		"an environment both here and elsewhere is refused": {
			kind:    kind,
			refused: environment("namespaces: [aula], hostedBy: aws"), accepted: environment("namespaces: [aula]"),
			field: "spec", says: exactlyOne,
		},
		"an environment that is nowhere is refused": {
			kind:    kind,
			refused: "solution: aula, stage: Production", accepted: environment("hostedBy: aws"),
			field: "spec", says: exactlyOne,
		},
		"an environment that claims the whole cluster is refused": {
			kind:    kind,
			refused: environment("namespaces: ['*']"), accepted: environment("namespaces: [aula-*, aula-db-*]"),
			field: "spec.namespaces[0]", says: []string{"a lone * is not allowed", "aula-*"},
		},
		"the same pattern twice is refused": {
			kind:    kind,
			refused: environment("namespaces: [aula, aula]"), accepted: environment("namespaces: [aula, aula*]"),
			field: "spec.namespaces[1]", says: []string{"Duplicate value"},
		},
		"scratch data in a namespace of somebody else are refused": {
			kind:     kind,
			refused:  environment("namespaces: [aula, aula-*], uses: [databases], scratchData: [{namespace: aulax" + claim),
			accepted: environment("namespaces: [aula, aula-*], uses: [databases], scratchData: [{namespace: aula-x" + claim),
			field:    "spec.scratchData", says: scratch,
		},
		"scratch data of an environment elsewhere are refused": {
			kind:     kind,
			refused:  environment("hostedBy: aws, scratchData: [{namespace: aula" + claim),
			accepted: environment("namespaces: [other], uses: [aula], scratchData: [{namespace: aula" + claim),
			field:    "spec.scratchData", says: scratch,
		},
		"scratch data without a real reason are refused": {
			kind:     kind,
			refused:  environment("namespaces: [aula], scratchData: [{namespace: aula, claim: x, reason: 'no need'}]"),
			accepted: environment("namespaces: [aula], scratchData: [{namespace: aula, claim: x, reason: Rebuilt from the database}]"),
			field:    "spec.scratchData[0].reason", says: []string{"at least 10 chars"},
		},
		"an environment that moves to another solution is refused": {
			kind:     kind,
			before:   environment("namespaces: [aula]"),
			refused:  "solution: other, stage: Production, namespaces: [aula]",
			accepted: "solution: aula, stage: Test, namespaces: [aula, aula-*]",
			field:    "spec.solution", says: []string{"an environment keeps its solution", "make another environment"},
		},
		"a stage in other words is refused with those allowed": {
			kind:    kind,
			refused: "solution: aula, stage: prod, namespaces: [aula]", accepted: "solution: aula, stage: Production, namespaces: [aula]",
			field: "spec.stage", says: []string{"Unsupported value", "Production", "PreProduction", "Test"},
		},
		"an environment whose name does not fit into a label is refused": {
			kind:     kind,
			refused:  named(kind, 64, "{solution: aula, stage: Test, namespaces: [aula]}"),
			accepted: named(kind, 63, "{solution: aula, stage: Test, namespaces: [aula]}"),
			field:    "<nil>", says: []string{"metadata.name may have at most 63 characters", "aula-production"},
		},
	}
}

func recordCases() map[string]ruleCase {
	return map[string]ruleCase{
		"a record that changes its subject is refused": {
			kind:     "SupervisionRecord",
			before:   "kind: HostedSolution, name: aula, shard: 1",
			refused:  "kind: HostedSolution, name: aula, shard: 2",
			accepted: "kind: HostedSolution, name: aula, shard: 1",
			field:    "spec", says: []string{"a record keeps its subject", "shard: 1"},
		},
	}
}
