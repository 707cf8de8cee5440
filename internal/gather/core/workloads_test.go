package core

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// read extracts the facts of an object written as YAML.
func read(t *testing.T, kinds []adapter.Kind, content string) []any {
	t.Helper()
	var tm metav1.TypeMeta
	if err := yaml.Unmarshal([]byte(content), &tm); err != nil {
		t.Fatal(err)
	}
	k, ok := adapter.NewIndex(kinds).Lookup(tm.GroupVersionKind())
	if !ok {
		t.Fatalf("%s is not read", tm.GroupVersionKind())
	}
	o := k.New()
	if err := yaml.UnmarshalStrict([]byte(content), o); err != nil {
		t.Fatal(err)
	}
	out, err := k.Extract(o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// one gives the fact of a type, or nil.
func one[T any](found []any) *T {
	for _, f := range found {
		if v, ok := f.(*T); ok {
			return v
		}
	}
	return nil
}

func owner(apiVersion, kind string) string {
	return "  ownerReferences: [{apiVersion: " + apiVersion + ", kind: " + kind + ", name: o, uid: u, controller: true}]\n"
}

func object(apiVersion, kind, owner, spec string) string {
	return "apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n  name: x\n  namespace: a\n  uid: own\n" + owner + "spec: " + spec + "\n"
}

const template = "{template: {spec: {containers: [{name: c, image: i}]}}}"

func TestWhatIsTheWorkload(t *testing.T) {
	const pod = "{containers: [{name: c, image: i}]}"
	tests := map[string]struct {
		content    string
		workload   string // empty: none
		path       string
		controller string
		podsOnly   bool
		static     bool
		owner      string // of the Pod or Owner fact
	}{
		"a Deployment":                        {content: object("apps/v1", "Deployment", "", template), workload: "Deployment a/x", path: "spec.template.spec"},
		"a Deployment of a foreign kind":      {content: object("apps/v1", "Deployment", owner("example.org/v1", "Shop"), template), workload: "Deployment a/x", path: "spec.template.spec", controller: "Shop a/o"},
		"a StatefulSet":                       {content: object("apps/v1", "StatefulSet", "", template), workload: "StatefulSet a/x", path: "spec.template.spec"},
		"a DaemonSet":                         {content: object("apps/v1", "DaemonSet", "", template), workload: "DaemonSet a/x", path: "spec.template.spec"},
		"a ReplicationController":             {content: object("v1", "ReplicationController", "", template), workload: "ReplicationController a/x", path: "spec.template.spec"},
		"a ReplicationController without pod": {content: object("v1", "ReplicationController", "", "{}"), workload: "ReplicationController a/x", path: "spec.template.spec"},
		"a ReplicaSet of a Deployment":        {content: object("apps/v1", "ReplicaSet", owner("apps/v1", "Deployment"), template), owner: "Deployment a/o"},
		"a ReplicaSet of a Rollout":           {content: object("apps/v1", "ReplicaSet", owner("argoproj.io/v1alpha1", "Rollout"), template), workload: "ReplicaSet a/x", path: "spec.template.spec", controller: "Rollout a/o"},
		"a ReplicaSet of a foreign Deployment": {content: object("apps/v1", "ReplicaSet", owner("example.org/v1", "Deployment"), template),
			workload: "ReplicaSet a/x", path: "spec.template.spec", controller: "Deployment a/o"},
		"a bare ReplicaSet":     {content: object("apps/v1", "ReplicaSet", "", template), workload: "ReplicaSet a/x", path: "spec.template.spec"},
		"a Job of a CronJob":    {content: object("batch/v1", "Job", owner("batch/v1", "CronJob"), template), owner: "CronJob a/o"},
		"a bare Job":            {content: object("batch/v1", "Job", "", template), workload: "Job a/x", path: "spec.template.spec"},
		"a Job of a foreign":    {content: object("batch/v1", "Job", owner("argoproj.io/v1alpha1", "Workflow"), template), workload: "Job a/x", path: "spec.template.spec", controller: "Workflow a/o"},
		"a CronJob":             {content: object("batch/v1", "CronJob", "", "{jobTemplate: {spec: "+template+"}}"), workload: "CronJob a/x", path: "spec.jobTemplate.spec.template.spec"},
		"a bare pod":            {content: object("v1", "Pod", "", pod), workload: "Pod a/x", path: "spec"},
		"a pod of a ReplicaSet": {content: object("v1", "Pod", owner("apps/v1", "ReplicaSet"), pod), owner: "ReplicaSet a/o"},
		"a pod of a Job":        {content: object("v1", "Pod", owner("batch/v1", "Job"), pod), owner: "Job a/o"},
		"a pod of a DaemonSet":  {content: object("v1", "Pod", owner("apps/v1", "DaemonSet"), pod), owner: "DaemonSet a/o"},
		"a pod of a foreign kind": {content: object("v1", "Pod", owner("postgresql.cnpg.io/v1", "Cluster"), pod),
			workload: "Cluster a/o", path: "spec", podsOnly: true, owner: "Cluster a/o"},
		"a pod that names a Deployment itself": {content: object("v1", "Pod", owner("apps/v1", "Deployment"), pod),
			workload: "Deployment a/o", path: "spec", podsOnly: true, owner: "Deployment a/o"},
		"a mirror pod": {content: object("v1", "Pod", "  annotations: {kubernetes.io/config.mirror: x}\n"+owner("v1", "Node"), pod), workload: "Pod a/x", path: "spec", static: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			found := read(t, Kinds(), tt.content)
			w := one[facts.Workload](found)
			if tt.workload == "" {
				if w != nil {
					t.Errorf("workload %s, want none", w.Ref)
				}
			} else {
				controller := ""
				if w != nil && w.Controller != nil {
					controller = w.Controller.String()
				}
				if w == nil || w.Ref.String() != tt.workload || w.TemplatePath != tt.path || controller != tt.controller || w.PodsOnly != tt.podsOnly || w.Static != tt.static || w.Shape == nil {
					t.Errorf("workload %+v, want %+v", w, tt)
				}
			}
			got := ""
			if o := one[facts.Owner](found); o != nil {
				got = o.Parent().String()
				if o.UID != facts.UIDOf("own") || o.ParentUID != facts.UIDOf("u") || o.Ref().Name != "x" {
					t.Errorf("owner %+v", o)
				}
			}
			if p := one[facts.Pod](found); p != nil && p.Controller != nil {
				got = p.Owner().String()
			}
			if got != tt.owner {
				t.Errorf("owner %q, want %q", got, tt.owner)
			}
		})
	}
}

func TestReplicasAndEnds(t *testing.T) {
	tests := map[string]struct {
		content             string
		replicas            int32
		suspended, finished bool
	}{
		"a Deployment that states none": {content: object("apps/v1", "Deployment", "", template), replicas: 1},
		"a Deployment at rest":          {content: object("apps/v1", "Deployment", "", "{replicas: 0, template: {}}"), replicas: 0},
		"a DaemonSet":                   {content: object("apps/v1", "DaemonSet", "", template), replicas: -1},
		"a suspended CronJob":           {content: object("batch/v1", "CronJob", "", "{suspend: true}"), replicas: -1, suspended: true},
		"a suspended Job":               {content: object("batch/v1", "Job", "", "{suspend: true}"), replicas: -1, suspended: true},
		"a Job that failed":             {content: object("batch/v1", "Job", "", "{}") + "status: {conditions: [{type: Failed, status: 'True'}]}\n", replicas: -1, finished: true},
		"a Job that may yet complete":   {content: object("batch/v1", "Job", "", "{}") + "status: {conditions: [{type: Complete, status: 'False'}]}\n", replicas: -1},
		"a pod that ended":              {content: object("v1", "Pod", "", "{}") + "status: {phase: Succeeded}\n", replicas: -1, finished: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := one[facts.Workload](read(t, Kinds(), tt.content))
			if w.Replicas != tt.replicas || w.Suspended != tt.suspended || w.Finished != tt.finished {
				t.Errorf("replicas %d, suspended %t, finished %t, want %+v", w.Replicas, w.Suspended, w.Finished, tt)
			}
		})
	}
}

