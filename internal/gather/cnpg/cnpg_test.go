package cnpg

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/date"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter/adaptertest"
)

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

// extract gives the facts of an object, and checks that a snapshot of it gives the same.
func extract(t *testing.T, text string) []any {
	t.Helper()
	found, err := adaptertest.Extract(t, Kinds(), text)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func of[T any](all []any) *T {
	for _, f := range all {
		if v, ok := f.(*T); ok {
			return v
		}
	}
	return nil
}

func clusterText(metadata, spec, status string) string {
	return "{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, metadata: {name: db, namespace: aula" + metadata + "}, spec: " + spec + ", status: " + status + "}"
}

func TestClusterWithInlineStore(t *testing.T) {
	all := extract(t, clusterText(`, labels: {a: b}`, `{backup: {retentionPolicy: 30d, volumeSnapshot: {className: csi}, barmanObjectStore: {destinationPath: "s3://aula/prod", serverName: aula-db,
  s3Credentials: {region: {name: s3, key: region}, secretAccessKey: {name: s3, key: k}}, data: {encryption: AES256}, wal: {encryption: "aws:kms"}}}}`,
		`{firstRecoverabilityPoint: "2026-10-20T00:00:00Z", lastSuccessfulBackupByMethod: {barmanObjectStore: "2026-11-20T00:00:00Z", volumeSnapshot: "2026-11-20T06:00:00Z"},
  conditions: [{type: ContinuousArchiving, status: "True", reason: r, message: works, lastTransitionTime: "2026-02-01T00:00:00Z"}, {type: Ready, status: "True", reason: r, message: m, lastTransitionTime: "2026-02-01T00:20:00Z"}]}`))
	ref := facts.Ref{Group: Group, Kind: "Cluster", Namespace: "aula", Name: "db"}
	want := &facts.Database{Ref: ref, Product: facts.ProductCloudNativePG, Methods: []string{"barmanObjectStore", "volumeSnapshot"}, ServerName: "aula-db",
		Archiving: facts.Yes, ArchivingMessage: "works", LastSuccess: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC).Local(),
		FirstRecoverabilityPoint: time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC), Destination: ref,
		Retention: facts.Retention{For: 30 * 24 * time.Hour, Field: "spec.backup.retentionPolicy"}, Labels: map[string]string{"a": "b"},
		Ready: true, ReadyAt: time.Date(2026, 2, 1, 0, 20, 0, 0, time.UTC).Local()}
	if diff := cmp.Diff(want, of[facts.Database](all)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	place := &facts.BackupDestination{Ref: ref, Product: facts.ProductCloudNativePG, Kind: "s3", Provider: "aws", Bucket: "aula", Prefix: "prod", ConfigInSecret: true,
		Encrypted: facts.Yes, EncryptionKey: "AES256", CredentialRef: "s3", CredentialNamespace: "aula"}
	if diff := cmp.Diff(place, of[facts.BackupDestination](all)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestArchiving(t *testing.T) {
	const plugin = `{plugins: [{name: other.example.org}, {name: barman-cloud.cloudnative-pg.io, isWALArchiver: true, parameters: {barmanObjectName: store}}]}`
	for name, tc := range map[string]struct {
		metadata, spec, status string
		off                    string
		works                  facts.Tristate
		methods                string
		store                  string
	}{
		"by the plugin":                   {"", plugin, `{}`, "", facts.NotKnown, "plugin", "ObjectStore aula/store"},
		"the plugin does not archive":     {"", `{plugins: [{name: barman-cloud.cloudnative-pg.io, parameters: {barmanObjectName: store}}]}`, `{}`, "spec.plugins[0].isWALArchiver", facts.NotKnown, "plugin", "ObjectStore aula/store"},
		"the plugin is switched off":      {"", `{plugins: [{name: barman-cloud.cloudnative-pg.io, enabled: false, isWALArchiver: true, parameters: {barmanObjectName: store}}]}`, `{}`, "spec.plugins[0].isWALArchiver", facts.NotKnown, "", ""},
		"nothing is set up":               {"", `{}`, `{}`, "spec.backup", facts.NotKnown, "", ""},
		"only snapshots are set up":       {"", `{backup: {volumeSnapshot: {}}}`, `{}`, "spec.backup", facts.NotKnown, "volumeSnapshot", ""},
		"switched off by annotation":      {`, annotations: {cnpg.io/skipWalArchiving: enabled}`, plugin, `{}`, "metadata.annotations[cnpg.io/skipWalArchiving]", facts.NotKnown, "plugin", "ObjectStore aula/store"},
		"the annotation says otherwise":   {`, annotations: {cnpg.io/skipWalArchiving: disabled}`, plugin, `{}`, "", facts.NotKnown, "plugin", "ObjectStore aula/store"},
		"it fails":                        {"", plugin, `{conditions: [{type: ContinuousArchiving, status: "False", reason: r, message: denied, lastTransitionTime: "2026-02-01T00:00:00Z"}]}`, "", facts.No, "plugin", "ObjectStore aula/store"},
		"whether it works is not decided": {"", plugin, `{conditions: [{type: ContinuousArchiving, status: "Unknown", reason: r, message: m, lastTransitionTime: "2026-02-01T00:00:00Z"}]}`, "", facts.NotKnown, "plugin", "ObjectStore aula/store"},
	} {
		t.Run(name, func(t *testing.T) {
			db := of[facts.Database](extract(t, clusterText(tc.metadata, tc.spec, tc.status)))
			store := ""
			if !db.Destination.IsZero() {
				store = db.Destination.String()
			}
			if db.ArchivingOff != tc.off || db.Archiving != tc.works || strings.Join(db.Methods, " ") != tc.methods || store != tc.store {
				t.Errorf("got off %q, works %q, methods %v, store %q", db.ArchivingOff, db.Archiving, db.Methods, store)
			}
		})
	}
}

func TestRecovery(t *testing.T) {
	for name, tc := range map[string]struct {
		spec string
		want *facts.Recovery
	}{
		"a new database": {`{bootstrap: {initdb: {}}}`, nil},
		"from a Backup":  {`{bootstrap: {recovery: {backup: {name: b1}}}}`, &facts.Recovery{Backup: facts.Ref{Group: Group, Kind: "Backup", Namespace: "aula", Name: "b1"}}},
		"from a store named inline": {`{bootstrap: {recovery: {source: prod}}, externalClusters: [{name: x}, {name: prod, barmanObjectStore: {destinationPath: "s3://a/b"}}]}`,
			&facts.Recovery{Server: "prod", Repository: "s3://a/b"}},
		"from an ObjectStore": {`{bootstrap: {recovery: {source: prod}}, externalClusters: [{name: prod, plugin: {name: barman-cloud.cloudnative-pg.io, parameters: {barmanObjectName: store, serverName: aula-db}}}]}`,
			&facts.Recovery{Server: "aula-db", Destination: facts.Ref{Group: PluginGroup, Kind: "ObjectStore", Namespace: "aula", Name: "store"}}},
		"from a snapshot": {`{bootstrap: {recovery: {volumeSnapshots: {storage: {name: s, kind: VolumeSnapshot}}}}}`, &facts.Recovery{}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, of[facts.Database](extract(t, clusterText("", tc.spec, "{}"))).Recovery); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestExternalHosts(t *testing.T) {
	db := of[facts.Database](extract(t, clusterText("", `{externalClusters: [{name: a, connectionParameters: {host: pg.example.org, user: u}}, {name: b}]}`, "{}")))
	if diff := cmp.Diff([]string{"pg.example.org"}, db.ExternalHosts); diff != "" {
		t.Error(diff)
	}
}

func TestStores(t *testing.T) {
	type d = facts.BackupDestination
	for name, tc := range map[string]struct {
		configuration string
		want          d
	}{
		"S3 by the role of the node":    {`{destinationPath: "s3://b/p/q", s3Credentials: {inheritFromIAMRole: true}}`, d{Kind: "s3", Provider: "aws", Bucket: "b", Prefix: "p/q", RegionFromDefault: true}},
		"another S3":                    {`{destinationPath: "s3://b", endpointURL: "http://minio.store.svc.cluster.local:9000"}`, d{Kind: "s3", Bucket: "b", Endpoint: "minio.store.svc.cluster.local", InCluster: true, InsecureTransport: true, TransportField: "spec.configuration.endpointURL"}},
		"Azure":                         {`{destinationPath: "https://Acc.blob.core.windows.net/c/p", azureCredentials: {storageSasToken: {name: az, key: k}}}`, d{Kind: "azure", Provider: "azure", Account: "acc", Bucket: "c", Prefix: "p", Endpoint: "acc.blob.core.windows.net", CredentialRef: "az", CredentialNamespace: "aula"}},
		"Google":                        {`{destinationPath: "gs://b/p", googleCredentials: {applicationCredentials: {name: g, key: k}}}`, d{Kind: "gcs", Provider: "gcp", Bucket: "b", Prefix: "p", CredentialRef: "g", CredentialNamespace: "aula"}},
		"only the archive is encrypted": {`{destinationPath: "s3://b", endpointURL: "https://s3.example.org", wal: {encryption: AES256}}`, d{Kind: "s3", Bucket: "b", Endpoint: "s3.example.org"}},
	} {
		t.Run(name, func(t *testing.T) {
			all := extract(t, "{apiVersion: barmancloud.cnpg.io/v1, kind: ObjectStore, metadata: {name: store, namespace: aula}, spec: {retentionPolicy: 4w, configuration: "+tc.configuration+"}}")
			tc.want.Ref, tc.want.Product = facts.Ref{Group: PluginGroup, Kind: "ObjectStore", Namespace: "aula", Name: "store"}, facts.ProductCloudNativePG
			tc.want.Retention = facts.Retention{For: 28 * 24 * time.Hour, Field: "spec.retentionPolicy"}
			if diff := cmp.Diff(&tc.want, of[d](all)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if w := of[facts.RecoveryWindow](all); w == nil || len(w.Servers) != 0 {
				t.Errorf("got window %+v", w)
			}
		})
	}
}

func TestRecoveryWindow(t *testing.T) {
	w := of[facts.RecoveryWindow](extract(t, `{apiVersion: barmancloud.cnpg.io/v1, kind: ObjectStore, metadata: {name: store, namespace: aula}, spec: {configuration: {destinationPath: "s3://b"}},
 status: {serverRecoveryWindow: {db: {firstRecoverabilityPoint: "2026-10-01T00:00:00Z", lastSuccessfulBackupTime: "2026-11-01T00:00:00Z", lastFailedBackupTime: "2026-11-02T00:00:00Z"}}}}`))
	got := w.Servers["db"]
	if got.First.UTC().Month() != time.October || got.LastSuccess.UTC().Day() != 1 || got.LastFailure.UTC().Day() != 2 {
		t.Errorf("got %+v", got)
	}
}

func TestScheduledBackup(t *testing.T) {
	for name, tc := range map[string]struct {
		spec, status string
		want         facts.BackupPlan
	}{
		"method left out": {`{schedule: "0 0 2 * * *", cluster: {name: db}}`, `{}`, facts.BackupPlan{Schedule: "0 0 2 * * *", Scope: databaseScope("aula", "db", "barmanObjectStore")}},
		"suspended":       {`{schedule: "0 0 2 * * *", cluster: {name: db}, method: plugin, suspend: true}`, `{}`, facts.BackupPlan{Schedule: "0 0 2 * * *", Scope: databaseScope("aula", "db", "plugin"), Paused: true, PausedField: "spec.suspend"}},
		"asked": {`{schedule: "0 0 2 * * *", cluster: {name: db}, method: plugin}`, `{lastScheduleTime: "2026-11-20T02:00:00Z"}`,
			facts.BackupPlan{Schedule: "0 0 2 * * *", Scope: databaseScope("aula", "db", "plugin"), LastAsked: time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC).Local()}},
		"refused": {`{schedule: x, cluster: {name: db}, method: volumeSnapshot}`, `{error: bad}`, facts.BackupPlan{Schedule: "x", Scope: databaseScope("aula", "db", "volumeSnapshot"), Invalid: "bad", InvalidField: "status.error"}},
	} {
		t.Run(name, func(t *testing.T) {
			tc.want.Ref = facts.Ref{Group: Group, Kind: "ScheduledBackup", Namespace: "aula", Name: "s"}
			tc.want.Product, tc.want.Dialect, tc.want.ScheduleField = facts.ProductCloudNativePG, date.CNPG, "spec.schedule"
			got := of[facts.BackupPlan](extract(t, "{apiVersion: postgresql.cnpg.io/v1, kind: ScheduledBackup, metadata: {name: s, namespace: aula}, spec: "+tc.spec+", status: "+tc.status+"}"))
			if diff := cmp.Diff(&tc.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if s := databaseScope("aula", "db", "volumeSnapshot"); s.SnapshotsMoved != facts.No || s.Snapshots != facts.Yes {
		t.Errorf("volume snapshots stay in the storage system: %+v", s)
	}
}

func TestBackup(t *testing.T) {
	got := of[facts.BackupRun](extract(t, `{apiVersion: postgresql.cnpg.io/v1, kind: Backup, metadata: {name: b, namespace: aula, labels: {cnpg.io/scheduled-backup: nightly}},
 spec: {cluster: {name: db}}, status: {phase: completed, startedAt: "2026-11-20T00:00:00Z", stoppedAt: "2026-11-20T00:10:00Z"}}`))
	if got.Plan.Name != "nightly" || got.Phase != facts.RunSucceeded || got.Scope.Method != "barmanObjectStore" || got.Destination != got.Scope.Database || got.CompletedAt.UTC().Minute() != 10 {
		t.Errorf("got %+v", got)
	}
	for phase, want := range map[string]facts.RunPhase{"": facts.RunPending, "pending": facts.RunPending, "started": facts.RunRunning, "running": facts.RunRunning, "finalizing": facts.RunRunning,
		"completed": facts.RunSucceeded, "failed": facts.RunFailed, "walArchivingFailing": facts.RunFailed, "invalid backup definition": facts.RunFailed, "Completed": facts.RunUnknown, "paused": facts.RunUnknown} {
		if got := phaseOf(phase); got != want {
			t.Errorf("phase %q is %s, want %s", phase, got, want)
		}
	}
}

func TestObjectsThatCannotBeUnderstood(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"a path that is no address":   {`{apiVersion: barmancloud.cnpg.io/v1, kind: ObjectStore, metadata: {name: a, namespace: b}, spec: {configuration: {destinationPath: backups}}}`, "spec.configuration.destinationPath"},
		"an inline path that is none": {clusterText("", `{backup: {barmanObjectStore: {destinationPath: "s3:"}}}`, "{}"), "spec.backup.barmanObjectStore.destinationPath"},
		"an endpoint that is none":    {`{apiVersion: barmancloud.cnpg.io/v1, kind: ObjectStore, metadata: {name: a, namespace: b}, spec: {configuration: {destinationPath: "s3://b", endpointURL: "https://"}}}`, "spec.configuration.endpointURL"},
		"a suspension that is a text": {`{apiVersion: postgresql.cnpg.io/v1, kind: ScheduledBackup, metadata: {name: a, namespace: b}, spec: {suspend: "no"}}`, "suspend"},
		"plugins that are no list":    {clusterText("", `{plugins: {}}`, "{}"), "plugins"},
		"a time that is none":         {clusterText("", `{}`, `{lastSuccessfulBackupByMethod: {barmanObjectStore: noon}}`), "noon"},
	} {
		t.Run(name, func(t *testing.T) {
			kind, u := read(t, tc.text)
			if got, err := kind.Extract(u); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v and error %v, want one that names %s", got, err, tc.want)
			}
		})
	}
}

func FuzzRetention(f *testing.F) {
	for _, seed := range []string{"", "30d", "4w", "6m", "0d", "99999w", "1y", "30 d", "-3d", "99999m"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := retention(text, "f")
		if n := btoi(r.Forever) + btoi(r.For > 0) + btoi(r.Unclear != ""); n != 1 || r.For < 0 {
			t.Errorf("%q gives %+v, of which exactly one must be said", text, r)
		}
	})
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func FuzzDestinationPath(f *testing.F) {
	for _, seed := range []string{"s3://b/p", "gs://b", "https://acc.blob.core.windows.net/c/p", "", "s3:", "s3:///p", "http://[::1]:80/x", "ftp://u:p@h/x", "https://.blob.core.windows.net"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var d facts.BackupDestination
		if err := setPath(&d, text); err != nil {
			return
		}
		if d.Bucket == "" && d.Endpoint == "" && d.Kind != "azure" {
			t.Errorf("%q gives neither bucket nor host: %+v", text, d)
		}
		if strings.Contains(d.Endpoint, "@") {
			t.Errorf("%q keeps a user in the host %q", text, d.Endpoint)
		}
	})
}
