#!/usr/bin/env bash
# What the load generator itself can do, on one core: an open loop against the cheapest answer there is (nginx from memory), then paced streams from the
# simulator; what answers has the other core. Exit 4 in its lines: the generator was the bottleneck, and said so.
# Usage: bench/peers/generator.sh [RATES] [STREAMS]   (default "20000 30000 60000" 10000)
set -euo pipefail
cd "$(dirname "$0")/../.."
rates=${1:-20000 30000 60000}; streams=${2:-10000}
eng/setup.sh bench
gateway=${GATEWAY_BINARY:-artifacts/gateway/gateway}
generator=${LOAD_BINARY:-artifacts/load/gateway-load}
[ -x "$gateway" ] || eng/publish.sh
[ -x "$generator" ] || eng/publish-load.sh
ulimit -n "$(ulimit -Hn)"

work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
emulator=19391 simulator=19392
cat > "$work/nginx.conf" <<CONF
worker_processes 1; daemon off; pid nginx.pid; error_log error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server {
    listen 127.0.0.1:$emulator backlog=4096;
    location /v1/models { return 200 '{"object":"list","data":[{"id":"emulated","object":"model","created":1,"owned_by":"nginx"}]}'; }
    location / { return 200 '{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"emulated","choices":[{"index":0,"message":{"role":"assistant","content":"This is an answer of some words that came from nowhere at all."},"finish_reason":"stop"}],"usage":{"prompt_tokens":64,"completion_tokens":13,"total_tokens":77}}'; }
  }
}
CONF
taskset -c 1 nginx -p "$work" -c "$work/nginx.conf" 2> "$work/nginx.log" & pids+=($!)
taskset -c 1 "$gateway" simulate --port $simulator --time-to-first-token 500ms --inter-token 500ms > "$work/simulator.log" 2>&1 & pids+=($!)
for port in $emulator $simulator; do
  for _ in $(seq 100); do curl -fs -o /dev/null "http://127.0.0.1:$port/v1/models" && break; sleep 0.05; done
done

drive() { # name options…
  local name=$1 code=0
  shift
  taskset -c 0 "$generator" run "$@" --output "$work/report" > "$work/out.txt" 2> /dev/null || code=$?
  echo "== $name: exit $code"
  grep -E '^(metric|Send Lateness|Service Latency|Inter Chunk|Request Throughput|Request Count|Content|Error Request|CPU of the Generator|error|INVALID)' "$work/out.txt"
}
for rate in $rates; do drive "$rate requests/s" --url http://127.0.0.1:$emulator --rate "$rate" --warmup 2s --duration 8s; done
drive "$streams streams at 2 chunks/s" --url http://127.0.0.1:$simulator --stream --check --concurrency "$streams" --max-requests "$streams" --output-tokens 40 --duration 60s
