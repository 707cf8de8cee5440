package workloads

import (
	"fmt"
	"strings"
)

// write writes the manifest in the size and style of what people and charts write: about 4 KB of block YAML with some flow
// style, quotes and block scalars in it.
func (w *Workload) write(b *strings.Builder) {
	api := map[string]string{CronJob: "batch/v1", Job: "batch/v1"}[w.Kind]
	if api == "" {
		api = "apps/v1"
	}
	fmt.Fprintf(b, "apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n  namespace: %s\n  labels:\n", api, w.Kind, w.Name, w.Namespace)
	w.labels(b, 4)
	fmt.Fprintf(b, "  annotations:\n    example.org/team: team-%d\n    example.org/description: |\n      Workload %d of the generated fleet.\n      It answers requests of %s.\n",
		w.random%40, w.Index, w.Solution)
	b.WriteString("spec:\n")
	switch w.Kind {
	case Deployment:
		fmt.Fprintf(b, "  replicas: 2\n  revisionHistoryLimit: 5\n  strategy:\n    type: RollingUpdate\n    rollingUpdate:\n      maxSurge: 25%%\n      maxUnavailable: 0\n")
		w.selector(b, 2)
		w.template(b, 2)
	case StatefulSet:
		fmt.Fprintf(b, "  replicas: 2\n  serviceName: %s\n  podManagementPolicy: OrderedReady\n", w.Name)
		w.selector(b, 2)
		w.template(b, 2)
		w.claimTemplate(b)
	case DaemonSet:
		w.selector(b, 2)
		w.template(b, 2)
	case Job:
		b.WriteString("  backoffLimit: 3\n  ttlSecondsAfterFinished: 3600\n")
		w.template(b, 2)
	case CronJob:
		fmt.Fprintf(b, "  schedule: \"%d %d * * *\"\n  concurrencyPolicy: Forbid\n  successfulJobsHistoryLimit: 1\n  jobTemplate:\n    spec:\n      backoffLimit: 2\n", w.random%60, w.random%24)
		w.template(b, 6)
	}
}

func (w *Workload) labels(b *strings.Builder, indent int) {
	in := strings.Repeat(" ", indent)
	fmt.Fprintf(b, "%[1]sapp.kubernetes.io/name: %[2]s\n%[1]sapp.kubernetes.io/instance: %[2]s-prod\n%[1]sapp.kubernetes.io/version: \"%[3]d.%[4]d.%[5]d\"\n%[1]sapp.kubernetes.io/part-of: %[6]s\n%[1]sapp.kubernetes.io/managed-by: Helm\n",
		in, w.Name, 1+w.random%7, w.random>>8%20, w.random>>16%30, w.Solution)
}

func (w *Workload) selector(b *strings.Builder, indent int) {
	in := strings.Repeat(" ", indent)
	fmt.Fprintf(b, "%[1]sselector:\n%[1]s  matchLabels:\n%[1]s    app.kubernetes.io/name: %[2]s\n%[1]s    app.kubernetes.io/instance: %[2]s-prod\n", in, w.Name)
}

func (w *Workload) template(b *strings.Builder, indent int) {
	in := strings.Repeat(" ", indent)
	fmt.Fprintf(b, "%[1]stemplate:\n%[1]s  metadata:\n%[1]s    labels:\n", in)
	w.labels(b, indent+6)
	fmt.Fprintf(b, "%[1]s    annotations:\n%[1]s      prometheus.io/scrape: \"true\"\n%[1]s      prometheus.io/port: \"9102\"\n%[1]s      checksum/config: \"%016[2]x%016[2]x\"\n", in, w.random)
	if w.OptOut != "" {
		fmt.Fprintf(b, "%s      %s: \"true\"\n", in, w.OptOut)
	}
	fmt.Fprintf(b, "%s  spec:\n", in)
	indented(b, in+"    ", w.podSpec())
}

// indented writes text line by line behind an indent.
func indented(b *strings.Builder, in, text string) {
	for line := range strings.Lines(text) {
		b.WriteString(in)
		b.WriteString(line)
	}
}

