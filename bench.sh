#!/usr/bin/env bash
# Measures Steth and prints tables: beside its peers in one run, and beside its aims where there is no peer. Figures are medians of five;
# ratios are to trust, not absolute times.
#   ./bench.sh [wire] [node] [verdict] [lab] [mesh] [vlan]   only these; all without arguments. All but wire need root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
require_dotnet
# shellcheck disable=SC2086
ensure_packages $LAB_PACKAGES fping python3-jsonrpclib-pelix python3-scapy
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
for program in steth steth-agent steth-lab; do
  [ -x out/$program ] || { ./build.sh >&2; break; }
done
dotnet build bench/Steth.Bench -c Release -v quiet -clp:ErrorsOnly >&2
bench=bench/Steth.Bench/bin/Release/net10.0/steth-bench
[ $# -gt 0 ] || set -- wire node verdict lab mesh vlan
for part in "$@"; do
  case $part in
    wire) $bench wire out/steth-agent bench/pelix_server.py ;;
    # A host of its own, which ends with the program and takes all that was made along.
    node) mkdir -p /etc/openvswitch /var/log/openvswitch
      unshare --mount --uts --ipc --net --pid --fork --kill-child --mount-proc --propagation private -- $bench node out/steth-agent ;;
    verdict | lab | mesh) trap 'out/steth-lab down --name bench$$ >/dev/null 2>&1 || true' EXIT
      trap 'exit 130' INT TERM
      $bench "$part" out bench$$ ;;
    vlan) trap 'out/steth-lab down --name bench$$ >/dev/null 2>&1 || true' EXIT
      trap 'exit 130' INT TERM
      $bench vlan out bench$$ "$PWD/bench/scapy_vlans.py" ;;
    *) echo "bench.sh: $part is none of wire, node, verdict, lab, mesh, vlan" >&2; exit 64 ;;
  esac
  echo
done
