package workloads

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// Regions that the solutions allow, and the one outside that the cluster has nodes in too.
var (
	allowedRegions = []string{"eu-north-1", "eu-west-1", "dk-east-1"}
	outsideRegion  = "us-east-1"
)

// nodesPerRegion of the cluster; Nodes counts all.
const (
	nodesPerRegion = 20
	Nodes          = 4 * nodesPerRegion
)

// Namespaces of the platform.
const (
	backupNamespace = "velero"
	logNamespace    = "logging"
)

// backupName is the newest backup of every claim that is backed up.
const backupName = "all-20260101020000"

// Declarations gives what people declare, as manifests: the Platform, a profile, a solution with its environment for each of
// the solutions, and attestations of what cannot be observed. The solutions are Confidential and may be in Denmark, Finland (where a zone of eu-north-1 lies),
// Ireland and Sweden.
func (g *Generator) Declarations() []byte {
	b := &bytes.Buffer{}
	fmt.Fprintf(b, `apiVersion: tilsyn.dev/v1alpha1
kind: Platform
metadata: {name: cluster}
spec:
  providers: [{name: aws}, {name: dc, providerIDPrefixes: ["dc://"]}]
  regions: [{provider: dc, name: dk-east-1, country: DK}]
  namespaces:
    - {name: %s, owner: Backup team}
    - {name: %s, owner: Logging team}
  endpoints: [{name: logs.example.org, country: DK, failureDomain: logs, retainsLogsFor: 13mo}]
---
apiVersion: tilsyn.dev/v1alpha1
kind: ControlProfile
metadata: {name: public-sector}
spec:
  controls:
`, backupNamespace, logNamespace)
	for _, control := range []string{"LOC-01", "LOC-02", "LOC-03", "LOC-04", "LOG-01", "LOG-02", "BCK-01", "BCK-02", "BCK-03", "DPD-01", "GOV-06", "GOV-08"} {
		fmt.Fprintf(b, "    - {control: %s, mode: Required}\n", control)
	}
	for s := range g.Solutions {
		fmt.Fprintf(b, `---
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: %[1]s}
spec:
  owner: {organisation: Example Municipality}
  classification: {confidentiality: Confidential, integrity: Medium, availability: Medium, reviewedAt: %[2]q}
  personalData: [Ordinary, NationalID]
  locations: {allowed: [{country: DK}, {country: FI}, {country: IE}, {country: SE}]}
---
apiVersion: tilsyn.dev/v1alpha1
kind: SolutionEnvironment
metadata: {name: %[1]s-production}
spec:
  solution: %[1]s
  stage: Production
  namespaces: ["s%02[3]d-*"]
`, solutionName(s), g.day(-60), s)
		g.attest(b, "RestoreTest", solutionName(s), fmt.Sprintf("about: {solution: %s}, restore: {source: 'velero:all-last-month', duration: 3h, checkedBy: records@example.org, result: Complete}", solutionName(s)))
	}
	g.attest(b, "LogArrival", "logs", "about: {platform: true}")
	g.attest(b, "LogRetention", "logs", "about: {platform: true}, target: logs.example.org, retention: 13mo")
	g.attest(b, "LogProtection", "logs", "about: {platform: true}, target: logs.example.org")
	g.attest(b, "ReplicationLocation", "all", "about: {platform: true}, countries: [DK, IE]")
	g.attest(b, "BackupSeparation", "backups", "about: {platform: true}, target: aws/backups")
	for s := range g.Solutions {
		g.attest(b, "BackupSeparation", solutionName(s)+"-vault", fmt.Sprintf("about: {solution: %s}, target: vault.example.org", solutionName(s)))
	}
	return b.Bytes()
}

func (g *Generator) day(n int) string { return g.Now.AddDate(0, 0, n).Format(time.DateOnly) }

// attest writes an attestation of three days ago that ends in 25 days.
func (g *Generator) attest(b *bytes.Buffer, typ, name, more string) {
	fmt.Fprintf(b, `---
apiVersion: tilsyn.dev/v1alpha1
kind: Attestation
metadata: {name: %s-%s}
spec: {type: %s, by: operations@example.org, date: %q, validUntil: %q, evidence: Case 2026-1234, %s}
`, strings.ToLower(typ), name, typ, g.day(-3), g.day(25), more)
}

// Shared gives the manifests of what all workloads share: namespaces with a Service of databases each, a storage class, the plan and store of backups and
// the log collector.
func (g *Generator) Shared() []byte {
	b := &bytes.Buffer{}
	for n := range g.Namespaces() {
		_, name := g.namespaceOf(n)
		fmt.Fprintf(b, "apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n---\n", name)
		fmt.Fprintf(b, "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: %s}\nspec: {clusterIP: None, selector: {app: db}, ports: [{port: 5432}]}\n---\n", name)
	}
	fmt.Fprintf(b, `apiVersion: v1
kind: Namespace
metadata: {name: %[1]s}
---
apiVersion: v1
kind: Namespace
metadata: {name: %[2]s}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard}
provisioner: ebs.csi.aws.com
---
apiVersion: velero.io/v1
kind: BackupStorageLocation
metadata: {name: default, namespace: %[1]s}
spec:
  provider: aws
  default: true
  accessMode: ReadWrite
  objectStorage: {bucket: backups}
  config: {region: eu-west-1, kmsKeyId: alias/backups}
status: {phase: Available}
---
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: all, namespace: %[1]s}
spec:
  schedule: "0 */6 * * *"
  template: {includedNamespaces: ["*"], snapshotMoveData: true, storageLocation: default, ttl: 2160h0m0s}
status: {phase: Enabled}
---
`, backupNamespace, logNamespace)
	fmt.Fprintf(b, collector, logNamespace)
	return b.Bytes()
}

// collector is Fluent Bit on every node, which heeds the annotations that opt out.
const collector = `apiVersion: v1
kind: ConfigMap
metadata: {name: fluent-bit, namespace: %[1]s}
data:
  fluent-bit.conf: |
    [SERVICE]
        Parsers_File parsers.conf
    [INPUT]
        Name tail
        Path /var/log/containers/*.log
        Tag kube.*
        multiline.parser cri
    [FILTER]
        Name kubernetes
        Match kube.*
        K8S-Logging.Exclude On
    [OUTPUT]
        Name es
        Match *
        Host logs.example.org
        Port 9200
        tls On
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: fluent-bit, namespace: %[1]s}
spec:
  selector: {matchLabels: {app: fluent-bit}}
  template:
    metadata: {labels: {app: fluent-bit}}
    spec:
      tolerations: [{operator: Exists}]
      containers:
        - name: fluent-bit
          image: cr.fluentbit.io/fluent/fluent-bit:4.2.0
          args: [--config=/fluent-bit/etc/conf/fluent-bit.conf]
          volumeMounts:
            - {name: config, mountPath: /fluent-bit/etc/conf}
            - {name: varlog, mountPath: /var/log, readOnly: true}
      volumes:
        - {name: config, configMap: {name: fluent-bit}}
        - {name: varlog, hostPath: {path: /var/log}}
`

// WriteManifests writes everything that a repository of manifests would hold, as one stream of documents.
func (g *Generator) WriteManifests(out io.Writer) error {
	if _, err := fmt.Fprintf(out, "%s---\n%s", g.Declarations(), g.Shared()); err != nil {
		return err
	}
	b := &strings.Builder{}
	for i := range g.Count {
		w := g.Workload(i)
		b.Reset()
		b.WriteString("---\n")
		b.Write(w.YAML())
		if _, err := io.WriteString(out, b.String()); err != nil {
			return err
		}
	}
	return nil
}
