#!/usr/bin/env bash
# Builds with warnings as errors, checks formatting, runs every test, ends with "N passed, N failed, N skipped".
#   ./test.sh            everything that needs no OpenStack
#   ./test.sh --neutron  that, and the tests on a real Keystone and Neutron (docs/neutron-lab.md): installs them, about 10 minutes more
#   ./test.sh --chaos [N]  kills steth and its agents at N (200) random moments and writes what was left into docs/reliability.md
#   ./test.sh PROJECT…   only these test projects (Steth.Packets.Tests, …)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
require_dotnet
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 LC_ALL=C.UTF-8
# shellcheck disable=SC2086
ensure_packages $TEST_PACKAGES || echo "Tests that need them are skipped and say so." >&2
only=()
if [ "${1:-}" = --chaos ]; then
  export STETH_CHAOS="${2:-200}" STETH_WRITE_DOCS=1
  only=(--filter-class '*ChaosTests' --output Detailed) limit=14400
  set -- Steth.Lab.Tests
fi
neutron=
if [ "${1:-}" = --neutron ]; then
  neutron=1
  shift
fi
if [[ $neutron || " $* " = *" Steth.Neutron.Tests "* ]]; then
  lab/neutron/neutron-lab install || echo "The tests on a real Neutron are skipped and say so." >&2
fi

log=$(mktemp -d "${TMPDIR:-/tmp}/steth-test.XXXXXX")
running=()
finish() {
  for pid in "${running[@]}"; do kill "$pid" 2>/dev/null; done
  wait
  rm -rf "$log"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# must SENTENCE COMMAND...: what the command says is of interest only when it fails.
must() {
  "${@:2}" >"$log/step" 2>&1 && return
  cat "$log/step" >&2
  echo "$1" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}
must "The packages could not be restored as the lock files name them." dotnet restore --locked-mode -v quiet
must "The build has errors or warnings." dotnet build --no-restore -p:Strict=true -v quiet -clp:NoSummary
must "Formatting differs: run 'dotnet format whitespace'." dotnet format whitespace --verify-no-changes --no-restore -v quiet

projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then
  for project in tests/*.Tests; do
    [ "$project" = tests/Steth.Neutron.Tests ] || projects+=("$(basename "$project")")
  done
fi
[ -z "$neutron" ] || projects+=(Steth.Neutron.Tests)

# One project after the other: many tests measure time, and two cores shared by two projects make a wait of seconds one of minutes.
# run PROJECT FILE [OPTION…]: FILE takes what it prints, FILE.end its exit code and its seconds.
run() {
  local start=$EPOCHSECONDS
  timeout -k 10 "${limit:-3000}" "tests/$1/bin/Debug/net10.0/$1" "${@:3}" --no-progress --no-ansi --results-directory "$log" >"$2" 2>&1 &
  trap 'kill $! 2>/dev/null; wait; exit 143' TERM
  wait $!
  echo "$? $((EPOCHSECONDS - start))" >"$2.end"
}

count() { sed -n "s/^ *$1: *\([0-9]*\)\$/\1/p" "$2" | tail -1; }

attempt() {
  run "$@" &
  running=($!)
  wait $!
  running=()
}

# again PROJECT: one or two tests that failed beside everything else have a second try with the machine to themselves. That they had is
# said in any case: a machine may stall for seconds, but a fault that shows now and then is one. When they pass, it corrects report's
# code, p and f.
again() {
  local names
  mapfile -t names < <(sed -n 's/^failed \([A-Za-z0-9_.]*\).*/\1/p' "$log/$1" | sort -u)
  # 2: tests failed, and nothing else went wrong.
  [[ $code -eq 2 && $f -le 2 && ${#names[@]} -gt 0 && ${#only[@]} -eq 0 ]] || return
  attempt "$1" "$log/$1.again" --filter-method "${names[@]}"
  if grep -q '^0 ' "$log/$1.again.end"; then
    echo "$1: PASSED AT THE SECOND TRY ONLY: ${names[*]}"
    code=0 p=$((p + f)) f=0
  else
    cat "$log/$1.again"
  fi
}

passed=0 failed=0 skipped=0 rc=0
report() {
  local code=1 seconds=0 p f s
  read -r code seconds <"$log/$1.end"
  p=$(count succeeded "$log/$1") f=$(count failed "$log/$1") s=$(count skipped "$log/$1")
  if [ -z "$p" ]; then p=0 f=1 s=0; fi
  if [ "$code" -ne 0 ]; then
    cat "$log/$1"
    again "$1"
  fi
  if [ "$code" -ne 0 ]; then
    rc=1
    [ "$f" -gt 0 ] || f=1
  elif [ "$s" -gt 0 ]; then
    grep -A1 '^skipped ' "$log/$1"
  fi
  echo "$1: $p passed, $f failed, $s skipped ($seconds s)"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}
for project in "${projects[@]}"; do
  attempt "$project" "$log/$project" "${only[@]}"
  report "$project"
done
echo "$passed passed, $failed failed, $skipped skipped"
exit $rc
