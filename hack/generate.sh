#!/usr/bin/env bash
# Writes everything that is generated into the tree, from the markers in the code and by the programs hack/gen-*.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

echo "generate: deep copies and CRDs from ./api"
"$CONTROLLER_GEN" object crd paths=./api/... output:crd:artifacts:config=config/crd/bases

echo "generate: config/rbac/role.yaml from the markers in ./internal and ./cmd"
"$CONTROLLER_GEN" rbac:roleName=tilsyn-operator paths="{./internal/...,./cmd/...}" output:rbac:artifacts:config=config/rbac

shopt -s nullglob
for generator in hack/gen-*/; do
  echo "generate: $generator"
  go run "./$generator"
done
