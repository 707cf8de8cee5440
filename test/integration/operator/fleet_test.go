package operator

// What the tests apply: a platform, nodes, a solution with one environment and one workload.

const platformYAML = `
apiVersion: tilsyn.dev/v1alpha1
kind: Platform
metadata: {name: cluster}
spec:
  providers: [{name: aws}]
  namespaces: [{name: tilsyn-system, owner: Platform team}, {name: default, owner: Platform team}]
`

// nodeYAML takes name, region, zone, zone, name.
const nodeYAML = `
apiVersion: v1
kind: Node
metadata: {name: %[1]s, labels: {topology.kubernetes.io/region: %[2]s, topology.kubernetes.io/zone: %[2]sa}}
spec: {providerID: "aws:///%[2]sa/i-%[1]s"}
`

// solutionYAML takes the name of the solution, which is also that of its namespace.
const solutionYAML = `
apiVersion: v1
kind: Namespace
metadata: {name: %[1]s}
---
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: %[1]s}
spec:
  owner: {organisation: Example Municipality}
  classification: {confidentiality: Confidential, integrity: Medium, availability: Medium, reviewedAt: "2026-06-01"}
  personalData: [Ordinary]
  locations: {allowed: [{country: DK}, {country: SE}, {country: FI}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: SolutionEnvironment
metadata: {name: %[1]s-production}
spec: {solution: %[1]s, stage: Production, namespaces: [%[1]s]}
`

// workloadYAML takes namespace, name and a node selector.
const workloadYAML = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: %[2]s, namespace: %[1]s}
spec:
  selector: {matchLabels: {app: %[2]s}}
  template:
    metadata: {labels: {app: %[2]s}}
    spec:
      nodeSelector: {%[3]s}
      containers: [{name: app, image: "registry.example.org/app:1"}]
`

// podYAML takes namespace, name and node.
const podYAML = `
apiVersion: v1
kind: Pod
metadata: {name: %[2]s, namespace: %[1]s}
spec:
  nodeName: %[3]s
  nodeSelector: {topology.kubernetes.io/region: eu-north-1}
  containers: [{name: app, image: "registry.example.org/app:1"}]
`

const (
	pinned   = "topology.kubernetes.io/region: eu-north-1"
	unpinned = ""
)

// fleet applies the platform, a node and a solution with a pinned workload.
func (c *cluster) fleet(solution string) {
	c.t.Helper()
	c.apply(platformYAML)
	c.apply(nodeYAML, "n1", "eu-north-1")
	c.apply(solutionYAML, solution)
	c.apply(workloadYAML, solution, "web", pinned)
}
