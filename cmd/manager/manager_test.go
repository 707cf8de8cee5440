package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/tilsyn-dev/tilsyn/test/controlplane"
)

const (
	configDir = "../../config"
	patience  = 60 * time.Second
)

// install applies what the operator needs to run with its own rights, and gives its kubeconfig.
func install(t *testing.T, cp *controlplane.ControlPlane) string {
	t.Helper()
	options := envtest.CRDInstallOptions{Paths: []string{filepath.Join(configDir, "crd/bases")}, ErrorIfPathMissing: true}
	if _, err := envtest.InstallCRDs(cp.AdminConfig(), options); err != nil {
		t.Fatal(err)
	}
	admin, err := client.New(cp.AdminConfig(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{
		"namespace/namespace", "rbac/service_account", "rbac/role", "rbac/role_binding", "rbac/leader_election_role", "rbac/metrics_auth_role",
		"rbac/metrics_reader_role",
	} {
		raw, err := os.ReadFile(filepath.Join(configDir, file+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for decoder := utilyaml.NewYAMLToJSONDecoder(bytes.NewReader(raw)); ; {
			u := &unstructured.Unstructured{}
			if err := decoder.Decode(u); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if len(u.Object) == 0 {
				continue
			}
			if err := admin.Create(t.Context(), u); err != nil {
				t.Fatal(err)
			}
		}
	}
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cp.ServiceAccountKubeconfig(t.Context(), "tilsyn-system", "tilsyn-operator", kubeconfig); err != nil {
		t.Fatal(err)
	}
	return kubeconfig
}

// freeAddress gives an address on loopback that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// start runs the operator as its Deployment does, and waits until it is ready.
func start(t *testing.T, kubeconfig string) (metrics string, log *syncBuffer) {
	t.Helper()
	metrics, probes := freeAddress(t), freeAddress(t)
	ctx, cancel := context.WithCancel(context.Background())
	log = &syncBuffer{}
	done := make(chan error, 1)
	go func() {
		done <- run(ctx, []string{
			"--kubeconfig", kubeconfig, "--leader-elect", "--metrics-bind-address", metrics, "--health-probe-bind-address", probes,
		}, io.Discard, log)
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("operator: %v", err)
		}
	})
	eventually(t, "the operator is ready", func() (bool, string) {
		select {
		case err := <-done:
			done <- err
			t.Fatalf("the operator ended: %v\n%s", err, log)
		default:
		}
		status, body := get(t, "http://"+probes+"/readyz", "")
		return status == http.StatusOK, body
	})
	return metrics, log
}

// syncBuffer is a buffer that several goroutines may write.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func eventually(t *testing.T, what string, holds func() (bool, string)) {
	t.Helper()
	deadline, tick := time.NewTimer(patience), time.NewTicker(50*time.Millisecond)
	defer deadline.Stop()
	defer tick.Stop()
	for {
		ok, said := holds()
		if ok {
			return
		}
		select {
		case <-deadline.C:
			t.Fatalf("%s: not within %s; %s", what, patience, said)
		case <-tick.C:
		}
	}
}

// get asks for a page with a token; no status means no answer.
func get(t *testing.T, url, token string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	// The operator made its certificate itself; who reads is what is tested.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw)
}

// token of a new service account, which may read metrics or not.
func token(t *testing.T, cp *controlplane.ControlPlane, name string, mayRead bool) string {
	t.Helper()
	api, err := kubernetes.NewForConfig(cp.AdminConfig())
	if err != nil {
		t.Fatal(err)
	}
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := api.CoreV1().ServiceAccounts("default").Create(t.Context(), account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if mayRead {
		binding := &rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "tilsyn-metrics-reader"},
			Subjects:   []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: "default", Name: name}},
		}
		if _, err := api.RbacV1().ClusterRoleBindings().Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := api.CoreV1().ServiceAccounts("default").CreateToken(t.Context(), name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status.Token
}

func TestMetricsAreForThoseWhoMayReadThem(t *testing.T) {
	cp := controlplane.New(t, controlplane.Options{})
	address, log := start(t, install(t, cp))
	url := "https://" + address + "/metrics"
	for name, test := range map[string]struct {
		token  string
		status int
	}{
		"nobody":                              {"", http.StatusUnauthorized},
		"a token that is made up":             {"made-up", http.StatusUnauthorized},
		"an account without a role":           {token(t, cp, "stranger", false), http.StatusForbidden},
		"an account with the role of readers": {token(t, cp, "prometheus", true), http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := get(t, url, test.token)
			if status != test.status {
				t.Fatalf("answer is %d %s, want %d", status, body, test.status)
			}
			if shown := strings.Contains(body, "tilsyn_build_info"); shown != (test.status == http.StatusOK) {
				t.Errorf("the metrics are shown: %v", shown)
			}
		})
	}
	if status, body := get(t, "http://"+address+"/metrics", ""); status == http.StatusOK {
		t.Errorf("without TLS the answer is %d %s", status, body)
	}
	if strings.Contains(log.String(), "forbidden") {
		t.Errorf("the operator lacks a right:\n%s", fmt.Sprint(log))
	}
}
