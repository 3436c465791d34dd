#!/usr/bin/env bash
# Identical streams at once: one upstream call for all, and how much later than the first client's the others' first content comes.
# Usage: bench/peers/joined.sh [JOINERS [ROUNDS]]   (default 1000 5; after a warm-up that is not counted)
set -euo pipefail
cd "$(dirname "$0")/../.."
joiners=${1:-1000}; rounds=${2:-5}
binary=${GATEWAY_BINARY:-artifacts/gateway/gateway}
[ -x "$binary" ] || eng/publish.sh
dotnet build bench -c Release --nologo -v quiet
ulimit -n "$(ulimit -Hn)"
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
upstream=19150; gateway=19151; admin=19152
"$binary" simulate --port $upstream --replicas 1 --time-to-first-token 500ms --inter-token 600ms >"$work/simulator.log" 2>&1 & pids+=($!)
printf 'providers: { dynamo: { type: dynamo, base-url: "http://127.0.0.1:%s" } }\ncache: { enabled: true }\ntelemetry: { access-log: false }\n' $upstream >"$work/gateway.yaml"
"$binary" serve --config "$work/gateway.yaml" --listen http://127.0.0.1:$gateway --admin-listen http://127.0.0.1:$admin >"$work/gateway.log" 2>&1 & pids+=($!)
for port in $upstream $gateway; do for _ in $(seq 100); do curl -fs -o /dev/null "http://127.0.0.1:$port/v1/models" && break; sleep 0.05; done; done

joined() { dotnet bench/bin/Release/net10.0/Gateway.Bench.dll joined "$1" "$joiners" "$rounds" "${@:2}"; }
joined "http://127.0.0.1:$gateway" "${pids[1]}" || echo "NOT whole, or not all asked before the first token, or no times"
echo "the same from one thread that only sends the same bytes:"
joined bare
echo "from two:"
joined bare:2
curl -fs "http://127.0.0.1:$admin/metrics" | awk -v n=$((rounds + 1)) '/^gateway_upstream_attempts_total/ { calls += $NF } END { printf "%d questions, %d upstream calls\n", n, calls }'
