#!/usr/bin/env bash
# Identical streams at once: one upstream call for all, and how much later than the first client's the others' first content comes.
# Usage: bench/peers/joined.sh [JOINERS [ROUNDS]]   (default 1000 5; after a warm-up that is not counted)
source "$(dirname "$0")/common.sh"
joiners=${1:-1000}; rounds=${2:-5}
ensure gateway
dotnet build bench -c Release --nologo -v quiet
start_simulator 500ms 600ms
printf 'providers: { dynamo: { type: dynamo, base-url: "%s" } }\ncache: { enabled: true }\n%s\n' "${url[direct]}" "$no_access_log" >"$work/gateway.yaml"
start_gateway

joined() { dotnet bench/bin/Release/net10.0/Gateway.Bench.dll joined "$1" "$joiners" "$rounds" "${@:2}"; }
joined "${url[gateway]}" "${pid[gateway]}" || echo "NOT whole, or not all asked before the first token, or no times"
echo "the same from one thread that only sends the same bytes:"
joined bare
echo "from two:"
joined bare:2
curl -fs "${url[gateway-admin]}/metrics" | awk -v n=$((rounds + 1)) '/^gateway_upstream_attempts_total/ { calls += $NF } END { printf "%d questions, %d upstream calls\n", n, calls }'
