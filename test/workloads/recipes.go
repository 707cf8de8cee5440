package workloads

// Recipe is one way in which people write where the pods of a workload may run, with the right answer to whether it keeps
// them in the allowed regions (eu-north-1 and eu-west-1 of aws, dk-east-1 of the own data centre).
type Recipe struct {
	// Name says in a sentence what is written.
	Name string
	// Pinned is the right answer; Reason the one that LOC-02 must give.
	Pinned bool
	Reason string
	// Spec holds fields of the pod spec as YAML, not indented.
	Spec string
}

const (
	required  = "affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n"
	preferred = "affinity:\n  nodeAffinity:\n    preferredDuringSchedulingIgnoredDuringExecution:\n      - weight: 100\n        preference:\n"
)

// Recipes lists every way that is generated.
func Recipes() []Recipe {
	return append(pinned(), unpinned()...)
}

func pinned() []Recipe {
	yes := func(name, spec string) Recipe { return Recipe{Name: name, Pinned: true, Reason: "Pinned", Spec: spec} }
	return []Recipe{
		yes("a node selector names the region", "nodeSelector:\n  topology.kubernetes.io/region: eu-north-1\n"),
		yes("a node selector names the region of the own data centre", "nodeSelector: {topology.kubernetes.io/region: dk-east-1}\n"),
		yes("a node selector names a zone", "nodeSelector:\n  topology.kubernetes.io/zone: \"eu-west-1b\"\n"),
		yes("a node selector names region and architecture", "nodeSelector:\n  kubernetes.io/arch: amd64\n  topology.kubernetes.io/region: eu-west-1\n"),
		yes("required affinity names one region", required+
			"        - matchExpressions:\n            - key: topology.kubernetes.io/region\n              operator: In\n              values:\n                - eu-north-1\n"),
		yes("required affinity names two allowed regions", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1, eu-west-1]}\n"),
		yes("required affinity names allowed zones", required+
			"        - matchExpressions:\n            - key: topology.kubernetes.io/zone\n              operator: In\n              values: [eu-north-1a, eu-north-1b, eu-west-1a]\n"),
		yes("both alternatives of required affinity name a region", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1]}\n"+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-west-1]}\n"),
		yes("required affinity names the region beside other conditions", required+
			"        - matchExpressions:\n            - {key: kubernetes.io/arch, operator: In, values: [amd64, arm64]}\n"+
			"            - {key: topology.kubernetes.io/region, operator: In, values: [eu-west-1]}\n            - {key: node-role.kubernetes.io/control-plane, operator: DoesNotExist}\n"),
		yes("a wide list is cut by NotIn", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1, us-east-1]}\n"+
			"            - {key: topology.kubernetes.io/region, operator: NotIn, values: [us-east-1]}\n"),
		yes("a wide list is cut by a narrower one", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1, us-east-1]}\n"+
			"            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1, ap-south-1]}\n"),
		yes("a node selector cuts wide required affinity", "nodeSelector:\n  topology.kubernetes.io/region: eu-north-1\n"+required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1, us-east-1]}\n"),
		yes("an alternative without conditions admits nothing beside one that names the region", required+
			"        - {}\n        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-west-1]}\n"),
		yes("a preference stands beside a required region", "affinity:\n  nodeAffinity:\n    preferredDuringSchedulingIgnoredDuringExecution:\n"+
			"      - weight: 10\n        preference:\n          matchExpressions:\n            - {key: disk, operator: In, values: [ssd]}\n"+
			"    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1]}\n"),
		{Name: "the conditions contradict each other", Pinned: true, Reason: "NowhereToRun", Spec: required +
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1]}\n" +
			"            - {key: topology.kubernetes.io/region, operator: In, values: [eu-west-1]}\n"},
	}
}

func unpinned() []Recipe {
	no := func(reason, name, spec string) Recipe { return Recipe{Name: name, Reason: reason, Spec: spec} }
	return []Recipe{
		no("NotPinned", "nothing is written", ""),
		no("NotPinned", "a node selector names only the architecture", "nodeSelector:\n  kubernetes.io/arch: amd64\n"),
		no("NotPinned", "a node selector uses a label that anybody may set", "nodeSelector:\n  example.org/region: eu-north-1\n"),
		no("PreferredOnly", "the region is only preferred", preferred+
			"          matchExpressions:\n            - key: topology.kubernetes.io/region\n              operator: In\n              values: [eu-north-1]\n"),
		no("ValueOutside", "a node selector names a region outside", "nodeSelector:\n  topology.kubernetes.io/region: us-east-1\n"),
		no("ValueOutside", "a node selector names a zone outside", "nodeSelector:\n  topology.kubernetes.io/zone: us-east-1c\n"),
		no("ValueOutside", "one region of the list lies outside", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1, eu-west-1, us-east-1]}\n"),
		no("ValueOutside", "the allowed neighbour of a region is not in the set", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-west-2]}\n"),
		no("ValueUnknown", "the region does not exist", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-9]}\n"),
		no("TermUnpinned", "the second alternative names no region", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: In, values: [eu-north-1]}\n"+
			"        - matchExpressions:\n            - {key: kubernetes.io/arch, operator: In, values: [arm64]}\n"),
		no("OperatorNotIn", "the region is anything but one", required+
			"        - matchExpressions:\n            - {key: topology.kubernetes.io/region, operator: NotIn, values: [us-east-1]}\n"),
		no("OperatorNotIn", "the region has to exist", required+
			"        - matchExpressions:\n            - key: topology.kubernetes.io/region\n              operator: Exists\n"),
		no("OperatorNotIn", "the region must not exist", required+
			"        - matchExpressions:\n            - key: topology.kubernetes.io/region\n              operator: DoesNotExist\n"),
		no("NodeNameSet", "the template names its node", "nodeName: se-0\nnodeSelector:\n  topology.kubernetes.io/region: eu-north-1\n"),
		no("SchedulerNotListed", "another scheduler is asked", "schedulerName: fast-scheduler\nnodeSelector:\n  topology.kubernetes.io/region: eu-north-1\n"),
	}
}
