package snapshot

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

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

func extract(t *testing.T, text string) []any {
	t.Helper()
	found, err := adaptertest.Extract(t, Kinds(), text)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestVolumeSnapshot(t *testing.T) {
	for name, tc := range map[string]struct {
		status string
		want   facts.RunPhase
	}{
		"usable: bound and ready": {`{readyToUse: true, creationTime: "2026-11-20T06:00:00Z", boundVolumeSnapshotContentName: c}`, facts.RunSucceeded},
		"ready but not bound":     {`{readyToUse: true}`, facts.RunPending},
		"bound, not ready yet":    {`{boundVolumeSnapshotContentName: c}`, facts.RunRunning},
		"with an error":           {`{readyToUse: true, boundVolumeSnapshotContentName: c, error: {message: m}}`, facts.RunFailed},
		"nothing said":            {`{}`, facts.RunPending},
	} {
		t.Run(name, func(t *testing.T) {
			got := extract(t, `{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: s, namespace: aula, labels: {velero.io/backup-name: daily-1}},
 spec: {volumeSnapshotClassName: csi, source: {persistentVolumeClaimName: data}}, status: `+tc.status+`}`)[0].(*facts.VolumeCopy)
			if got.Phase != tc.want || !got.InPlace || got.SnapshotClass != "csi" || len(got.Claims) != 1 || got.Claims[0] != "data" ||
				got.Run != (facts.Ref{Group: "velero.io", Kind: "Backup", Name: "daily-1"}) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestVolumeSnapshotContent(t *testing.T) {
	got := extract(t, `{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: c},
 spec: {driver: ebs.csi.aws.com, deletionPolicy: Retain, source: {volumeHandle: vol-1}, volumeSnapshotRef: {namespace: aula, name: s}}, status: {snapshotHandle: snap-1, readyToUse: true, creationTime: 1795154400000000000}}`)[0]
	want := &facts.SnapshotContent{Ref: facts.Ref{Group: Group, Kind: "VolumeSnapshotContent", Name: "c"}, Driver: "ebs.csi.aws.com", DeletionPolicy: "Retain",
		Snapshot: facts.Ref{Group: Group, Kind: "VolumeSnapshot", Namespace: "aula", Name: "s"}, VolumeHandle: "vol-1", SnapshotHandle: "snap-1", Ready: true,
		CreatedAt: time.Unix(1795154400, 0).UTC()}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestClassesThatStoreSnapshotsElsewhere(t *testing.T) {
	for name, tc := range map[string]struct {
		driver, parameters       string
		provider, region, bucket string
		moves                    bool
	}{
		"Google with a multi-country region": {"pd.csi.storage.gke.io", `{storage-locations: eu}`, "gcp", "eu", "", true},
		"Google beside the disk":             {"pd.csi.storage.gke.io", `{}`, "", "", "", false},
		"Azure in another region":            {"disk.csi.azure.com", `{location: northeurope}`, "azure", "northeurope", "", true},
		"Cinder backup":                      {"cinder.csi.openstack.org", `{type: backup, availability: az1}`, "openstack", "az1", "cinder-backup", true},
		"Cinder snapshot":                    {"cinder.csi.openstack.org", `{type: snapshot, availability: az1}`, "", "", "", false},
		"another driver with such a key":     {"ebs.csi.aws.com", `{location: northeurope}`, "", "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			got := extract(t, `{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, metadata: {name: csi, annotations: {snapshot.storage.kubernetes.io/is-default-class: "true"}},
 driver: `+tc.driver+`, deletionPolicy: Delete, parameters: `+tc.parameters+`}`)
			class := got[0].(*facts.SnapshotClass)
			if class.Driver != tc.driver || !class.Default || class.DeletionPolicy != "Delete" {
				t.Errorf("got class %+v", class)
			}
			if moves := len(got) == 2; moves != tc.moves {
				t.Fatalf("got %d facts", len(got))
			}
			if tc.moves {
				d := got[1].(*facts.BackupDestination)
				if d.Provider != tc.provider || d.Region != tc.region || d.Bucket != tc.bucket || d.Kind != "snapshot" || d.Ref.Name != "csi" {
					t.Errorf("got %+v", d)
				}
			}
		})
	}
}

func TestClassKeepsNoNamesOfSecrets(t *testing.T) {
	got := extract(t, `{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, metadata: {name: csi}, driver: d, parameters: {csi.storage.k8s.io/snapshotter-secret-name: s, pool: p}}`)
	if diff := cmp.Diff(map[string]string{"pool": "p"}, got[0].(*facts.SnapshotClass).Parameters); diff != "" {
		t.Error(diff)
	}
}

func TestObjectsThatCannotBeUnderstood(t *testing.T) {
	for name, tc := range map[string]struct{ text, want string }{
		"a snapshot's time that is a number": {`{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: s, namespace: a}, status: {creationTime: 5}}`, "creationTime"},
		"a content's time that is a text":    {`{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: s}, status: {creationTime: "2026-11-20T06:00:00Z"}}`, "creationTime"},
		"parameters that are no map":         {`{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, metadata: {name: s}, parameters: [a]}`, "parameters"},
	} {
		t.Run(name, func(t *testing.T) {
			kind, u := read(t, tc.text)
			if got, err := kind.Extract(u); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v and error %v, want one that names %s", got, err, tc.want)
			}
		})
	}
}
