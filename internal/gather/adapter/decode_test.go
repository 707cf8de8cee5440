package adapter

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
)

type sample struct {
	Spec struct {
		Count int64             `json:"count,omitempty"`
		URL   string            `json:"url,omitempty"`
		List  []string          `json:"list,omitempty"`
		Map   map[string]string `json:"map,omitempty"`
	} `json:"spec"`
}

func object(t testing.TB, text string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestDecode(t *testing.T) {
	for name, tc := range map[string]struct{ spec, problem string }{
		"fields that are not read are passed over": {`{count: 3, other: {a: [1]}}`, ""},
		"a text for a number":                      {`{count: three}`, "spec.count"},
		"a list for a text":                        {`{url: [a]}`, "spec.url"},
		"a number within a list":                   {`{list: [a, 1]}`, "spec.list"},
		"a number within a map":                    {`{map: {a: 1}}`, "spec.map"},
		"a text for the whole":                     {`nothing`, "spec"},
	} {
		t.Run(name, func(t *testing.T) {
			var s sample
			_, err := Decode(object(t, "{apiVersion: v1, kind: Kind, metadata: {name: some}, spec: "+tc.spec+"}"), &s)
			switch {
			case tc.problem == "" && (err != nil || s.Spec.Count != 3):
				t.Errorf("got %+v, error %v", s, err)
			case tc.problem != "" && (err == nil || !strings.Contains(err.Error(), tc.problem)):
				t.Errorf("error %v does not name %s", err, tc.problem)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	u := object(t, `{apiVersion: velero.io/v1, kind: Backup, metadata: {name: some, namespace: ns, ownerReferences: [
 {apiVersion: k8up.io/v1, kind: Schedule, name: other, uid: a}, {apiVersion: velero.io/v1, kind: Schedule, name: daily, uid: b}]}}`)
	if got, want := RefOf(u), (facts.Ref{Group: "velero.io", Kind: "Backup", Namespace: "ns", Name: "some"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := OwnerOf(u, "velero.io", "Schedule"), (facts.Ref{Group: "velero.io", Kind: "Schedule", Namespace: "ns", Name: "daily"}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := OwnerOf(u, "velero.io", "Backup"); !got.IsZero() {
		t.Errorf("got %v, want none", got)
	}
}

func TestParseEndpoint(t *testing.T) {
	for text, want := range map[string]Endpoint{
		"":                                   {},
		"https://s3.example.org":             {Host: "s3.example.org"},
		"https://S3.Example.org:9000/bucket": {Host: "s3.example.org"},
		"http://10.0.0.1:9000":               {Host: "10.0.0.1", Insecure: true},
		"s3.example.org.":                    {Host: "s3.example.org"},
		"s3.example.org:443/x":               {Host: "s3.example.org"},
		"https://user:pass@s3.example.org/":  {Host: "s3.example.org"},
		"http://minio.velero.svc:9000":       {Host: "minio.velero.svc", Insecure: true, InCluster: true},
		"minio.velero.svc.cluster.local":     {Host: "minio.velero.svc.cluster.local", InCluster: true},
		"minio":                              {Host: "minio", InCluster: true},
		"localhost:9000":                     {Host: "localhost", InCluster: true},
		"http://127.0.0.1":                   {Host: "127.0.0.1", Insecure: true, InCluster: true},
		"https://[::1]:9000":                 {Host: "::1", InCluster: true},
		"https://[2001:db8::1]":              {Host: "2001:db8::1"},
		"svc.example.org":                    {Host: "svc.example.org"},
		"a.b.svc.example.org":                {Host: "a.b.svc.example.org", InCluster: true},
	} {
		if got, err := ParseEndpoint(text); err != nil || got != want {
			t.Errorf("%q: got %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"https://", "https://:9000", "://x", "https://u:p@", "http://a b"} {
		if got, err := ParseEndpoint(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		} else if strings.Contains(err.Error(), "u:p") {
			t.Errorf("%q: the error repeats the password: %v", text, err)
		}
	}
}

func TestPruneTo(t *testing.T) {
	u := object(t, `{apiVersion: x.io/v1, kind: Kind, metadata: {name: some, namespace: ns, uid: u, labels: {a: b}, annotations: {keep.io/a: "1", drop.io/a: secret}, managedFields: [{manager: m}]},
 spec: {count: 3, url: "https://user:geheim@host/path?x=1", password: geheim, list: ["s3:http://a:b@host/x", plain, "mail@example.org"]}}`)
	got := PruneTo[sample]("keep.io/")(u).(*unstructured.Unstructured)
	want := object(t, `{apiVersion: x.io/v1, kind: Kind, metadata: {name: some, namespace: ns, uid: u, labels: {a: b}, annotations: {keep.io/a: "1"}},
 spec: {count: 3, url: "https://host/path?x=1", list: ["s3:http://host/x", plain, "mail@example.org"]}}`)
	want.Object["spec"].(map[string]any)["count"] = int64(3)
	if diff := cmp.Diff(want.Object, got.Object); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPruneToKeepsNothingOfWhatItCannotRead(t *testing.T) {
	u := object(t, `{apiVersion: x.io/v1, kind: Kind, metadata: {name: some}, spec: {count: three, password: geheim}}`)
	got := PruneTo[sample]()(u).(*unstructured.Unstructured)
	if got.GetName() != "some" || strings.Contains(got.Object["spec"].(string), "geheim") {
		t.Errorf("got %v", got.Object)
	}
	if _, err := Decode(got, &sample{}); err == nil {
		t.Error("what could not be understood can be understood after pruning")
	}
}

func FuzzParseEndpoint(f *testing.F) {
	for _, seed := range []string{"https://s3.example.org:9000/b", "minio.velero.svc", "http://u:p@h", "//", "[::1]:80", "https://a%zz", "\x00", "HTTP://X"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := ParseEndpoint(text)
		if err != nil {
			return
		}
		if strings.ContainsAny(e.Host, "/@") || e.Host != strings.ToLower(e.Host) {
			t.Errorf("%q gives host %q", text, e.Host)
		}
	})
}

func TestWithoutUser(t *testing.T) {
	for text, want := range map[string]string{
		"https://u:p@h/x":          "https://h/x",
		"https://u@h":              "https://h",
		"s3:https://u:p@h/b":       "s3:https://h/b",
		"https://u:p/w@h/x":        "https://h/x",
		"https://u:p@q@h/x":        "https://h/x",
		"https://h:9000/a@b":       "https://h:9000/a@b",
		"https://h/a@b":            "https://h/a@b",
		"https://[::1]:80/a@b":     "https://[::1]:80/a@b",
		"mail@example.org":         "mail@example.org",
		"https://h?mail=a@b":       "https://h?mail=a@b",
		"projects/p/locations/l@x": "projects/p/locations/l@x",
	} {
		if got := withoutUser(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzWithoutUser(f *testing.F) {
	for _, seed := range []string{"https://u:p@h/x", "https://u:p/w@h/x", "s3:http://u:p@h", "a@b", "https://h/a@b", "://@", "x://%@y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := withoutUser(text)
		_, rest, ok := strings.Cut(got, "://")
		if end := strings.IndexAny(rest, "/?#"); end >= 0 {
			rest = rest[:end]
		}
		if ok && got != text && strings.Contains(rest, "@") {
			t.Errorf("%q leaves a user in %q", text, got)
		}
	})
}