func TestClaimTemplatesAndDaemonStatus(t *testing.T) {
	w := one[facts.Workload](read(t, Kinds(), object("apps/v1", "StatefulSet", "", `
  template: {}
  volumeClaimTemplates:
  - metadata: {name: data, labels: {a: b}, annotations: {k8up.io/backup: "false", other: x}}
    spec: {storageClassName: fast}
  - metadata: {name: wal}`)))
	want := []facts.ClaimTemplate{
		{Name: "data", StorageClass: new("fast"), Labels: facts.NewLabels(map[string]string{"a": "b"}), Annotations: map[string]string{"k8up.io/backup": "false"}}, {Name: "wal"},
	}
	if diff := cmp.Diff(want, w.ClaimTemplates); diff != "" {
		t.Error(diff)
	}
	w = one[facts.Workload](read(t, Kinds(), "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: x, generation: 3}\n"+
		"status: {desiredNumberScheduled: 4, numberReady: 3, numberAvailable: 2, observedGeneration: 2}\n"))
	if diff := cmp.Diff(&facts.DaemonStatus{Desired: 4, Ready: 3, Available: 2, ObservedGeneration: 2, Generation: 3}, w.Daemon); diff != "" {
		t.Error(diff)
	}
}

const richPod = `
  nodeName: n1
  serviceAccountName: sa
  hostNetwork: true
  schedulerName: default-scheduler
  nodeSelector: {topology.kubernetes.io/region: eu-north-1}
  tolerations:
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
  - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
  - {key: dedicated, operator: Exists}
  initContainers:
  - {name: init, image: i}
  - {name: side, image: s, restartPolicy: Always}
  containers:
  - name: main
    image: fluent/fluent-bit:4
    command: [/fluent-bit/bin/fluent-bit]
    args: [--config, /etc/x.yaml, --password, geheim, '--url=https://u:geheim@h.example.org/x?y=z']
    env: [{name: ES_HOST, value: es.example.org}, {name: PLAIN, value: geheim}, {name: DD_SITE, value: datadoghq.eu}]
    envFrom: [{secretRef: {name: geheim}}]
    volumeMounts:
    - {name: data, mountPath: /data}
    - {name: kube-api-access-x1y2z, mountPath: /var/run/secrets, readOnly: true}
  ephemeralContainers: [{name: debug, image: d}]
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data-0}}
  - {name: scratch, ephemeral: {volumeClaimTemplate: {metadata: {labels: {l: v}}, spec: {storageClassName: fast}}}}
  - {name: logs, hostPath: {path: /var/log}}
  - {name: nfs, nfs: {server: nfs.example.org, path: /x}}
  - {name: csi, csi: {driver: d.example.org, volumeAttributes: {share: s, password: geheim}}}
  - {name: config, configMap: {name: cm}}
  - {name: cert, secret: {secretName: s}}
  - {name: tmp, emptyDir: {}}
  - {name: nothing}
  - {name: down, downwardAPI: {}}
  - {name: all, projected: {}}
  - {name: model, image: {reference: registry.example.org/models/m:1}}
  - {name: disk, iscsi: {targetPortal: t, iqn: i, lun: 0}}
  - {name: kube-api-access-x1y2z, projected: {}}
`

