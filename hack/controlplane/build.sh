#!/usr/bin/env bash
# Builds the local control plane (etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl) from the modules
# that go.mod beside this file pins, into bin/k8s/<version>. What is up to date is left alone; an interrupted build leaves
# no half-made binary and goes on where it stopped. Needs only Go and git.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  echo "control plane: using KUBEBUILDER_ASSETS=$KUBEBUILDER_ASSETS"
  exit 0
fi

version=$(sed -n 's#^[[:space:]]*k8s\.io/kubernetes \(v[^ ]*\).*#\1#p' go.mod)
minor=${version#v1.} minor=${minor%%.*}
out=$(cd ../.. && pwd)/bin/k8s/$version
ldflags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  ldflags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=$minor -X $package.gitTreeState=clean"
done
stamp=$(cat go.mod go.sum - <<<"$ldflags" | git hash-object --stdin)
export CGO_ENABLED=0 GOFLAGS="" GOWORK=off

# name=package; the dependencies that all share are compiled with the first
binaries=(
  kube-apiserver=k8s.io/kubernetes/cmd/kube-apiserver
  kube-controller-manager=k8s.io/kubernetes/cmd/kube-controller-manager
  kube-scheduler=k8s.io/kubernetes/cmd/kube-scheduler
  kubectl=k8s.io/kubernetes/cmd/kubectl
  etcd=go.etcd.io/etcd/server/v3
)
missing=()
for binary in "${binaries[@]}"; do
  name=${binary%%=*}
  if [ ! -x "$out/$name" ] || [ "$(cat "$out/.$name.stamp" 2>/dev/null)" != "$stamp" ]; then missing+=("$binary"); fi
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

echo "control plane: building Kubernetes $version and etcd into bin/k8s/$version. This happens once and takes about 6 minutes on 2 cores."
mkdir -p "$out"
work=$(mktemp -d "$out/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
for binary in "${missing[@]}"; do
  name=${binary%%=*}
  echo "control plane: $name"
  go build -trimpath -ldflags "$ldflags" -o "$work/$name" "${binary#*=}"
  rm -f "$out/.$name.stamp"
  mv -f "$work/$name" "$out/$name"
  echo "$stamp" >"$out/.$name.stamp"
done
