package controlplane

import (
	"crypto/tls"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

const (
	userAdmin             = "admin"
	userControllerManager = "system:kube-controller-manager"
	userScheduler         = "system:kube-scheduler"
)

// Files in the directory of an instance.
const (
	fileServingCert = "serving.crt"
	fileServingKey  = "serving.key"
	fileAccountKey  = "service-account.key"
	fileTokens      = "tokens.csv"
	fileScheduler   = "scheduler.yaml"
	socketEtcd      = "etcd.sock"
)

func (cp *ControlPlane) path(name string) string { return filepath.Join(cp.dir, name) }

func (cp *ControlPlane) kubeconfigOf(component string) string {
	return cp.path(component + ".kubeconfig")
}

// writeFiles makes what the API server needs to prove who it is and to know who calls, and the scheduler's configuration.
func (cp *ControlPlane) writeFiles() error {
	serving, servingKey, err := cert.GenerateSelfSignedCertKey("127.0.0.1", []net.IP{net.IPv4(127, 0, 0, 1)}, []string{"localhost"})
	if err != nil {
		return fmt.Errorf("control plane: serving certificate: %w", err)
	}
	if _, err := tls.X509KeyPair(serving, servingKey); err != nil {
		return fmt.Errorf("control plane: serving certificate: %w", err)
	}
	accountKey, err := keyutil.MakeEllipticPrivateKeyPEM()
	if err != nil {
		return fmt.Errorf("control plane: service account key: %w", err)
	}
	var tokens strings.Builder
	for _, user := range slices.Sorted(maps.Keys(cp.tokens)) {
		groups := "system:authenticated"
		if user == userAdmin {
			groups = "system:masters"
		}
		fmt.Fprintf(&tokens, "%s,%s,%s,%s\n", cp.tokens[user], user, user, groups)
	}
	cp.ca = serving // the bundle holds the authority that signed it
	scheduler := fmt.Sprintf(`apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
leaderElection: {leaderElect: false}
clientConnection: {kubeconfig: %q, qps: 1000, burst: 2000}
`, cp.kubeconfigOf("kube-scheduler"))
	for name, data := range map[string][]byte{
		fileServingCert: serving, fileServingKey: servingKey, fileAccountKey: accountKey, fileTokens: []byte(tokens.String()),
		fileScheduler: []byte(scheduler),
	} {
		if err := os.WriteFile(cp.path(name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// etcdArgs lets etcd serve clients on a socket in our directory: no port to choose, and nobody else can reach it.
func (cp *ControlPlane) etcdArgs() []string {
	return arguments(map[string]string{
		"data-dir":              cp.path("etcd"),
		"listen-client-urls":    "unix://" + cp.path(socketEtcd),
		"advertise-client-urls": "unix://" + cp.path(socketEtcd),
		"listen-peer-urls":      "http://127.0.0.1:0",
		"unsafe-no-fsync":       "true",
		"log-level":             "warn",
		"quota-backend-bytes":   "8589934592",
	})
}

func (cp *ControlPlane) apiServerArgs(port int) []string {
	flags := map[string]string{
		"etcd-servers":                     "unix://" + cp.path(socketEtcd),
		"bind-address":                     "127.0.0.1",
		"secure-port":                      fmt.Sprint(port),
		"tls-cert-file":                    cp.path(fileServingCert),
		"tls-private-key-file":             cp.path(fileServingKey),
		"token-auth-file":                  cp.path(fileTokens),
		"authorization-mode":               "RBAC",
		"service-account-issuer":           "https://kubernetes.default.svc",
		"service-account-signing-key-file": cp.path(fileAccountKey),
		"service-account-key-file":         cp.path(fileAccountKey),
		"service-cluster-ip-range":         "10.96.0.0/16",
		"allow-privileged":                 "true",
		// A documentation address that is never published: without it the API server wants a default route.
		"advertise-address":        "192.0.2.1",
		"endpoint-reconciler-type": "none",
	}
	if !cp.opts.ControllerManager {
		flags["disable-admission-plugins"] = "ServiceAccount" // nobody would make the default account of a namespace
	}
	maps.Copy(flags, cp.opts.APIServerFlags)
	return arguments(flags)
}

func (cp *ControlPlane) controllerManagerArgs() []string {
	flags := map[string]string{
		"kubeconfig":                       cp.kubeconfigOf("kube-controller-manager"),
		"secure-port":                      "0",
		"leader-elect":                     "false",
		"use-service-account-credentials":  "true",
		"service-account-private-key-file": cp.path(fileAccountKey),
		"root-ca-file":                     cp.path(fileServingCert),
		// The defaults pace a shared API server; here they would only make large fleets slow to build.
		"kube-api-qps":   "1000",
		"kube-api-burst": "2000",
	}
	if grace := cp.opts.NodeGrace; grace > 0 {
		flags["node-monitor-grace-period"] = grace.String()
		flags["node-monitor-period"] = (grace / 4).String()
	}
	maps.Copy(flags, cp.opts.ControllerManagerFlags)
	return arguments(flags)
}

func (cp *ControlPlane) schedulerArgs() []string {
	return arguments(map[string]string{"config": cp.path(fileScheduler), "secure-port": "0"})
}

func arguments(flags map[string]string) []string {
	args := make([]string, 0, len(flags))
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		args = append(args, "--"+name+"="+flags[name])
	}
	return args
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("control plane: no free port: %w", err)
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func portTaken(p *process) bool { return strings.Contains(p.out.lines(100), "address already in use") }
