package velero

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter/adaptertest"
)

// read makes the object of a kind of this package.
func read(t testing.TB, text string) (adapter.Kind, *unstructured.Unstructured) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	for _, k := range Kinds() {
		if k.GVK == u.GroupVersionKind() {
			return k, u
		}
	}
	t.Fatalf("no kind for %s", u.GroupVersionKind())
	return adapter.Kind{}, nil
}

// extract gives the one fact of an object, and checks that a snapshot of it gives the same.
func extract[T any](t *testing.T, text string) *T {
	t.Helper()
	found, err := adaptertest.Extract(t, Kinds(), text)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Fatalf("%d facts, want one", len(found))
	}
	return found[0].(*T)
}

func at(text string) time.Time {
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return parsed.Local() // as metav1.Time decodes
}

func TestSchedule(t *testing.T) {
	got := extract[facts.BackupPlan](t, `
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: daily, namespace: velero, creationTimestamp: "2026-02-01T00:00:00Z"}
spec:
  schedule: 0 2 * * *
  paused: true
  template:
    includedNamespaces: [aula, "borger-*"]
    excludedNamespaces: [borger-test]
    labelSelector: {matchLabels: {backup: "yes"}}
    snapshotVolumes: false
    defaultVolumesToFsBackup: true
    storageLocation: offsite
    volumeSnapshotLocations: [aws]
    ttl: 720h0m0s
    resourcePolicy: {kind: configmap, name: policy}
    hooks:
      resources:
      - {name: quiesce, includedNamespaces: [aula], pre: [{exec: {command: [psql, "password=secret"]}}]}
      - {name: after, post: [{exec: {command: ["true"]}}]}
status: {phase: Enabled, lastBackup: "2026-11-20T02:00:00Z"}`)
	want := &facts.BackupPlan{
		Ref: facts.Ref{Group: Group, Kind: "Schedule", Namespace: "velero", Name: "daily"}, Product: facts.ProductVelero,
		Scope: facts.BackupScope{IncludedNamespaces: []string{"aula", "borger-*"}, ExcludedNamespaces: []string{"borger-test"},
			Selectors: []metav1.LabelSelector{{MatchLabels: map[string]string{"backup": "yes"}}}, SelectorField: "spec.template.labelSelector",
			Files: facts.Yes, Snapshots: facts.No, VolumePolicy: "ConfigMap velero/policy",
			Hooks: []facts.BackupHook{{IncludedNamespaces: []string{"aula"}}}},
		Schedule: "0 2 * * *", Dialect: date.Standard5, ScheduleField: "spec.schedule", Paused: true, PausedField: "spec.paused",
		Destination:       facts.Ref{Group: Group, Kind: "BackupStorageLocation", Namespace: "velero", Name: "offsite"},
		SnapshotLocations: []facts.Ref{{Group: Group, Kind: "VolumeSnapshotLocation", Namespace: "velero", Name: "aws"}},
		Retention:         facts.Retention{For: 720 * time.Hour, Field: "spec.template.ttl"},
		CreatedAt:         at("2026-02-01T00:00:00Z"), LastAsked: at("2026-11-20T02:00:00Z"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPrunedScheduleHoldsNoCommand(t *testing.T) {
	kind, u := read(t, `
apiVersion: velero.io/v1
kind: Schedule
metadata: {name: daily, namespace: velero, annotations: {note: secret}}
spec: {template: {hooks: {resources: [{name: q, pre: [{exec: {command: [secret]}}]}]}}}`)
	raw, err := yaml.Marshal(kind.Prune(u))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(raw), "secret") {
		t.Errorf("the snapshot holds what may be secret:\n%s", raw)
	}
}

func TestScheduleThatVeleroRefuses(t *testing.T) {
	for name, tc := range map[string]struct{ spec, status, problem, field string }{
		"by its status": {`{schedule: "0 2 * * *"}`, `{phase: FailedValidation, validationErrors: [one, two]}`, "one; two", "status.phase"},
		"filters of two families": {`{template: {includedResources: [pods], excludedClusterScopedResources: [nodes]}}`, `{}`,
			"the filters includedResources, excludedResources and includeClusterResources do not go with those per scope", "spec.template"},
		"two kinds of selectors":       {`{template: {labelSelector: {}, orLabelSelectors: [{}]}}`, `{}`, "labelSelector and orLabelSelectors do not go together", "spec.template.orLabelSelectors"},
		"a pattern of another dialect": {`{template: {includedNamespaces: ["{a,b}"]}}`, `{}`, `"{a,b}" is not a namespace pattern`, "spec.template.includedNamespaces"},
		"two stars":                    {`{template: {excludedNamespaces: ["a**"]}}`, `{}`, `"a**" is not a namespace pattern`, "spec.template.excludedNamespaces"},
		"an operator that is unknown": {`{template: {orLabelSelectors: [{}, {matchExpressions: [{key: a, operator: Has}]}]}}`, `{}`,
			`"Has" is not a valid label selector operator`, "spec.template.orLabelSelectors[1]"},
		"nothing wrong": {`{template: {includedNamespaces: ["*"], includeClusterResources: false}}`, `{phase: Enabled}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := extract[facts.BackupPlan](t, "{apiVersion: velero.io/v1, kind: Schedule, metadata: {name: s, namespace: velero}, spec: "+tc.spec+", status: "+tc.status+"}")
			if got.Invalid != tc.problem || got.InvalidField != tc.field {
				t.Errorf("got %q at %q, want %q at %q", got.Invalid, got.InvalidField, tc.problem, tc.field)
			}
		})
	}
}

func TestResourceFilters(t *testing.T) {
	type left = facts.ResourceFilter
	const at = "spec.template"
	for name, tc := range map[string]struct {
		spec string
		want left
	}{
		"no filter takes everything":           {`{}`, left{}},
		"a list of others":                     {`{includedResources: [deployments.apps, configmaps]}`, left{Pods: at + ".includedResources", Claims: at + ".includedResources"}},
		"short names and any case":             {`{includedResources: [PO, pvc, Deployments]}`, left{}},
		"core resources with their version":    {`{includedResources: [pods.v1., persistentvolumeclaims.v1]}`, left{}},
		"the same word in another group":       {`{includedResources: [pods.metrics.k8s.io, pvc]}`, left{Pods: at + ".includedResources"}},
		"a star":                               {`{includedResources: ["*"]}`, left{}},
		"a pattern":                            {`{includedResources: ["persistent*"]}`, left{Pods: at + ".includedResources"}},
		"volumes excluded by name":             {`{excludedResources: [pv]}`, left{Volumes: at + ".excludedResources"}},
		"no cluster resources":                 {`{includeClusterResources: false}`, left{Volumes: at + ".includeClusterResources"}},
		"everything of namespaces excluded":    {`{excludedNamespaceScopedResources: ["*"]}`, left{Pods: at + ".excludedNamespaceScopedResources", Claims: at + ".excludedNamespaceScopedResources"}},
		"claims not among those of namespaces": {`{includedNamespaceScopedResources: [pods]}`, left{Claims: at + ".includedNamespaceScopedResources"}},
		"volumes excluded per scope":           {`{excludedClusterScopedResources: [persistentvolumes]}`, left{Volumes: at + ".excludedClusterScopedResources"}},
		"exclusion wins":                       {`{includedResources: [pvc], excludedResources: [persistentvolumeclaims]}`, left{Pods: at + ".includedResources", Claims: at + ".excludedResources"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := extract[facts.BackupPlan](t, "{apiVersion: velero.io/v1, kind: Schedule, metadata: {name: s, namespace: velero}, spec: {template: "+tc.spec+"}}")
			if got.Scope.LeavesOut != tc.want {
				t.Errorf("got %+v, want %+v", got.Scope.LeavesOut, tc.want)
			}
		})
	}
}

func TestBackup(t *testing.T) {
	got := extract[facts.BackupRun](t, `
apiVersion: velero.io/v1
kind: Backup
metadata:
  name: daily-20261120020000
  namespace: velero
  creationTimestamp: "2026-11-20T02:00:00Z"
  labels: {velero.io/schedule-name: daily}
spec: {includedNamespaces: [aula], snapshotMoveData: true, defaultVolumesToFsBackup: false, storageLocation: default}
status:
  phase: Completed
  startTimestamp: "2026-11-20T02:00:01Z"
  completionTimestamp: "2026-11-20T02:10:00Z"
  expiration: "2026-12-20T02:00:01Z"
  warnings: 2
  volumeSnapshotsAttempted: 1
  volumeSnapshotsCompleted: 1
  csiVolumeSnapshotsAttempted: 3
  csiVolumeSnapshotsCompleted: 2
  progress: {totalItems: 10, itemsBackedUp: 9}`)
	want := &facts.BackupRun{
		Ref: facts.Ref{Group: Group, Kind: "Backup", Namespace: "velero", Name: "daily-20261120020000"}, Product: facts.ProductVelero,
		Plan: facts.Ref{Group: Group, Kind: "Schedule", Namespace: "velero", Name: "daily"}, Phase: facts.RunSucceeded, RawPhase: "Completed",
		StartedAt: at("2026-11-20T02:00:01Z"), CompletedAt: at("2026-11-20T02:10:00Z"), ExpiresAt: at("2026-12-20T02:00:01Z"),
		Scope:       facts.BackupScope{IncludedNamespaces: []string{"aula"}, Files: facts.No, Snapshots: facts.Yes, SnapshotsMoved: facts.Yes},
		Destination: facts.Ref{Group: Group, Kind: "BackupStorageLocation", Namespace: "velero", Name: "default"},
		Items:       9, SnapshotsAttempted: 4, SnapshotsCompleted: 3, Warnings: 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestBackupReadBackFromTheBucket(t *testing.T) {
	for name, tc := range map[string]struct {
		created, completed string
		synced             bool
	}{
		"made here, the object waits for its start":    {"2026-11-20T01:59:00Z", "2026-11-20T02:10:00Z", false},
		"made here, and still running":                 {"2026-11-20T01:59:00Z", "", false},
		"made here, done at once, clocks differ":       {"2026-11-20T02:00:05Z", "2026-11-20T02:00:02Z", false},
		"made elsewhere, the object is younger":        {"2026-11-20T02:11:00Z", "2026-11-20T02:10:00Z", true},
		"made elsewhere, listed long after it expired": {"2027-11-20T02:01:00Z", "2026-11-20T02:10:00Z", true},
	} {
		t.Run(name, func(t *testing.T) {
			completed := ""
			if tc.completed != "" {
				completed = `, completionTimestamp: "` + tc.completed + `"`
			}
			got := extract[facts.BackupRun](t, `{apiVersion: velero.io/v1, kind: Backup, metadata: {name: b, namespace: velero, creationTimestamp: "`+tc.created+
				`"}, status: {phase: Completed, startTimestamp: "2026-11-20T02:00:01Z"`+completed+`}}`)
			if got.Synced != tc.synced || got.Items != -1 {
				t.Errorf("got synced %v and %d items", got.Synced, got.Items)
			}
		})
	}
}

func TestPhases(t *testing.T) {
	for phase, want := range map[string]facts.RunPhase{
		"": facts.RunPending, "New": facts.RunPending, "Queued": facts.RunPending, "ReadyToStart": facts.RunPending, "InProgress": facts.RunRunning,
		"WaitingForPluginOperations": facts.RunRunning, "Finalizing": facts.RunRunning, "Completed": facts.RunSucceeded,
		"WaitingForPluginOperationsPartiallyFailed": facts.RunPartial, "FinalizingPartiallyFailed": facts.RunPartial, "PartiallyFailed": facts.RunPartial,
		"Failed": facts.RunFailed, "FailedValidation": facts.RunFailed, "Deleting": facts.RunFailed, "Canceled": facts.RunFailed,
		"Sealed": facts.RunUnknown, "completed": facts.RunUnknown,
	} {
		if got := phaseOf(phase); got != want {
			t.Errorf("phase %q is %s, want %s", phase, got, want)
		}
	}
}

func TestScheduleName(t *testing.T) {
	long := strings.Repeat("a", 70)
	for name, tc := range map[string]struct{ backup, label, want string }{
		"as the label says":               {"daily-20261120020000", "daily", "daily"},
		"made by hand":                    {"daily-20261120020000", "", ""},
		"from a schedule, with own name":  {"before-upgrade", "daily", "daily"},
		"a name too long for a label":     {long + "-20261120020000", labelValue(long), long},
		"the label of another long name":  {long + "-20261120020000", "other", "other"},
		"a schedule that ends in a stamp": {"x-20260101000000-20261120020000", "x-20260101000000", "x-20260101000000"},
	} {
		if got := scheduleName(tc.backup, tc.label); got != tc.want {
			t.Errorf("%s: got %q, want %q", name, got, tc.want)
		}
	}
}

func TestCopies(t *testing.T) {
	run := facts.Ref{Group: Group, Kind: "Backup", Namespace: "velero", Name: "daily-1"}
	store := facts.Ref{Group: Group, Kind: "BackupStorageLocation", Namespace: "velero", Name: "default"}
	for name, tc := range map[string]struct {
		text string
		want facts.VolumeCopy
	}{
		"files of a pod volume": {`
apiVersion: velero.io/v1
kind: PodVolumeBackup
metadata: {name: daily-1-x, namespace: velero, labels: {velero.io/backup-name: daily-1, velero.io/pvc-uid: u1}, annotations: {velero.io/pvc-name: data}}
spec: {pod: {namespace: aula, name: web-0}, volume: data, backupStorageLocation: default, repoIdentifier: "s3:https://user:pw@host/x"}
status: {phase: Completed, snapshotID: s1, completionTimestamp: "2026-11-20T02:05:00Z", progress: {bytesDone: 12, totalBytes: 12}}`,
			facts.VolumeCopy{Ref: facts.Ref{Group: Group, Kind: "PodVolumeBackup", Namespace: "velero", Name: "daily-1-x"}, Product: facts.ProductVelero,
				ClaimNamespace: "aula", Claims: []string{"data"}, ClaimUID: "u1", Pod: "web-0", PodVolume: "data", Run: run, Phase: facts.RunSucceeded,
				CompletedAt: at("2026-11-20T02:05:00Z"), Destination: store, Files: true, Bytes: 12, TotalBytes: 12}},
		"an upload that stopped half way, and says when it began": {`
apiVersion: velero.io/v2alpha1
kind: DataUpload
metadata: {name: daily-1-h, namespace: velero, labels: {velero.io/backup-name: daily-1}}
spec: {sourceNamespace: aula, sourcePVC: data, backupStorageLocation: default}
status: {phase: Completed, snapshotID: s1, startTimestamp: "2026-11-20T02:01:00Z", completionTimestamp: "2026-11-20T02:05:00Z", progress: {bytesDone: 10, totalBytes: 1000}}`,
			facts.VolumeCopy{Ref: facts.Ref{Group: Group, Kind: "DataUpload", Namespace: "velero", Name: "daily-1-h"}, Product: facts.ProductVelero,
				ClaimNamespace: "aula", Claims: []string{"data"}, Run: run, Phase: facts.RunSucceeded, StartedAt: at("2026-11-20T02:01:00Z"),
				CompletedAt: at("2026-11-20T02:05:00Z"), Destination: store, Bytes: 10, TotalBytes: 1000, Partial: true}},
		"a snapshot that was moved, named by its owner": {`
apiVersion: velero.io/v2alpha1
kind: DataUpload
metadata: {name: daily-1-y, namespace: velero, ownerReferences: [{apiVersion: velero.io/v1, kind: Backup, name: daily-1, uid: b}]}
spec: {sourceNamespace: aula, sourcePVC: data, backupStorageLocation: default}
status: {phase: Completed, snapshotID: s1, completionTimestamp: "2026-11-20T02:05:00Z"}`,
			facts.VolumeCopy{Ref: facts.Ref{Group: Group, Kind: "DataUpload", Namespace: "velero", Name: "daily-1-y"}, Product: facts.ProductVelero,
				ClaimNamespace: "aula", Claims: []string{"data"}, Run: run, Phase: facts.RunSucceeded,
				CompletedAt: at("2026-11-20T02:05:00Z"), Destination: store, Bytes: -1}},
		"an empty volume": {`
apiVersion: velero.io/v2alpha1
kind: DataUpload
metadata: {name: daily-1-z, namespace: velero, labels: {velero.io/backup-name: daily-1}}
spec: {sourceNamespace: aula, sourcePVC: data}
status: {phase: Completed}`,
			facts.VolumeCopy{Ref: facts.Ref{Group: Group, Kind: "DataUpload", Namespace: "velero", Name: "daily-1-z"}, Product: facts.ProductVelero,
				ClaimNamespace: "aula", Claims: []string{"data"}, Run: run, Phase: facts.RunSucceeded, Empty: true, Bytes: -1}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(&tc.want, extract[facts.VolumeCopy](t, tc.text)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestLocations(t *testing.T) {
	type d = facts.BackupDestination
	for name, tc := range map[string]struct {
		spec, status string
		want         d
	}{
		"a bucket at Amazon": {`{provider: aws, default: true, objectStorage: {bucket: b, prefix: p}, config: {region: eu-west-1, kmsKeyId: alias/k}, credential: {name: cloud, key: k}}`, `{phase: Available}`,
			d{Default: true, Kind: "s3", Provider: "aws", Region: "eu-west-1", Bucket: "b", Prefix: "p", Available: facts.Yes, Encrypted: facts.Yes, EncryptionKey: "alias/k", CredentialRef: "cloud"}},
		"another store by the same plugin": {`{provider: velero.io/aws, objectStorage: {bucket: b}, config: {region: minio, s3Url: "https://S3.Example.org:9000/x"}, accessMode: ReadOnly}`, `{phase: Unavailable, message: gone}`,
			d{Kind: "s3", Region: "minio", Bucket: "b", Endpoint: "s3.example.org", Available: facts.No, AvailableMessage: "gone", ReadOnly: true}},
		"a Service of the cluster, without encryption": {`{provider: aws, objectStorage: {bucket: b}, config: {s3ForcePathStyle: "true", s3Url: "http://minio.velero.svc:9000"}}`, `{}`,
			d{Kind: "s3", Bucket: "b", Endpoint: "minio.velero.svc", InCluster: true, RegionFromDefault: true, InsecureTransport: true, TransportField: "spec.config.s3Url"}},
		"certificates that are not checked": {`{provider: aws, objectStorage: {bucket: b}, config: {s3Url: "https://s3.eu-north-1.amazonaws.com", insecureSkipTLSVerify: "true"}}`, `{phase: New}`,
			d{Kind: "s3", Provider: "aws", Bucket: "b", Endpoint: "s3.eu-north-1.amazonaws.com", InsecureTransport: true, TransportField: "spec.config.insecureSkipTLSVerify"}},
		"Azure":                      {`{provider: azure, objectStorage: {bucket: c}, config: {storageAccount: acc, resourceGroup: g}}`, `{}`, d{Kind: "azure", Provider: "azure", Bucket: "c", Account: "acc"}},
		"Google":                     {`{provider: velero.io/gcp, objectStorage: {bucket: b}, config: {kmsKeyName: projects/p/locations/l/keyRings/r}}`, `{}`, d{Kind: "gcs", Provider: "gcp", Bucket: "b", Encrypted: facts.Yes, EncryptionKey: "projects/p/locations/l/keyRings/r"}},
		"OpenStack":                  {`{provider: community.openstack.org/openstack, objectStorage: {bucket: c}, config: {region: dk1}}`, `{}`, d{Kind: "swift", Provider: "openstack", Region: "dk1", Bucket: "c"}},
		"a plugin that is not known": {`{provider: acme, objectStorage: {bucket: c}}`, `{}`, d{Kind: "acme", Bucket: "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := extract[d](t, "{apiVersion: velero.io/v1, kind: BackupStorageLocation, metadata: {name: l, namespace: velero}, spec: "+tc.spec+", status: "+tc.status+"}")
			tc.want.Ref, tc.want.Product = facts.Ref{Group: Group, Kind: "BackupStorageLocation", Namespace: "velero", Name: "l"}, facts.ProductVelero
			tc.want.CredentialNamespace = "velero" // with or without a Secret of its own
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSnapshotLocations(t *testing.T) {
	for name, tc := range map[string]struct {
		spec, provider, region, account string
		byDefault                       bool
	}{
		"Amazon":                             {`{provider: aws, config: {region: eu-west-1}}`, "aws", "eu-west-1", "", false},
		"Google without a location":          {`{provider: velero.io/gcp}`, "gcp", "", "", true},
		"Google with a multi-country region": {`{provider: gcp, config: {snapshotLocation: eu}}`, "gcp", "eu", "", false},
		"Azure":                              {`{provider: azure, config: {subscriptionId: s}}`, "azure", "", "s", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := extract[facts.BackupDestination](t, "{apiVersion: velero.io/v1, kind: VolumeSnapshotLocation, metadata: {name: l, namespace: velero}, spec: "+tc.spec+"}")
			if got.Kind != "snapshot" || got.Provider != tc.provider || got.Region != tc.region || got.Account != tc.account || got.RegionFromDefault != tc.byDefault {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestRestore(t *testing.T) {
	for name, tc := range map[string]struct{ spec, manifestsOnly, partOf string }{
		"everything":              {`{backupName: b}`, "", ""},
		"without volumes":         {`{backupName: b, restorePVs: false}`, "spec.restorePVs", ""},
		"without claims":          {`{backupName: b, includedResources: [deployments]}`, "spec.includedResources", ""},
		"volumes excluded":        {`{backupName: b, excludedResources: [pv]}`, "spec.excludedResources", ""},
		"some objects":            {`{backupName: b, labelSelector: {matchLabels: {a: b}}}`, "", "spec.labelSelector"},
		"some objects of several": {`{backupName: b, orLabelSelectors: [{matchLabels: {a: b}}]}`, "", "spec.orLabelSelectors"},
	} {
		t.Run(name, func(t *testing.T) {
			got := extract[facts.RestoreRun](t, "{apiVersion: velero.io/v1, kind: Restore, metadata: {name: r, namespace: velero}, spec: "+tc.spec+", status: {phase: Completed}}")
			if got.ManifestsOnly != tc.manifestsOnly || got.PartOf != tc.partOf || got.Phase != facts.RunSucceeded || got.Backup.Name != "b" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestObjectsThatCannotBeUnderstood(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"a number for a text":      {`{apiVersion: velero.io/v1, kind: Schedule, metadata: {name: s, namespace: v}, spec: {schedule: 5}}`, "schedule"},
		"a text for a list":        {`{apiVersion: velero.io/v1, kind: Backup, metadata: {name: s, namespace: v}, spec: {includedNamespaces: aula}}`, "includedNamespaces"},
		"a length without a unit":  {`{apiVersion: velero.io/v1, kind: Schedule, metadata: {name: s, namespace: v}, spec: {template: {ttl: "720"}}}`, "720"},
		"a time that is none":      {`{apiVersion: velero.io/v1, kind: Backup, metadata: {name: s, namespace: v}, status: {startTimestamp: noon}}`, "noon"},
		"an address that is none":  {`{apiVersion: velero.io/v1, kind: BackupStorageLocation, metadata: {name: s, namespace: v}, spec: {provider: aws, config: {s3Url: "https://"}}}`, "spec.config.s3Url"},
		"a switch that is a text":  {`{apiVersion: velero.io/v1, kind: Restore, metadata: {name: s, namespace: v}, spec: {restorePVs: "false"}}`, "restorePVs"},
		"a phase that is a number": {`{apiVersion: velero.io/v2alpha1, kind: DataUpload, metadata: {name: s, namespace: v}, status: {phase: 1}}`, "phase"},
	} {
		t.Run(name, func(t *testing.T) {
			kind, u := read(t, tc.text)
			if got, err := kind.Extract(u); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v and error %v, want one that names %s", got, err, tc.want)
			}
			if got, err := kind.Extract(kind.Prune(u)); err == nil {
				t.Errorf("the snapshot of it is understood as %v", got)
			}
		})
	}
}

func FuzzResourceFilter(f *testing.F) {
	for _, seed := range []string{"", "*", "pvc", "persistentvolumeclaims", "PersistentVolumeClaims.v1.", "persistent*", "[", "a.b.c", "pods.metrics.k8s.io", "\\", "**"} {
		f.Add(seed)
	}
	names := []string{"persistentvolumeclaims", "persistentvolumeclaim", "pvc"}
	f.Fuzz(func(t *testing.T, entry string) {
		got := meansResource(entry, names)
		if got != meansResource(strings.ToUpper(entry), names) && entry == strings.ToLower(entry) && strings.ToLower(strings.ToUpper(entry)) == entry {
			t.Errorf("%q depends on case", entry)
		}
		if listed([]string{entry}, "f", names...) != "" != got {
			t.Errorf("%q: listed and meant differ", entry)
		}
		validPattern(entry)
	})
}

func FuzzScheduleName(f *testing.F) {
	f.Add("daily-20261120020000", "daily")
	f.Add("x-20260101000000-20261120020000", "x")
	f.Add(strings.Repeat("a", 80)+"-20261120020000", "aa")
	f.Fuzz(func(t *testing.T, backup, label string) {
		if got := scheduleName(backup, label); got != label && labelValue(got) != label {
			t.Errorf("scheduleName(%q, %q) = %q, which has another label", backup, label, got)
		}
	})
}
