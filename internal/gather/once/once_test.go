package once_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/rest"

	"github.com/tilsyn-dev/tilsyn/internal/facts"
	"github.com/tilsyn-dev/tilsyn/internal/gather"
	"github.com/tilsyn-dev/tilsyn/internal/gather/adapter"
	"github.com/tilsyn-dev/tilsyn/internal/gather/once"
)

// apiServer answers lists as the test says, and discovery with Services, Pods and a group in a version of its own.
type apiServer struct {
	list  func(r *http.Request) (status int, body any)
	other string // version in which velero.io is served; empty: not at all
}

func (s apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := http.StatusOK
	var body any
	velero := metav1.APIGroup{Name: "velero.io", Versions: []metav1.GroupVersionForDiscovery{{GroupVersion: "velero.io/" + s.other, Version: s.other}}}
	switch path := r.URL.Path; {
	case path == "/version":
		body = version.Info{GitVersion: "v1.36.1"}
	case path == "/api":
		body = metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions"}, Versions: []string{"v1"}}
	case path == "/api/v1":
		body = resources("v1", "services", "pods")
	case path == "/apis" && s.other == "":
		body = metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}}
	case path == "/apis":
		body = metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}, Groups: []metav1.APIGroup{velero}}
	case path == "/apis/velero.io/broken":
		status, body = http.StatusServiceUnavailable, failure(http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable, "out of order")
	case path == "/apis/velero.io/"+s.other:
		body = resources("velero.io/"+s.other, "schedules")
	default:
		status, body = s.list(r)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

func resources(gv string, names ...string) metav1.APIResourceList {
	list := metav1.APIResourceList{TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: gv}
	for _, n := range names {
		list.APIResources = append(list.APIResources, metav1.APIResource{Name: n, Kind: n, Namespaced: true, Verbs: []string{"list"}})
	}
	return list
}

func failure(code int, reason metav1.StatusReason, message string) metav1.Status {
	return metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Code: int32(code), Reason: reason, Message: message}
}

func page(next string, names ...string) corev1.ServiceList {
	list := corev1.ServiceList{TypeMeta: metav1.TypeMeta{Kind: "ServiceList", APIVersion: "v1"}, ListMeta: metav1.ListMeta{Continue: next}}
	for _, n := range names {
		list.Items = append(list.Items, corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "a", Name: n}, Spec: corev1.ServiceSpec{Type: corev1.ServiceTypeExternalName, ExternalName: n + ".example.org"}})
	}
	return list
}

// kindsOf gives the kinds of some resources.
func kindsOf(sources ...facts.SourceID) []adapter.Kind {
	return slices.DeleteFunc(gather.Kinds(), func(k adapter.Kind) bool { return !slices.Contains(sources, k.SourceID()) })
}

func read(t *testing.T, s apiServer, kinds []adapter.Kind, o once.Options) (*once.Report, *facts.Store, error) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	store := gather.NewStore(kinds)
	report, err := once.Read(t.Context(), &rest.Config{Host: server.URL}, store, kinds, o)
	return report, store, err
}

func names(store *facts.Store) (out []string) {
	store.Read(func(v facts.View) {
		for _, s := range facts.List[facts.ExternalService](v) {
			out = append(out, s.Name)
		}
	})
	return out
}

