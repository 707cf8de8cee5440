package exposure_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/collectors"
	"github.com/tilsyn-dev/tilsyn/internal/gather/core"
	"github.com/tilsyn-dev/tilsyn/internal/gather/exposure"
	"github.com/tilsyn-dev/tilsyn/internal/scan"
)

// number is a made-up number that passes no check.
const number = "010170-1234"

func read(t testing.TB, x *gather.Index, text string) (adapter.Kind, runtime.Object) {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	kind, ok := x.Lookup(u.GroupVersionKind())
	if !ok {
		t.Fatalf("%s is not read", u.GroupVersionKind())
	}
	if kind.New == nil {
		return kind, u
	}
	o := kind.New()
	if err := yaml.UnmarshalStrict([]byte(text), o); err != nil {
		t.Fatal(err)
	}
	return kind, o
}

func exposed(t testing.TB, k adapter.Kind, o runtime.Object) *facts.Exposure {
	t.Helper()
	list, err := k.Extract(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if e, ok := f.(*facts.Exposure); ok {
			return e
		}
	}
	return nil
}

func TestFieldsThatAreLookedAt(t *testing.T) {
	x := gather.NewIndex(gather.Kinds())
	pod := `{containers: [{name: web, image: nginx, env: [{name: CITIZEN, value: 010170-1234}], args: [--cpr, "1601701234"]}]}`
	for name, tc := range map[string]struct {
		object string
		fields []string
	}{
		"a name":                     {`{apiVersion: v1, kind: Namespace, metadata: {name: c-0101701234}}`, []string{"metadata.name"}},
		"a label":                    {`{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {citizen: "010170-1234"}}}`, []string{"metadata.labels[citizen]"}},
		"the key of a label":         {`{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {c-0101701234: x}}}`, []string{"metadata.labels[c-**********]"}},
		"an annotation nobody knows": {`{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {example.org/note: "see 010170-1234"}}}`, []string{"metadata.annotations[example.org/note]"}},
		"a ConfigMap":                {`{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {users.csv: "010170-1234;020270-1234"}, binaryData: {b: MDEwMTcwLTEyMzQ=}}`, []string{"binaryData[b]", "data[users.csv]"}},
		"an event":                   {`{apiVersion: v1, kind: Event, metadata: {name: a}, involvedObject: {kind: Pod, name: web}, message: "no citizen 010170-1234"}`, []string{"message"}},
		"an Ingress": {`{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: a}, spec: {tls: [{hosts: [c-0101701234.example.org]}], rules: [{host: c-0101701234.example.org, http: {paths: [{path: /, pathType: Prefix, backend: {}}, {path: /b/010170-1234, pathType: Prefix, backend: {}}]}}]}}`,
			[]string{"spec.rules[0].host", "spec.rules[0].http.paths[1]", "spec.tls[0]"}},
		"a pod": {`{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: ` + pod + `}`, []string{"spec.containers[web].args[1]", "spec.containers[web].env[CITIZEN]"}},
		"a template": {`{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {selector: {}, template: {metadata: {labels: {citizen: "010170-1234"}}, spec: ` + pod + `}}}`,
			[]string{"spec.template.metadata.labels[citizen]", "spec.template.spec.containers[web].args[1]", "spec.template.spec.containers[web].env[CITIZEN]"}},
		"a template of a template": {`{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {schedule: "", jobTemplate: {spec: {template: {spec: ` + pod + `}}}}}`,
			[]string{"spec.jobTemplate.spec.template.spec.containers[web].args[1]", "spec.jobTemplate.spec.template.spec.containers[web].env[CITIZEN]"}},
		"a custom resource":     {`{apiVersion: velero.io/v1, kind: Schedule, metadata: {name: a}, spec: {schedule: "0 1 * * *", template: {includedNamespaces: [c-0101701234]}}}`, []string{"spec.template.includedNamespaces[0]"}},
		"a resource of Tilsyn":  {`{apiVersion: tilsyn.dev/v1alpha1, kind: Platform, metadata: {name: cluster}, spec: {scan: {lookAlikes: [{kind: ConfigMap, field: x, reason: "For 010170-1234"}]}}}`, []string{"spec.scan.lookAlikes[0].reason"}},
		"nothing of the kind":   {`{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {port: "8080"}}`, nil},
		"what Tilsyn remembers": {`{apiVersion: tilsyn.dev/v1alpha1, kind: SupervisionRecord, metadata: {name: a, labels: {citizen: "010170-1234"}}}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			kind, o := read(t, x, tc.object)
			var got []string
			if e := exposed(t, kind, o); e != nil {
				for _, f := range e.Found {
					if f.Identifier == scan.CPR {
						got = append(got, f.Field)
					}
				}
			}
			if diff := cmp.Diff(tc.fields, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestSnapshotsKeepWhatWasFound prunes objects that hold personal data where a snapshot keeps nothing, and reads them again.
func TestSnapshotsKeepWhatWasFound(t *testing.T) {
	x := gather.NewIndex(gather.Kinds())
	for _, text := range []string{
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: n, annotations: {note: 010170-1234}}, data: {users.csv: "010170-1234 password=hunter2hunter2"}}`,
		`{apiVersion: v1, kind: Event, metadata: {name: a, namespace: n}, involvedObject: {apiVersion: apps/v1, kind: Deployment, namespace: n, name: web}, message: "no 010170-1234"}`,
		`{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: n, annotations: {note: "010170-1234"}}, spec: {selector: {}, template: {spec: {containers: [{name: c, image: nginx, env: [{name: X, value: "010170-1234"}]}]}}}}`,
		`{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: n, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: r, uid: u, controller: true}]}, spec: {containers: [{name: c, image: nginx, args: ["010170-1234"]}]}}`,
		`{apiVersion: velero.io/v1, kind: Restore, metadata: {name: a, namespace: n, annotations: {note: "010170-1234"}}, spec: {backupName: b}}`,
	} {
		kind, o := read(t, x, text)
		want := exposed(t, kind, o)
		before, err := json.Marshal(o)
		if err != nil || want == nil {
			t.Fatalf("nothing is found in %s: %v", text, err)
		}
		raw, err := json.Marshal(kind.Prune(o))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), number) {
			t.Errorf("the snapshot repeats what was found: %s", raw)
		}
		var fields map[string]any
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		u := &unstructured.Unstructured{Object: fields}
		u.SetGroupVersionKind(kind.GVK)
		again, err := json.Marshal(u)
		if err != nil {
			t.Fatal(err)
		}
		_, back := read(t, x, string(again))
		if diff := cmp.Diff(want, exposed(t, kind, back)); diff != "" {
			t.Errorf("%s: -whole +pruned:\n%s", kind.GVK.Kind, diff)
		}
		if after, _ := json.Marshal(o); string(after) != string(before) {
			t.Errorf("the object was changed:\n%s\n%s", before, after)
		}
	}
}