func TestShapeOfAPod(t *testing.T) {
	shape := one[facts.Pod](read(t, Kinds(), object("v1", "Pod", "", richPod)+"status: {phase: Running}\n")).Shape
	if shape.Scheduling.NodeName != "" || shape.Scheduling.NodeSelector["topology.kubernetes.io/region"] != "eu-north-1" || !shape.HostNetwork || shape.ServiceAccount != "sa" {
		t.Errorf("shape %+v", shape)
	}
	if diff := cmp.Diff([]corev1.Toleration{{Key: "dedicated", Operator: "Exists"}}, shape.Tolerations); diff != "" {
		t.Error(diff)
	}
	want := []facts.Container{
		{Name: "init", Type: facts.ContainerInit, Image: "i"},
		{Name: "side", Type: facts.ContainerSidecar, Image: "s"},
		{
			Name: "main", Type: facts.ContainerMain, Image: "fluent/fluent-bit:4", EnvFrom: true, SecretEnv: true,
			Mounts: []facts.Mount{{Volume: "data", Path: "/data"}},
			Config: &facts.ContainerConfig{
				Args:      []string{"/fluent-bit/bin/fluent-bit", "--config", "/etc/x.yaml", "--password", "", "--url=https://h.example.org/x"},
				Settings:  map[string]string{"ES_HOST": "es.example.org", "DD_SITE": "datadoghq.eu"},
				Telemetry: map[string]string{"DD_SITE": "datadoghq.eu"},
			},
		},
		{Name: "debug", Type: facts.ContainerEphemeral, Image: "d"},
	}
	if diff := cmp.Diff(want, shape.Containers); diff != "" {
		t.Error(diff)
	}
	volumes := []facts.Volume{
		{Name: "data", Claim: "data-0"},
		{Name: "scratch", Ephemeral: &facts.ClaimTemplate{StorageClass: new("fast"), Labels: facts.NewLabels(map[string]string{"l": "v"})}},
		{Name: "logs", HostPath: "/var/log"}, {Name: "nfs", NFSServer: "nfs.example.org"},
		{Name: "csi", CSI: &facts.CSIVolume{Driver: "d.example.org", Attributes: map[string]string{"share": "s"}}},
		{Name: "config", ConfigMap: "cm"}, {Name: "cert", Secret: "s"}, {Name: "tmp", EmptyDir: true}, {Name: "nothing", EmptyDir: true},
		{Name: "down"}, {Name: "all"}, {Name: "model", Image: "registry.example.org/models/m:1"}, {Name: "disk", Other: "iscsi"},
	}
	if diff := cmp.Diff(volumes, shape.Volumes); diff != "" {
		t.Error(diff)
	}
}

