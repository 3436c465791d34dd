#!/usr/bin/env bash
# Who waits for one answer leaves, one after another: how long after the last one's close the upstream sees its connection closed (allowed: 100 ms).
# Usage: bench/peers/leaving.sh [WAITERS [ROUNDS]]   (default 5 100)
source "$(dirname "$0")/common.sh"
waiters=${1:-5}; rounds=${2:-100}
ensure gateway
dotnet build bench -c Release --nologo -v quiet
upstream=$(free_port)
printf 'providers: { held: { type: openai, base-url: "http://127.0.0.1:%s", api-key: none, models: [m] } }\ncache: { enabled: true }\n%s\n' "$upstream" "$no_access_log" >"$work/gateway.yaml"
start_gateway
dotnet bench/bin/Release/net10.0/Gateway.Bench.dll leaving "${url[gateway]}" "$upstream" "$waiters" "$rounds"
