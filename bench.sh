#!/usr/bin/env bash
# Measures Steth beside its peers in one run and prints a table. Figures are medians; these are ratios to trust, not absolute times.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
require_dotnet
ensure_packages $LAB_PACKAGES fping python3-jsonrpclib-pelix
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
[ -x out/steth-agent ] || ./build.sh
dotnet build bench/Steth.Bench -c Release -v quiet -clp:ErrorsOnly >&2
bench/Steth.Bench/bin/Release/net10.0/steth-bench out/steth-agent bench/pelix_server.py
