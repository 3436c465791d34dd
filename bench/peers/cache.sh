#!/usr/bin/env bash
# What a cache hit costs: CPU per unary request of the gateway (hit, and the same request relayed), of nginx's proxy_cache and of nginx's static answer; wrk,
# interleaved, 16 connections. Usage: bench/peers/cache.sh [ROUNDS [SECONDS]]   (default 3 2)
source "$(dirname "$0")/common.sh"
rounds=${1:-3}; seconds=${2:-2}
ensure tools gateway
start_simulator 0 0
sed -i 's/"temperature":0.7/"temperature":0/' "$work/unary.json"
gateway_yaml '' '' "cache: { enabled: true }
$no_access_log" >"$work/gateway.yaml"
start_gateway
for name in nginx static; do url[$name]=http://127.0.0.1:$(free_port); done
curl -fs -o "$work/answer.json" -H 'content-type: application/json' --data-binary "@$work/unary.json" "${url[direct]}/v1/chat/completions"
cat >"$work/nginx.conf" <<CONF
worker_processes 1; pid $work/nginx.pid; error_log $work/error.log; daemon off;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k; default_type application/json;
  client_body_temp_path $work/body; proxy_temp_path $work/proxy; fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  proxy_cache_path $work/cache keys_zone=answers:10m;
  upstream simulated { server ${url[direct]#http://}; keepalive 64; }
  server { listen ${url[nginx]#http://}; location / {
    proxy_pass http://simulated; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache answers; proxy_cache_methods POST; proxy_cache_valid 200 1h; proxy_cache_key "\$request_uri|\$request_body"; } }
  server { listen ${url[static]#http://}; location / { root $work; error_page 405 =200 /answer.json; try_files /answer.json =404; } }
}
CONF
# The worker reads the answers' folder, which is root's when root runs this.
chmod 755 "$work"
launch nginx nginx -c "$work/nginx.conf" -p "$work"
await nginx
pid[nginx]=$(pgrep -P "${launched[nginx]}" --oldest)
pid[static]=${pid[nginx]}

round() {
  echo "hit $(drive gateway unary 16 "$seconds")"
  echo "relayed $(drive gateway unary 16 "$seconds" 'x-gateway-cache: bypass')"
  echo "nginx-cache $(drive nginx unary 16 "$seconds")"
  echo "nginx-static $(drive static unary 16 "$seconds")"
}
round >/dev/null
for _ in $(seq "$rounds"); do round; done >"$work/rows.txt"
name_of() { case $1 in hit) echo 'gateway, hit' ;; relayed) echo 'gateway, the same request relayed' ;; nginx-cache) echo 'nginx `proxy_cache`' ;; *) echo 'nginx, a static file' ;; esac; }
echo "### Cache hits"
echo
echo "Unary, 16 connections, median (range) of $rounds interleaved rounds of $seconds s."
echo
echo "| | CPU per request | requests/s | errors |"
echo "|---|---|---|---|"
for kind in hit relayed nginx-cache nginx-static; do
  awk -v kind=$kind '$1 == kind { print $2 }' "$work/rows.txt" | sort -n >"$work/$kind.txt"
  printf '| %s | %.1f µs (%.1f–%.1f) | %.0f | %d |\n' "$(name_of $kind)" "$(median <"$work/$kind.txt")" "$(head -n 1 "$work/$kind.txt")" "$(tail -n 1 "$work/$kind.txt")" \
    "$(of "$work/rows.txt" $kind 3)" "$(awk -v kind=$kind '$1 == kind { n += $5 } END { print n }' "$work/rows.txt")"
done
