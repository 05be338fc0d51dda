#!/usr/bin/env bash
# Builds with warnings as errors, checks formatting, runs every test, ends with "N passed, N failed, N skipped".
#   ./test.sh            everything
#   ./test.sh PROJECT…   only these test projects (Steth.Packets.Tests, …)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
require_dotnet
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 LC_ALL=C.UTF-8
# shellcheck disable=SC2086
ensure_packages $TEST_PACKAGES || echo "Tests that need them are skipped and say so." >&2

fail() { echo "$1" >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
dotnet restore --locked-mode -v quiet || fail "The packages could not be restored as the lock files name them."
dotnet build --no-restore -p:Strict=true -v quiet -clp:NoSummary || fail "The build has errors or warnings."
dotnet format whitespace --verify-no-changes --no-restore -v quiet || fail "Formatting differs: run 'dotnet format whitespace'."

projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then
  for project in tests/*.Tests; do projects+=("$(basename "$project")"); done
fi
passed=0 failed=0 skipped=0 rc=0
log=$(mktemp -d "${TMPDIR:-/tmp}/steth-test.XXXXXX")
trap 'rm -rf "$log"' EXIT
for project in "${projects[@]}"; do
  exe=tests/$project/bin/Debug/net10.0/$project
  start=$(date +%s)
  timeout -k 10 1200 "$exe" --no-progress --no-ansi --results-directory "$log" >"$log/$project" 2>&1
  code=$?
  p=$(sed -n 's/^ *succeeded: *//p' "$log/$project" | tail -1)
  f=$(sed -n 's/^ *failed: *\([0-9]*\)$/\1/p' "$log/$project" | tail -1)
  s=$(sed -n 's/^ *skipped: *\([0-9]*\)$/\1/p' "$log/$project" | tail -1)
  if [ -z "$p" ]; then p=0 f=1 s=0; fi
  if [ "$code" -ne 0 ]; then
    rc=1
    [ "$f" -gt 0 ] || f=1
    cat "$log/$project"
  elif [ "$s" -gt 0 ]; then
    grep -A1 '^skipped ' "$log/$project"
  fi
  echo "$project: $p passed, $f failed, $s skipped ($(($(date +%s) - start)) s)"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
echo "$passed passed, $failed failed, $skipped skipped"
exit $rc