func TestTheAnnotationOnlyAdds(t *testing.T) {
	x := gather.NewIndex(gather.Kinds())
	cm := func(said string) *facts.Exposure {
		kind, o := read(t, x, `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {d: 010170-1234}}`)
		c := o.(*corev1.ConfigMap)
		c.Annotations = map[string]string{exposure.FoundAnnotation: said}
		return exposed(t, kind, c)
	}
	own := facts.ExposedField{Field: "data[d]", Identifier: scan.CPR, Confidence: scan.High, Count: 1}
	more := own
	more.Count = 3
	other := facts.ExposedField{Field: "data[x]", Identifier: scan.CPR, Confidence: scan.Low, Count: 1}
	write := func(all ...facts.ExposedField) string {
		raw, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	for said, want := range map[string][]facts.ExposedField{
		"":                                      {own},
		"[]":                                    {own},
		"{":                                     {own},
		write(facts.ExposedField{}):             {own},
		write(more):                             {more},
		write(own):                              {own},
		write(other):                            {own, other},
		`[{"Field":"data[d]","Count":-1}]`:      {own},
		`[{"Field":"data[d]","Confidence":99}]`: {own},
	} {
		if diff := cmp.Diff(want, cm(said).Found); diff != "" {
			t.Errorf("%s: -want +got:\n%s", said, diff)
		}
	}
}

func TestWhatIsFoundIsBounded(t *testing.T) {
	cm := &corev1.ConfigMap{Data: map[string]string{"last": number}}
	for i := range 100 {
		cm.Data[strings.Repeat("a", i+1)] = "1712541234"
	}
	kind, _ := gather.NewIndex(gather.Kinds()).Lookup(schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"})
	e := exposed(t, kind, cm)
	if len(e.Found) != 20 || e.Found[len(e.Found)-1].Field != "data[last]" {
		t.Errorf("got %d fields, the last %+v", len(e.Found), e.Found[len(e.Found)-1])
	}
}

func BenchmarkFind(b *testing.B) {
	kinds := gather.NewIndex(gather.Kinds())
	for name, text := range map[string]string{
		"Pod": `{apiVersion: v1, kind: Pod, metadata: {name: aula-web-5d4f8c7b6d-x2x4z, namespace: aula, labels: {app.kubernetes.io/name: aula, app.kubernetes.io/component: web, pod-template-hash: 5d4f8c7b6d},
 annotations: {prometheus.io/scrape: "true", prometheus.io/port: "8080", kubectl.kubernetes.io/restartedAt: "2026-11-20T10:00:00Z"}}, spec: {containers: [{name: web, image: "registry.example.org/aula/web:1.2.3",
 env: [{name: LOG_LEVEL, value: info}, {name: DATABASE_HOST, value: db.aula.svc}, {name: DATABASE_PORT, value: "5432"}, {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: "http://collector.monitoring.svc:4317"}], args: [--port=8080, --verbose]}]}}`,
		"ConfigMap": `{apiVersion: v1, kind: ConfigMap, metadata: {name: aula-settings, namespace: aula}, data: {settings.yaml: "` + strings.Repeat(`logging: {level: info, port: 8080, timeout: 30s}\n`, 40) + `", MODE: production}}`,
	} {
		kind, o := read(b, kinds, text)
		plain, _ := gather.NewIndex(append(core.Kinds(), collectors.Kinds()...)).Lookup(kind.GVK)
		for what, k := range map[string]adapter.Kind{"not scanned": plain, "scanned": kind} {
			b.Run(name+" "+what, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := k.Extract(o); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