func TestNodeNameOfAManifestStays(t *testing.T) {
	shape := one[facts.Workload](read(t, Kinds(), object("v1", "Pod", "", "{nodeName: n1}"))).Shape
	if shape.Scheduling.NodeName != "n1" {
		t.Errorf("node name %q, want n1: nobody has bound the pod", shape.Scheduling.NodeName)
	}
}

func TestConfigurationStandsOnlyWhereItMayCount(t *testing.T) {
	shape := one[facts.Pod](read(t, Kinds(), object("v1", "Pod", "", `
  containers: [{name: c, image: nginx, volumeMounts: [{name: config, mountPath: /x}, {name: tmp, mountPath: /tmp}]}]
  volumes: [{name: config, configMap: {name: cm}}, {name: cert, secret: {secretName: s}}, {name: tmp, emptyDir: {}}]`))).Shape
	if len(shape.Volumes) != 1 || len(shape.Containers[0].Mounts) != 1 || shape.Containers[0].Mounts[0].Volume != "tmp" {
		t.Errorf("volumes %+v and mounts %+v of an ordinary pod", shape.Volumes, shape.Containers[0].Mounts)
	}
}

func TestPodsOfADaemonSetShareItsShape(t *testing.T) {
	kinds := Kinds()
	set := one[facts.Workload](read(t, kinds, object("apps/v1", "DaemonSet", "", "{template: {metadata: {labels: {app: x}}, spec: {containers: [{name: c, image: i}]}}}")))
	pod := one[facts.Pod](read(t, kinds, `
apiVersion: v1
kind: Pod
metadata:
  name: x-1
  namespace: a
  labels: {app: x, controller-revision-hash: h, pod-template-generation: "1"}
`+owner("apps/v1", "DaemonSet")+`
spec:
  nodeName: n1
  serviceAccountName: default
  containers: [{name: c, image: i}]
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}]}}}
  tolerations:
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}
  - {key: node.kubernetes.io/disk-pressure, operator: Exists, effect: NoSchedule}
status: {phase: Running}
`))
	if set.Shape != pod.Shape {
		t.Errorf("shapes differ: %s", cmp.Diff(set.Shape, pod.Shape))
	}
}

