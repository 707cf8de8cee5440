#!/usr/bin/env bash
# fuzz.sh TIME: runs every fuzz target of the module for that time, one after the other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
time=${1:?usage: fuzz.sh TIME}

# directory and name of each target
targets=$(git grep --untracked -E '^func Fuzz' -- '*_test.go' | sed -E 's#^(.*)/[^/]+:func (Fuzz[A-Za-z0-9_]*)\(.*#\1 \2#')
while read -r dir target; do
  echo "fuzz: $target in $dir for $time"
  go test "./$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time" </dev/null
done <<<"$targets"
