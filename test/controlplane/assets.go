package controlplane

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

const modulePath = "github.com/tilsyn-dev/tilsyn"

var kubernetesVersion = regexp.MustCompile(`(?m)^\s*k8s\.io/kubernetes (v\S+)`)

// Assets returns the directory that holds etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl:
// $KUBEBUILDER_ASSETS if that is set, else bin/k8s/<version> below the module root, where the version is the one that
// hack/controlplane/go.mod pins. A directory without etcd or kube-apiserver is an error that names the mend.
func Assets() (string, error) {
	dir := os.Getenv("KUBEBUILDER_ASSETS")
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		version, err := pinnedVersion(root)
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "bin", "k8s", version)
	}
	for _, name := range []string{"etcd", "kube-apiserver"} {
		if _, err := binary(dir, name); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func binary(dir, name string) (string, error) {
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("control plane: %w; run `make controlplane` (builds it once) or set KUBEBUILDER_ASSETS", err)
	}
	return path, nil
}

// moduleRoot looks upwards from the working directory, which `go test` sets to the package and `go run` leaves alone.
func moduleRoot() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	isRoot := regexp.MustCompile(`(?m)^module ` + regexp.QuoteMeta(modulePath) + `$`)
	for dir := start; ; dir = filepath.Dir(dir) {
		data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && isRoot.Match(data) {
			return dir, nil
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("control plane: %s is not inside module %s; set KUBEBUILDER_ASSETS", start, modulePath)
		}
	}
}

func pinnedVersion(root string) (string, error) {
	path := filepath.Join(root, "hack", "controlplane", "go.mod")
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	m := kubernetesVersion.FindSubmatch(data)
	if m == nil {
		return "", fmt.Errorf("control plane: %s requires no k8s.io/kubernetes", path)
	}
	return string(m[1]), nil
}
