package core

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/tilsyn-dev/tilsyn/api/v1alpha1"
	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

func TestFactsOfClusterObjects(t *testing.T) {
	created := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		content string
		want    []any
	}{
		"a namespace": {
			"apiVersion: v1\nkind: Namespace\nmetadata: {name: a, creationTimestamp: '2026-11-20T10:00:00Z', labels: {l: v}, annotations: {tilsyn.dev/environment: e, example.org/requester: jane@example.org}}\n",
			[]any{&facts.Namespace{Name: "a", Labels: map[string]string{"l": "v"}, Annotations: map[string]string{"tilsyn.dev/environment": "e"}, CreatedAt: created}},
		},
		"a namespace that goes": {
			"apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\nstatus: {phase: Terminating}\n",
			[]any{&facts.Namespace{Name: "a", Terminating: true}},
		},
		"a node": {
			"apiVersion: v1\nkind: Node\nmetadata: {name: n1, uid: u, labels: {topology.kubernetes.io/region: r}}\nspec: {providerID: 'aws:///a/i', taints: [{key: k, effect: NoSchedule, timeAdded: '2026-11-20T10:00:00Z'}]}\nstatus: {conditions: [{type: Ready, status: 'True', lastHeartbeatTime: '2026-11-20T10:00:00Z'}]}\n",
			[]any{&facts.Node{Name: "n1", UID: "u", ProviderID: "aws:///a/i", Labels: map[string]string{"topology.kubernetes.io/region": "r"},
				Taints: []corev1.Taint{{Key: "k", Effect: corev1.TaintEffectNoSchedule}}, Ready: true}},
		},
		"a runtime class": {
			"apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: r}\nhandler: h\nscheduling: {nodeSelector: {a: b}}\n",
			[]any{&facts.RuntimeClass{Name: "r", NodeSelector: map[string]string{"a": "b"}}},
		},
		"a runtime class without scheduling": {"apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: r}\nhandler: h\n", []any{&facts.RuntimeClass{Name: "r"}}},
		"a default storage class": {
			"apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: s, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}\nprovisioner: p\nparameters: {skuName: x, csi.storage.k8s.io/fstype: ext4, password: geheim}\n",
			[]any{&facts.StorageClass{Name: "s", Provisioner: "p", Default: true, Parameters: map[string]string{"skuName": "x", "csi.storage.k8s.io/fstype": "ext4"}}},
		},
		"a claim": {
			"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: a, uid: u, annotations: {k8up.io/backup: 'true', x: y}}\nspec: {storageClassName: s, volumeName: v, accessModes: [ReadWriteOnce]}\nstatus: {phase: Bound}\n",
			[]any{&facts.Claim{Namespace: "a", Name: "c", UID: "u", Annotations: map[string]string{"k8up.io/backup": "true"}, StorageClass: "s", Volume: "v",
				Phase: corev1.ClaimBound, AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}}},
		},
		"a claim of the default class": {"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: a}\n", []any{&facts.Claim{Namespace: "a", Name: "c", DefaultClass: true}}},
		"a claim of no class": {
			"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: a}\nspec: {storageClassName: ''}\n", []any{&facts.Claim{Namespace: "a", Name: "c"}},
		},
		"a claim of a database": {
			"apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: c, namespace: a, ownerReferences: [{apiVersion: postgresql.cnpg.io/v1, kind: Cluster, name: db, uid: u, controller: true}]}\n",
			[]any{&facts.Claim{Namespace: "a", Name: "c", DefaultClass: true, Owner: facts.Ref{Group: "postgresql.cnpg.io", Kind: "Cluster", Namespace: "a", Name: "db"}}},
		},
		"a volume of a driver": {
			"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {storageClassName: s, claimRef: {namespace: a, name: c, uid: u}, mountOptions: [vers=4], csi: {driver: d, volumeHandle: h, volumeAttributes: {share: x, token: geheim}}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: k, operator: In, values: [z]}]}]}}}\nstatus: {phase: Bound}\n",
			[]any{&facts.PersistentVolume{Name: "v", StorageClass: "s", Phase: corev1.VolumeBound, ClaimUID: "u", MountOptions: []string{"vers=4"},
				ClaimRef:     facts.Ref{Kind: "PersistentVolumeClaim", Namespace: "a", Name: "c"},
				CSI:          &facts.CSIVolume{Driver: "d", Handle: "h", Attributes: map[string]string{"share": "x"}},
				NodeAffinity: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "k", Operator: corev1.NodeSelectorOpIn, Values: []string{"z"}}}}}}}},
		},
		"a volume of a file server": {"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {nfs: {server: nfs, path: /}}\n", []any{&facts.PersistentVolume{Name: "v", NFSServer: "nfs"}}},
		"a volume of another kind":  {"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {azureFile: {shareName: s, secretName: x}}\n", []any{&facts.PersistentVolume{Name: "v", Other: "azureFile"}}},
		"a local volume":            {"apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {local: {path: /d}}\n", []any{&facts.PersistentVolume{Name: "v", Local: "/d"}}},
		"a Service that leads elsewhere": {
			"apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: a}\nspec: {type: ExternalName, externalName: DB.example.org.}\n",
			[]any{&facts.ServiceName{}, &facts.ExternalService{Namespace: "a", Name: "s", Host: "db.example.org"}},
		},
		"a Service without selector": {
			"apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: a}\nspec: {ports: [{port: 5432}]}\n", []any{&facts.ServiceName{}, &facts.ExternalService{Namespace: "a", Name: "s", Ports: []int32{5432}}},
		},
		"an ordinary Service":           {"apiVersion: v1\nkind: Service\nmetadata: {name: s, namespace: a}\nspec: {selector: {a: b}}\n", []any{&facts.ServiceName{}}},
		"the Service of the API server": {"apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes, namespace: default}\n", []any{&facts.ServiceName{}}},
		"endpoints written by hand": {
			"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s-1, namespace: a, labels: {kubernetes.io/service-name: s}}\naddressType: IPv4\nendpoints: [{addresses: [192.0.2.2]}, {addresses: [192.0.2.1]}]\nports: [{port: 5432}]\n",
			[]any{&facts.ExternalService{Namespace: "a", Name: "s", Addresses: []string{"192.0.2.1", "192.0.2.2"}, Ports: []int32{5432}}},
		},
		"endpoints of pods":                      {"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s-1, namespace: a, labels: {kubernetes.io/service-name: s}}\naddressType: IPv4\nendpoints: [{addresses: [192.0.2.2], targetRef: {kind: Pod, name: p}}]\n", nil},
		"endpoints that the cluster made":        {"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s-1, namespace: a, labels: {kubernetes.io/service-name: s, endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io}}\naddressType: IPv4\nendpoints: [{addresses: [192.0.2.2]}]\n", nil},
		"endpoints that belong to no Service":    {"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: s-1, namespace: a}\naddressType: IPv4\nendpoints: [{addresses: [192.0.2.2]}]\n", nil},
		"the endpoints of the API server itself": {"apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: kubernetes, namespace: default, labels: {kubernetes.io/service-name: kubernetes}}\naddressType: IPv4\nendpoints: [{addresses: [192.0.2.2]}]\n", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, read(t, Kinds(), tt.content), shallow); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatTheOperatorWritesChangesNoFact(t *testing.T) {
	before := read(t, Kinds(), "apiVersion: tilsyn.dev/v1alpha1\nkind: HostedSolution\nmetadata: {name: a, resourceVersion: '1', generation: 2}\nspec: {purpose: p}\n")
	after := read(t, Kinds(), `
apiVersion: tilsyn.dev/v1alpha1
kind: HostedSolution
metadata: {name: a, resourceVersion: '9', generation: 2, managedFields: [{manager: tilsyn}], annotations: {kubectl.kubernetes.io/last-applied-configuration: x}}
spec: {purpose: p}
status: {failed: 3, unknown: 0}
`)
	if diff := cmp.Diff(before, after, shallow); diff != "" {
		t.Error(diff)
	}
	exception := one[v1alpha1.ControlException](read(t, Kinds(), "apiVersion: tilsyn.dev/v1alpha1\nkind: ControlException\nmetadata: {name: a}\nstatus: {approval: Verified, verifiedGeneration: 2, covered: 3}\n"))
	if exception.Status.VerifiedGeneration != 2 || exception.Status.Approval != "" || exception.Status.Covered != 0 {
		t.Errorf("status %+v, want which generation of the approval was verified and nothing else", exception.Status)
	}
}

