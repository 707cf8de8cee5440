package core

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"sigs.k8s.io/randfill"

	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
)

// source lets the filler draw from a seeded generator.
type source struct{ *rand.Rand }

func (s source) Int63() int64   { return s.Int64() }
func (s source) Uint64() uint64 { return s.Rand.Uint64() }
func (s source) Seed(int64)     {}

func pick[T any](c randfill.Continue, values ...T) T { return values[c.Intn(len(values))] }

var variableNames = []string{
	"DD_SITE", "DD_API_KEY", "DD_LOGS_ENABLED", "SENTRY_DSN", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
	"APPLICATIONINSIGHTS_CONNECTION_STRING", "NEW_RELIC_LICENSE_KEY", "LOKI_URL", "ES_HOST", "S3_BUCKET", "ELASTIC_CLOUD_ID",
	"BACKUP_GLOBALS3ENDPOINT", "PASSWORD", "HOST_IP",
}

var variableValues = []string{
	"", "datadoghq.eu", "https://key:S3CR3T@sentry.example.org/4?x=S3CR3T", "http://$(HOST_IP):4317", "collector.shop.svc:4317",
	"InstrumentationKey=S3CR3T;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;LiveEndpoint=x",
	"InstrumentationKey=S3CR3T", "a:9200,b:9200,https://u:S3CR3T@c:9200", "fd00::1", "http://[fd00::1]:4317",
	"prod:bG9jYWxob3N0LmV4YW1wbGUub3JnJGFiYyRkZWY=", "tls://user:S3CR3T@host.example.org",
}

var images = []string{"", "nginx:1.29", "cr.fluentbit.io/fluent/fluent-bit:4.0", "Bad Image", "registry.example.org/mirror/grafana/loki@sha256:" + strings.Repeat("a", 64)}

// telling makes the random objects say things that facts are made of.
func telling(serializer.CodecFactory) []any {
	return []any{
		func(v *corev1.EnvVar, c randfill.Continue) {
			v.Name, v.Value = pick(c, variableNames...), pick(c, variableValues...)
			if strings.HasSuffix(v.Name, "_KEY") || v.Name == "PASSWORD" {
				v.Value = "S3CR3T"
			}
			if c.Intn(4) == 0 {
				v.Value, v.ValueFrom = "", &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{Key: "x"}}
			}
			if c.Intn(4) == 0 {
				v.Value, v.ValueFrom = "", &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{FieldPath: "status.hostIP"}}
			}
		},
		func(j *apiextensionsv1.JSON, c randfill.Continue) {
			j.Raw = pick(c, []byte(`{"days":3}`), []byte(`{}`))
		},
		func(p *corev1.PodSpec, c randfill.Continue) {
			c.FillNoCustom(p)
			for i := range p.Volumes {
				oneSource(reflect.ValueOf(&p.Volumes[i].VolumeSource).Elem())
				if h := p.Volumes[i].HostPath; h != nil && h.Path == "" {
					h.Path = "/" // as every volume that the API server accepts has one
				}
			}
			all := [][]corev1.Container{p.Containers, p.InitContainers}
			for _, containers := range all {
				for i := range containers {
					containers[i].Image = pick(c, images...)
					containers[i].Args = pick(c, nil, []string{"-config", "x=y", "--password", "S3CR3T", "--url=https://a:S3CR3T@b/c"})
				}
			}
			p.Tolerations = pick(c, p.Tolerations, []corev1.Toleration{{Key: corev1.TaintNodeNotReady, Operator: "Exists", Effect: "NoExecute", TolerationSeconds: new(int64(300))}})
		},
		func(m *metav1.ObjectMeta, c randfill.Continue) {
			c.FillNoCustom(m)
			m.ManagedFields, m.CreationTimestamp, m.DeletionTimestamp = nil, metav1.Unix(int64(c.Intn(1e9)), 0), nil
			m.Annotations = pick(c, nil, map[string]string{
				"backup.velero.io/backup-volumes": "data", "k8up.io/backupcommand": "S3CR3T", "other": "S3CR3T",
				corev1.LastAppliedConfigAnnotation: "S3CR3T", legacyClass: "old", corev1.MirrorPodAnnotationKey: "x",
			})
			m.OwnerReferences = pick(c, nil, []metav1.OwnerReference{{
				APIVersion: pick(c, "apps/v1", "batch/v1", "v1", "argoproj.io/v1alpha1"),
				Kind:       pick(c, "Deployment", "CronJob", "ReplicaSet", "Job", "DaemonSet", "Rollout"),
				Name:       "owner", UID: "1", Controller: new(c.Intn(4) > 0),
			}})
		},
	}
}

// oneSource leaves a volume the first of its sources: the API server accepts no more.
func oneSource(sources reflect.Value) {
	found := false
	for i := range sources.NumField() { //nolint:modernize // fields are set
		if f := sources.Field(i); found {
			f.SetZero()
		} else {
			found = !f.IsZero()
		}
	}
}

// filler makes random objects; the seed is that of the failing case.
func filler(seed uint64) *randfill.Filler {
	funcs := fuzzer.MergeFuzzerFuncs(metafuzzer.Funcs, telling)
	return fuzzer.FuzzerFor(funcs, source{rand.New(rand.NewPCG(seed, 0))}, serializer.NewCodecFactory(runtime.NewScheme())).MaxDepth(20)
}

func extract(t *testing.T, k adapter.Kind, o runtime.Object) []any {
	t.Helper()
	out, err := k.Extract(o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func throughJSON(t *testing.T, k adapter.Kind, o runtime.Object) (runtime.Object, string) {
	t.Helper()
	raw, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	back := k.New()
	if err := json.Unmarshal(raw, back); err != nil {
		t.Fatal(err)
	}
	return back, string(raw)
}

func TestPruningChangesNoFactAndLeaksNothing(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.Resource, func(t *testing.T) {
			for seed := range uint64(100) {
				o, _ := throughJSON(t, k, random(k, seed))
				before, _ := throughJSON(t, k, o)
				want := extract(t, k, o)
				pruned, raw := throughJSON(t, k, k.Prune(o))
				if diff := cmp.Diff(want, extract(t, k, pruned), shallow); diff != "" {
					t.Fatalf("seed %d: facts of the pruned object differ (-whole +pruned):\n%s", seed, diff)
				}
				if diff := cmp.Diff(before, o); diff != "" {
					t.Fatalf("seed %d: the object was changed (-before +after):\n%s", seed, diff)
				}
				if strings.Contains(raw, "S3CR3T") {
					t.Fatalf("seed %d: the pruned object holds a secret: %s", seed, raw)
				}
			}
		})
	}
}
