#!/usr/bin/env bash
# Paced streams: direct, through nginx and through the gateway, one after the other: what arrives, the longest gap, CPU per chunk, memory per stream.
# Usage: bench/peers/streams.sh [STREAMS] [CHUNKS] [PACE-MS]   (default 2000 100 100)
set -euo pipefail
cd "$(dirname "$0")/../.."
streams=${1:-2000}; chunks=${2:-100}; pace=${3:-100}
eng/setup.sh bench
[ -x artifacts/gateway/gateway ] || eng/publish.sh
dotnet build bench -c Release --nologo -v quiet
ulimit -n "$(ulimit -Hn)"

work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
upstream=19110; gateway=19111; nginx=19112; admin=19114
artifacts/gateway/gateway simulate --port $upstream --time-to-first-token 50ms --inter-token "${pace}ms" >"$work/simulator.log" 2>&1 & pids+=($!)
printf 'providers: { dynamo: { type: dynamo, base-url: "http://127.0.0.1:%s" } }\ntelemetry: { access-log: false }\n' $upstream >"$work/gateway.yaml"
artifacts/gateway/gateway serve --config "$work/gateway.yaml" --listen http://127.0.0.1:$gateway --admin-listen http://127.0.0.1:$admin >"$work/gateway.log" 2>&1 & pids+=($!); pid_gateway=$!
sed "s#LISTEN#127.0.0.1:$nginx#; s#UPSTREAM#127.0.0.1:$upstream#; s#FOLDER#$work#" bench/peers/nginx.conf >"$work/nginx.conf"
nginx -p "$work" -c "$work/nginx.conf" 2>"$work/nginx.log" & pids+=($!); pid_nginx_master=$!
for port in $upstream $gateway $nginx; do
  for _ in $(seq 100); do curl -fs -o /dev/null "http://127.0.0.1:$port/v1/models" && break; sleep 0.05; done
done
pid_nginx=$(pgrep -P $pid_nginx_master | head -1)
ticks=$(getconf CLK_TCK)
cpu() { awk -v t="$ticks" '{ print ($14 + $15) * 1000000 / t }' "/proc/$1/stat"; }
rss() { awk '/VmRSS/ { print $2 }' "/proc/$1/status"; }
drive() { # name port [pid]
  local before=0 idle=0 peak=0
  if [ -n "${3:-}" ]; then before=$(cpu "$3"); idle=$(rss "$3"); fi
  dotnet bench/bin/Release/net10.0/Gateway.Bench.dll streams "http://127.0.0.1:$2" "$streams" "$chunks" "$pace" >"$work/$1.txt" & local run=$!
  if [ -n "${3:-}" ]; then sleep $((chunks * pace / 2000 + 2)); peak=$(rss "$3"); fi
  wait $run || echo "$1: NOT within 10 × pace, or events are missing"
  printf '%-8s %s\n' "$1" "$(cat "$work/$1.txt")"
  if [ -n "${3:-}" ]; then
    awk -v b="$before" -v a="$(cpu "$3")" -v n=$((streams * chunks)) -v i="$idle" -v p="$peak" -v s="$streams" \
      'BEGIN { printf "%-8s %.1f µs CPU per chunk; %d MB before, %d MB with all streams open: %.1f KB per stream\n", "", (a - b) / n, i / 1024, p / 1024, (p - i) / s }'
  fi
}
drive direct $upstream
drive nginx $nginx "$pid_nginx"
drive gateway $gateway "$pid_gateway"
