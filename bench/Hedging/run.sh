#!/usr/bin/env bash
# Hedging off and on, in the same run, on the same simulated replicas: one that stalls now and then, and all of them slow. About 2.5 minutes.
# Usage: bench/Hedging/run.sh [STRATEGY [REQUESTS [PER-SECOND]]]   (default round-robin 5000 80, for each side)
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -n "${GATEWAY_BINARY:-}" ] || [ -x artifacts/gateway/gateway ] || eng/publish.sh
dotnet build bench -c Release --nologo -v quiet
# The driver starts replicas and gateways on free ports and ends with them.
exec dotnet bench/bin/Release/net10.0/Gateway.Bench.dll hedging "$@"