func (w *Workload) podSpec() string {
	b := &strings.Builder{}
	if w.Kind == Job || w.Kind == CronJob {
		b.WriteString("restartPolicy: Never\n")
	}
	fmt.Fprintf(b, "serviceAccountName: %s\nautomountServiceAccountToken: false\nterminationGracePeriodSeconds: 30\nsecurityContext:\n  runAsNonRoot: true\n  runAsUser: %d\n  fsGroup: 2000\n  seccompProfile:\n    type: RuntimeDefault\n",
		w.Name, 1000+w.random%9000)
	b.WriteString(w.Placement.Spec)
	if w.random%3 == 0 {
		fmt.Fprintf(b, "tolerations:\n  - key: example.org/pool\n    operator: Equal\n    value: apps\n    effect: NoSchedule\n")
	}
	if w.random%2 == 0 {
		fmt.Fprintf(b, "initContainers:\n  - name: migrate\n    image: registry.example.org/%s/%s-migrate:%d.%d\n    command: [\"/bin/migrate\", \"--wait\", \"up\"]\n    resources:\n      limits: {cpu: 200m, memory: 128Mi}\n",
			w.Solution, w.Name, 1+w.random%7, w.random>>8%20)
		b.WriteString(hardened)
	}
	b.WriteString("containers:\n")
	w.container(b)
	b.WriteString("volumes:\n  - name: config\n    configMap:\n")
	fmt.Fprintf(b, "      name: %s-config\n      defaultMode: 288\n  - name: tmp\n    emptyDir:\n      sizeLimit: 100Mi\n", w.Name)
	if w.Kind == Deployment && w.Data != NoData {
		fmt.Fprintf(b, "  - name: data\n    persistentVolumeClaim:\n      claimName: %s\n", w.claimName())
	}
	return b.String()
}

const hardened = `    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop:
          - ALL
`

const probes = `    livenessProbe:
      httpGet:
        path: /healthz
        port: http
      initialDelaySeconds: 10
      periodSeconds: 20
      timeoutSeconds: 5
    readinessProbe:
      httpGet:
        path: /readyz
        port: http
      periodSeconds: 5
      failureThreshold: 3
`

func (w *Workload) container(b *strings.Builder) {
	fmt.Fprintf(b, "  - name: app\n    image: registry.example.org/%s/%s:%d.%d.%d\n    imagePullPolicy: IfNotPresent\n    args:\n      - --listen=:8080\n      - --metrics=:9102\n      - --log-format=json\n",
		w.Solution, w.Name, 1+w.random%7, w.random>>8%20, w.random>>16%30)
	b.WriteString("    ports:\n      - name: http\n        containerPort: 8080\n        protocol: TCP\n      - name: metrics\n        containerPort: 9102\n        protocol: TCP\n    env:\n")
	fmt.Fprintf(b, "      - name: DATABASE_HOST\n        value: %s.db.%s.svc.cluster.local\n      - name: DATABASE_PASSWORD\n        valueFrom:\n          secretKeyRef:\n            name: %s-db\n            key: password\n",
		w.Name, w.Namespace, w.Name)
	for n := range int(w.random >> 24 % 6) {
		fmt.Fprintf(b, "      - name: SETTING_%d\n        value: \"%x\"\n", n, w.random>>n)
	}
	b.WriteString("      - name: POD_NAME\n        valueFrom:\n          fieldRef:\n            fieldPath: metadata.name\n")
	b.WriteString("    resources:\n      requests:\n        cpu: 50m\n        memory: 128Mi\n      limits:\n        memory: 512Mi\n")
	b.WriteString(probes)
	b.WriteString(hardened)
	b.WriteString("    volumeMounts:\n      - name: config\n        mountPath: /etc/app\n        readOnly: true\n      - name: tmp\n        mountPath: /tmp\n")
	if w.Data != NoData {
		b.WriteString("      - name: data\n        mountPath: /var/lib/app\n")
	}
}

// claimName of the claim: of the first replica, for a StatefulSet.
func (w *Workload) claimName() string {
	if w.Kind == StatefulSet {
		return "data-" + w.Name + "-0"
	}
	return w.Name + "-data"
}

const claimSpec = "accessModes: [ReadWriteOnce]\nstorageClassName: standard\nresources:\n  requests:\n    storage: 10Gi\n"

func (w *Workload) claimLabels(b *strings.Builder, in string) {
	fmt.Fprintf(b, "%slabels:\n%s  app.kubernetes.io/name: %s\n", in, in, w.Name)
	if w.Data == ExcludedClaim {
		fmt.Fprintf(b, "%s  velero.io/exclude-from-backup: \"true\"\n", in)
	}
}

func (w *Workload) writeClaim(b *strings.Builder) {
	fmt.Fprintf(b, "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: %s\n  namespace: %s\n", w.claimName(), w.Namespace)
	w.claimLabels(b, "  ")
	b.WriteString("spec:\n")
	indented(b, "  ", claimSpec)
}

func (w *Workload) claimTemplate(b *strings.Builder) {
	if w.Data == NoData {
		return
	}
	b.WriteString("  volumeClaimTemplates:\n    - metadata:\n        name: data\n")
	w.claimLabels(b, "        ")
	b.WriteString("      spec:\n")
	indented(b, "        ", claimSpec)
}