func TestPagesFollowEachOtherEvenAfterTheirTokenExpired(t *testing.T) {
	var asked []string
	s := apiServer{list: func(r *http.Request) (int, any) {
		token := r.URL.Query().Get("continue")
		asked = append(asked, token)
		if r.URL.Query().Get("limit") != "500" {
			t.Errorf("asked for %s", r.URL)
		}
		switch token {
		case "":
			return http.StatusOK, page("one", "a", "b")
		case "one":
			expired := failure(http.StatusGone, metav1.StatusReasonExpired, "too old")
			expired.Continue = "later"
			return http.StatusGone, expired
		default:
			return http.StatusOK, page("", "c")
		}
	}}
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	var sunk []string
	var progress [][2]int
	report, store, err := read(t, s, kindsOf("services"), once.Options{
		Now: func() time.Time { return at },
		Sink: func(k adapter.Kind, o runtime.Object) error {
			sunk = append(sunk, o.(metav1.Object).GetName())
			return nil
		},
		Progress: func(done, total int) { progress = append(progress, [2]int{done, total}) },
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"a", "b", "c"}
	if diff := cmp.Diff(want, names(store)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(want, sunk); diff != "" {
		t.Error("sink", diff)
	}
	if diff := cmp.Diff([]string{"", "one", "later"}, asked); diff != "" {
		t.Error("tokens", diff)
	}
	if diff := cmp.Diff(&once.Report{KubernetesVersion: "v1.36.1", Objects: 3, Sources: []facts.SourceState{
		{ID: "services", Condition: facts.SourceSynced, LastEvent: at},
	}}, report); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][2]int{{1, 1}}, progress); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeListedIsUnreadable(t *testing.T) {
	tests := map[string]struct {
		status   int
		body     any
		other    string
		source   facts.SourceID
		reason   string
		messages []string
	}{
		"a right that is missing": {
			http.StatusForbidden, failure(403, metav1.StatusReasonForbidden, `services is forbidden: User "jane" cannot list resource`), "", "services",
			facts.ReasonForbidden, []string{`the right to list services in API group "" (core) is missing`, "User \"jane\""},
		},
		"an error": {
			http.StatusInternalServerError, failure(500, metav1.StatusReasonInternalError, "etcd is down"), "", "services", facts.ReasonListFailed, []string{"list services: etcd is down"},
		},
		"an answer that is no list": {http.StatusOK, map[string]string{"kind": "Nonsense"}, "", "services", facts.ReasonListFailed, []string{"list services: "}},
		"a token that expired without another": {
			http.StatusGone, failure(410, metav1.StatusReasonExpired, "too old"), "", "services", facts.ReasonListFailed, []string{"too old"},
		},
		"a version that is not understood": {
			0, nil, "v9", "schedules.velero.io", facts.ReasonVersion, []string{"schedules.velero.io is served in [v9] only, and understood in [v1]"},
		},
		"a group of which discovery fails": {
			0, nil, "broken", "schedules.velero.io", facts.ReasonDiscoveryFailed, []string{"cannot say whether it serves schedules.velero.io", "out of order"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := apiServer{other: tt.other, list: func(r *http.Request) (int, any) {
				if strings.HasSuffix(r.URL.Path, "/pods") {
					return http.StatusOK, corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}, Items: []corev1.Pod{{ObjectMeta: metav1.ObjectMeta{Name: "p"}}}}
				}
				return tt.status, tt.body
			}}
			kinds := kindsOf(tt.source, "pods", "schedules.k8up.io")
			report, store, err := read(t, s, kinds, once.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, state := range report.Sources {
				switch state.ID {
				case "pods":
					if !state.Complete() {
						t.Errorf("another source is %+v", state)
					}
				case "schedules.k8up.io":
					if state.Condition != facts.SourceAbsent {
						t.Errorf("a kind that is not served is %+v", state)
					}
				default:
					if state.Condition != facts.SourceUnreadable || state.Reason != tt.reason {
						t.Errorf("source %+v, want it unreadable: %s", state, tt.reason)
					}
					for _, m := range tt.messages {
						if !strings.Contains(state.Message, m) {
							t.Errorf("message %q lacks %q", state.Message, m)
						}
					}
				}
			}
			store.Read(func(v facts.View) {
				if len(facts.List[facts.Pod](v)) != 1 {
					t.Error("the other source was not read")
				}
			})
		})
	}
}

func TestObjectsThatCannotBeUnderstoodAreNamed(t *testing.T) {
	bad := unstructured.Unstructured{Object: map[string]any{"apiVersion": "velero.io/v1", "kind": "Schedule", "metadata": map[string]any{"namespace": "velero", "name": "bad"}, "spec": map[string]any{"schedule": []any{"x"}}}}
	s := apiServer{other: "v1", list: func(*http.Request) (int, any) {
		return http.StatusOK, map[string]any{"apiVersion": "velero.io/v1", "kind": "ScheduleList", "metadata": map[string]any{}, "items": []any{bad.Object}}
	}}
	sunk := 0
	report, _, err := read(t, s, kindsOf("schedules.velero.io"), once.Options{Sink: func(adapter.Kind, runtime.Object) error { sunk++; return nil }})
	if err != nil {
		t.Fatal(err)
	}
	state := report.Sources[0]
	if state.Complete() || len(state.Undecodable) != 1 || state.Undecodable[0].Name != "bad" || sunk != 1 || report.Objects != 0 {
		t.Errorf("source %+v, %d objects given to the sink", state, sunk)
	}
}

func TestWhatEndsTheReading(t *testing.T) {
	ok := func(*http.Request) (int, any) { return http.StatusOK, page("", "a") }
	full := errors.New("the disk is full")
	if _, _, err := read(t, apiServer{list: ok}, kindsOf("services"), once.Options{Sink: func(adapter.Kind, runtime.Object) error { return full }}); !errors.Is(err, full) {
		t.Errorf("error %v of a sink that fails", err)
	}
	refused := func(*http.Request) (int, any) {
		return http.StatusUnauthorized, failure(401, metav1.StatusReasonUnauthorized, "Unauthorized")
	}
	if _, _, err := read(t, apiServer{list: refused}, kindsOf("services"), once.Options{}); err == nil || !strings.Contains(err.Error(), "does not accept the credentials") {
		t.Errorf("error %v of credentials that are not accepted", err)
	}
	kinds := kindsOf("services")
	_, err := once.Read(t.Context(), &rest.Config{Host: "http://127.0.0.1:1"}, gather.NewStore(kinds), kinds, once.Options{})
	if err == nil || !strings.Contains(fmt.Sprint(err), "refused") {
		t.Errorf("error %v of an API server that is not there", err)
	}
}
