#!/usr/bin/env bash
# Gateway, nginx and a bare .NET copy proxy in front of the same simulated upstream, driven by wrk, interleaved: CPU per request of each proxy.
# Usage: bench/peers/run.sh [ROUNDS]   (default 3; each round takes about 40 s)
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-3}
seconds=${SECONDS_PER_RUN:-4}
eng/setup.sh bench
[ -x artifacts/gateway/gateway ] || eng/publish.sh
[ -x artifacts/bare-proxy/bare-proxy ] || dotnet publish bench/peers/BareProxy -c Release -r linux-x64 -o artifacts/bare-proxy --nologo -v quiet

work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

upstream=19100; gateway=19101; nginx=19102; bare=19103; admin=19104
artifacts/gateway/gateway simulate --port $upstream --replicas 1 --time-to-first-token 0 --inter-token 0 >"$work/simulator.log" 2>&1 & pids+=($!)
printf 'providers: { dynamo: { type: dynamo, base-url: "http://127.0.0.1:%s" } }\ntelemetry: { access-log: false }\n' $upstream >"$work/gateway.yaml"
artifacts/gateway/gateway serve --config "$work/gateway.yaml" --listen http://127.0.0.1:$gateway --admin-listen http://127.0.0.1:$admin >"$work/gateway.log" 2>&1 & pids+=($!); pid_gateway=$!
sed "s#LISTEN#127.0.0.1:$nginx#; s#UPSTREAM#127.0.0.1:$upstream#; s#FOLDER#$work#" bench/peers/nginx.conf >"$work/nginx.conf"
nginx -p "$work" -c "$work/nginx.conf" 2>"$work/nginx.log" & pids+=($!); pid_nginx_master=$!
artifacts/bare-proxy/bare-proxy http://127.0.0.1:$bare http://127.0.0.1:$upstream >"$work/bare.log" 2>&1 & pids+=($!); pid_bare=$!
for port in $upstream $gateway $nginx $bare; do
  for _ in $(seq 100); do curl -fs -o /dev/null "http://127.0.0.1:$port/v1/models" && break; sleep 0.05; done
done
pid_nginx=$(pgrep -P $pid_nginx_master | head -1)
ticks=$(getconf CLK_TCK)

cpu() { awk -v t="$ticks" '{ print ($14 + $15) * 1000000 / t }' "/proc/$1/stat"; }
drive() { # name port pid script connections
  local before after requests
  before=$(cpu "$3")
  wrk -t1 -c"$5" -d"${seconds}s" -s "bench/peers/$4.lua" "http://127.0.0.1:$2/v1/chat/completions" >"$work/wrk.txt"
  after=$(cpu "$3")
  requests=$(awk '/requests in/ { print $1 }' "$work/wrk.txt")
  if grep -qE 'Non-2xx|Socket errors' "$work/wrk.txt"; then echo "$1 $4: errors:"; grep -E 'Non-2xx|Socket errors' "$work/wrk.txt"; fi >&2
  awk -v n="$1" -v w="$4" -v b="$before" -v a="$after" -v r="$requests" 'BEGIN { printf "%s %s %.2f %d\n", w, n, (a - b) / r, r }' | tee -a "$work/rows.txt"
}

for work_kind in unary stream; do
  drive warm $gateway $pid_gateway $work_kind 16 >/dev/null; drive warm $bare $pid_bare $work_kind 16 >/dev/null; drive warm $nginx $pid_nginx $work_kind 16 >/dev/null
done
: >"$work/rows.txt"
for _ in $(seq "$rounds"); do
  for work_kind in unary stream; do
    drive nginx $nginx $pid_nginx $work_kind 16
    drive gateway $gateway $pid_gateway $work_kind 16
    drive bare $bare $pid_bare $work_kind 16
  done
done

echo
echo "CPU per request in µs (user + system of the proxy process), median of $rounds rounds, and its ratio to nginx and to the bare copy in the same run"
sort -k1,2 "$work/rows.txt" | awk '
  { key = $1 " " $2; v[key, ++c[key]] = $3 }
  function median(key,   i, j, t, a, m) { m = c[key]; for (i = 1; i <= m; i++) a[i] = v[key, i]
    for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
    return a[int((m + 1) / 2)] }
  END { split("unary stream", w, " "); split("nginx bare gateway", p, " ")
    printf "| work | proxy | µs | / nginx | / bare copy |\n|---|---|---|---|---|\n"
    for (i = 1; i <= 2; i++) for (j = 1; j <= 3; j++)
      printf "| %s | %s | %.1f | %.2f | %.2f |\n", w[i], p[j], median(w[i] " " p[j]), median(w[i] " " p[j]) / median(w[i] " nginx"), median(w[i] " " p[j]) / median(w[i] " bare") }'
echo
for name in gateway bare nginx; do pid=pid_$name; echo "resident after it, $name: $(awk '/VmRSS/ { print int($2 / 1024) }' /proc/${!pid}/status) MB"; done