func TestTheOperatorsMemory(t *testing.T) {
	at := metav1.NewTime(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))
	k := record()
	found, err := k.Extract(&v1alpha1.SupervisionRecord{
		ObjectMeta: metav1.ObjectMeta{Name: "r"},
		Spec:       v1alpha1.SupervisionRecordSpec{Kind: "Platform", Name: "cluster"},
		Status: v1alpha1.SupervisionRecordStatus{
			FirstSeen: []v1alpha1.FirstSeen{{Key: "node/u", Value: "aws/eu-north-1", At: at}, {Key: "other/u", Value: "x"}},
			Changes:   []v1alpha1.SpecChange{{Field: "spec.profile"}}, Namespaces: []string{"a"}, DeletedAt: &at,
			Outside: []v1alpha1.PlacementOutside{{Namespace: "a"}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []any{
		&facts.NodesFirstSeen{Places: map[types.UID]string{"u": "aws/eu-north-1"}},
		&facts.PlacementsOutside{Environment: "cluster", Placements: []v1alpha1.PlacementOutside{{Namespace: "a"}}},
		&facts.SpecHistory{Kind: "Platform", Name: "cluster", Changes: []v1alpha1.SpecChange{{Field: "spec.profile"}}},
		&facts.Tombstone{Kind: "Platform", Name: "cluster", DeletedAt: at.Time, Namespaces: []string{"a"}},
	}
	if diff := cmp.Diff(want, found[1:], shallow); diff != "" {
		t.Error(diff)
	}
	if found, _ := k.Extract(&v1alpha1.SupervisionRecord{}); len(found) != 1 {
		t.Errorf("an empty record gives %v", found)
	}
}
