#!/usr/bin/env bash
# Shows the main job on a small cloud on this machine: find out why a VM has no network. Takes everything down again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
require_dotnet
[ "$(id -u)" -eq 0 ] || { echo "The lab makes network namespaces: run this as root." >&2; exit 77; }
# shellcheck disable=SC2086
ensure_packages $LAB_PACKAGES
for program in steth steth-agent steth-lab; do
  if [ ! -x out/$program ] || [ -n "$(find src lab Directory.Build.props Directory.Packages.props \( -name bin -o -name obj \) -prune -o -type f -newer out/$program -print -quit)" ]; then
    echo "Building (about a minute) ..."
    ./build.sh >/dev/null
    break
  fi
done
PATH=$PWD/out:$PATH
lab=demo$$
down() { steth-lab down --name $lab >/dev/null 2>&1 || true; }
trap down EXIT
trap 'exit 130' INT TERM

bold='' plain=''
[ -t 1 ] && [ -z "${NO_COLOR:-}" ] && bold=$'\e[1m' plain=$'\e[0m'
say() { printf '\n%s# %s%s\n' "$bold" "$*" "$plain"; }
# Shows a command and runs it; $expect is the exit code the story wants (default 0).
run() {
  printf '%s$ %s%s\n' "$bold" "$*" "$plain"
  local rc=0
  "$@" || rc=$?
  [ "$rc" -eq "${expect:-0}" ] || { echo "demo: expected exit code ${expect:-0}, got $rc" >&2; exit 1; }
}

say "A small cloud: a controller, a network node, two compute nodes, a physical switch; an agent on each host"
run steth-lab up --name $lab
eval "$(steth-lab env --name $lab)"

say "Who is there?"
run steth agents
say "Which VM ports do the nodes know? (No OpenStack API is asked.)"
run steth ports
port=$(steth ports -f value -c id -c host | awk '$2 == "comp1" { print $1; exit }')

say "Somebody removes VLAN 101 from the switch port of comp1"
run steth-lab break F1 --name $lab --port "$port"
say "Why has this VM no network? Its own first packets, injected where the guest's would enter, followed over all hosts"
expect=1 run steth diagnose "$port" --offline

say "The switch port was it: in which direction?"
expect=1 run steth check-vlan-interface comp1 net1 eth1 101

say "Heal, and ask once more"
run steth-lab heal --name $lab
run steth diagnose "$port" --offline

say "Down again"
run steth-lab down --name $lab
