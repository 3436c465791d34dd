#!/usr/bin/env bash
# What a cache hit costs: CPU per unary request of the gateway (hit, and the same request relayed), of nginx's proxy_cache and of nginx's static answer; wrk,
# interleaved, 16 connections. Usage: bench/peers/cache.sh [ROUNDS]   (default 5; each takes about 16 s)
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-5}
seconds=${SECONDS_PER_RUN:-3}
binary=${GATEWAY_BINARY:-artifacts/gateway/gateway}
[ -x "$binary" ] || eng/publish.sh
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

upstream=19140; gateway=19141; admin=19142; cached=19143; static=19144
body=$(sed -nE "s/^wrk.body = '(.*)'$/\1/p" bench/peers/unary.lua | sed 's/"temperature":0.7/"temperature":0/')
printf 'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = %s\n' "'$body'" >"$work/hit.lua"
printf 'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.headers["x-gateway-cache"] = "bypass"\nwrk.body = %s\n' "'$body'" >"$work/relay.lua"

"$binary" simulate --port $upstream --replicas 1 --time-to-first-token 0 --inter-token 0 >"$work/simulator.log" 2>&1 & pids+=($!)
printf 'providers: { dynamo: { type: dynamo, base-url: "http://127.0.0.1:%s" } }\ncache: { enabled: true }\ntelemetry: { access-log: false }\n' $upstream >"$work/gateway.yaml"
"$binary" serve --config "$work/gateway.yaml" --listen http://127.0.0.1:$gateway --admin-listen http://127.0.0.1:$admin >"$work/gateway.log" 2>&1 & pids+=($!); gateway_pid=$!
for port in $upstream $gateway; do for _ in $(seq 100); do curl -fs -o "$work/answer.json" -H 'content-type: application/json' -d "$body" "http://127.0.0.1:$port/v1/chat/completions" && break; sleep 0.05; done; done

cat >"$work/nginx.conf" <<CONF
worker_processes 1; pid $work/nginx.pid; error_log $work/error.log; daemon off; master_process off;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k; default_type application/json;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  proxy_cache_path $work/cache keys_zone=answers:10m;
  upstream simulated { server 127.0.0.1:$upstream; keepalive 64; }
  server { listen 127.0.0.1:$cached; location / {
    proxy_pass http://simulated; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache answers; proxy_cache_methods POST; proxy_cache_valid 200 1h; proxy_cache_key "\$request_uri|\$request_body"; } }
  server { listen 127.0.0.1:$static; location / { root $work; error_page 405 =200 /answer.json; try_files /answer.json =404; } }
}
CONF
nginx -c "$work/nginx.conf" -p "$work" 2>>"$work/error.log" & pids+=($!); nginx_pid=$!
for _ in $(seq 100); do curl -fs -o /dev/null -H 'content-type: application/json' -d "$body" "http://127.0.0.1:$cached/v1/chat/completions" && break; sleep 0.05; done

cpu() { awk -v t="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000000 / t }' "/proc/$1/stat"; }
drive() { # name port pid script
  local before after
  before=$(cpu "$3")
  wrk -t1 -c16 -d"${seconds}s" -s "$4" "http://127.0.0.1:$2/v1/chat/completions" >"$work/wrk.txt"
  after=$(cpu "$3")
  if grep -E 'Non-2xx|Socket errors' "$work/wrk.txt" >&2; then echo "$1: errors" >&2; fi
  awk -v n="$1" -v b="$before" -v a="$after" '/requests in/ { printf "%s %.2f\n", n, (a - b) / $1 }' "$work/wrk.txt" | tee -a "$work/rows.txt"
}
round() { drive hit $gateway $gateway_pid "$work/hit.lua"; drive nginx-cache $cached $nginx_pid "$work/hit.lua"; drive relay $gateway $gateway_pid "$work/relay.lua"; drive nginx-static $static $nginx_pid "$work/hit.lua"; }
round >/dev/null; : >"$work/rows.txt"
for _ in $(seq "$rounds"); do round; done
echo
for name in hit relay nginx-cache nginx-static; do
  awk -v n=$name '$1 == n { print $2 }' "$work/rows.txt" | sort -n | awk -v n=$name '{ v[NR] = $1 } END { printf "%-13s %6.1f µs CPU per request, median (%.1f–%.1f)\n", n, v[int((NR + 1) / 2)], v[1], v[NR] }'
done
curl -fs "http://127.0.0.1:$admin/metrics" | grep '^gateway_cache_requests_total'
