#!/usr/bin/env bash
# Who waits for one answer leaves, one after another: how long after the last one's close the upstream sees its connection closed (allowed: 100 ms).
# Usage: bench/peers/leaving.sh [WAITERS [ROUNDS]]   (default 5 100)
set -euo pipefail
cd "$(dirname "$0")/../.."
waiters=${1:-5}; rounds=${2:-100}
binary=${GATEWAY_BINARY:-artifacts/gateway/gateway}
[ -x "$binary" ] || eng/publish.sh
dotnet build bench -c Release --nologo -v quiet
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
upstream=19160; gateway=19161; admin=19162
printf 'providers: { held: { type: openai, base-url: "http://127.0.0.1:%s", api-key: none, models: [m] } }\ncache: { enabled: true }\ntelemetry: { access-log: false }\n' $upstream >"$work/gateway.yaml"
"$binary" serve --config "$work/gateway.yaml" --listen http://127.0.0.1:$gateway --admin-listen http://127.0.0.1:$admin >"$work/gateway.log" 2>&1 & pids+=($!)
for _ in $(seq 100); do curl -fs -o /dev/null "http://127.0.0.1:$gateway/health/live" && break; sleep 0.05; done
dotnet bench/bin/Release/net10.0/Gateway.Bench.dll leaving "http://127.0.0.1:$gateway" $upstream "$waiters" "$rounds"
