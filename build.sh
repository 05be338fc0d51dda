#!/usr/bin/env bash
# Publishes steth, steth-agent and steth-lab to out/: self-contained, trimmed, single-file, ReadyToRun.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/packages.sh
require_dotnet
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
out=${1:-out}
for project in src/Steth.Agent src/Steth.Cli lab/Steth.Lab; do
  dotnet publish "$project" -c Release -r linux-x64 -o "$out" -v quiet -clp:ErrorsOnly
done
ls -lh "$out"/steth "$out"/steth-agent "$out"/steth-lab | awk '{print $NF, $5}'