func TestAnOwnerBetweenKeepsItsTemplateWhileItMakesPods(t *testing.T) {
	kinds := Kinds()
	spec := func(labels string) string {
		return "template: {metadata: {labels: {app: x" + labels + "}}, spec: {containers: [{name: c, image: i}], nodeSelector: {a: b}}}"
	}
	deployment := one[facts.Workload](read(t, kinds, object("apps/v1", "Deployment", "", "{"+spec("")+"}")))
	const hash, job = ", pod-template-hash: h", ", controller-uid: u, job-name: x, batch.kubernetes.io/controller-uid: u, batch.kubernetes.io/job-name: x"
	set, run := owner("apps/v1", "Deployment"), owner("batch/v1", "CronJob")
	for name, tt := range map[string]struct {
		content string
		kept    bool
	}{
		"a ReplicaSet":                      {object("apps/v1", "ReplicaSet", set, "{"+spec(hash)+"}"), true},
		"a ReplicaSet with replicas":        {object("apps/v1", "ReplicaSet", set, "{replicas: 2, "+spec(hash)+"}"), true},
		"an old ReplicaSet":                 {object("apps/v1", "ReplicaSet", set, "{replicas: 0, "+spec(hash)+"}"), false},
		"one whose pods are not gone yet":   {object("apps/v1", "ReplicaSet", set, "{replicas: 0, "+spec(hash)+"}") + "status: {replicas: 1}\n", true},
		"one of which no template is known": {object("apps/v1", "ReplicaSet", set, "{replicas: 2}"), false},
		"a Job":                             {object("batch/v1", "Job", run, "{"+spec(job)+"}"), true},
		"a suspended Job":                   {object("batch/v1", "Job", run, "{suspend: true, "+spec(job)+"}"), true},
		"a Job that has ended":              {object("batch/v1", "Job", run, "{"+spec(job)+"}") + "status: {conditions: [{type: Complete, status: 'True'}]}\n", false},
	} {
		o := one[facts.Owner](read(t, kinds, tt.content))
		if tt.kept && o.Shape != deployment.Shape || !tt.kept && o.Shape != nil {
			t.Errorf("%s: the template is %+v, want that of the Deployment: %t", name, o.Shape, tt.kept)
		}
	}
}

func TestAChangedPodDoesNotShareTheShape(t *testing.T) {
	kinds := Kinds()
	a := one[facts.Pod](read(t, kinds, object("v1", "Pod", "", "{containers: [{name: c, image: i}]}")))
	for name, other := range map[string]string{
		"a container put in by a webhook": "{containers: [{name: c, image: i}, {name: d, image: j}]}",
		"a constraint":                    "{containers: [{name: c, image: i}], nodeSelector: {a: b}}",
		"another image":                   "{containers: [{name: c, image: j}]}",
		"a setting":                       "{containers: [{name: c, image: i, env: [{name: DD_SITE, value: datadoghq.com}]}]}",
	} {
		if b := one[facts.Pod](read(t, kinds, object("v1", "Pod", "", other))); a.Shape == b.Shape {
			t.Errorf("%s: the shapes are one", name)
		}
	}
	if b := one[facts.Pod](read(t, kinds, object("v1", "Pod", "", "{containers: [{name: c, image: i}]}"))); a.Shape != b.Shape {
		t.Error("equal shapes are two")
	}
}

func TestAWrongObjectIsAnError(t *testing.T) {
	for _, k := range Kinds() {
		if _, err := k.Extract(&runtime.Unknown{}); err == nil {
			t.Errorf("%s takes any object", k.Resource)
		}
	}
}
