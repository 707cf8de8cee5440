#!/usr/bin/env bash
# Fails if the tree is not as it should be: generated files up to date, Go code formatted and vetted, modules tidy,
# manifests complete, no path of a developer's machine in a tracked file. Says all that is wrong, not only the first fault.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0

fail() { # MESSAGE, details on standard input
  failed=1
  echo "verify: $1" >&2
  sed 's/^/  /' >&2
}

# snapshot prints the id of a tree that holds all files but the ignored ones, whether committed or not.
snapshot() {
  local index
  index=$(mktemp)
  rm "$index" # git wants to make it itself
  GIT_INDEX_FILE=$index git add -A && GIT_INDEX_FILE=$index git write-tree
  rm -f "$index"
}

echo "verify: generated files"
before=$(snapshot)
hack/generate.sh >/dev/null || fail "make generate fails, see above" </dev/null
changed=$(git diff --name-only "$before" "$(snapshot)")
[ -z "$changed" ] || fail "make generate changed these files, commit them:" <<<"$changed"

echo "verify: gofmt, go vet, modules"
unformatted=$(git ls-files -z --cached --others --exclude-standard -- '*.go' | xargs -0 -r gofmt -l)
[ -z "$unformatted" ] || fail "gofmt -w these files:" <<<"$unformatted"
vetted=$(go vet ./... 2>&1) || fail "go vet:" <<<"$vetted"
verified=$(go mod verify 2>&1) || fail "go mod verify:" <<<"$verified"
tidy=$(go mod tidy -diff 2>&1) || fail "go mod tidy would change go.mod or go.sum:" <<<"$tidy"

echo "verify: manifests"
rendered=$("$KUSTOMIZE" build config/default 2>&1 >/dev/null) || fail "kustomize build config/default:" <<<"$rendered"

echo "verify: no paths of this machine"
places="/home/[a-z]|/Users/[A-Za-z]|/[r]oot/|/[w]ork/"
for dir in "$PWD" "${HOME:-/}"; do
  [ "$dir" = / ] || places+="|$(sed 's/[][\.*^$+?(){}|]/\\&/g' <<<"$dir")/"
done
found=$(git grep -nIE "(^|[^A-Za-z0-9._/-])($places)" -- . ':!*go.sum' ':!hack/verify.sh' | cut -c1-160)
[ -z "$found" ] || fail "absolute paths that exist on one machine only:" <<<"$found"

exit $failed
