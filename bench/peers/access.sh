#!/usr/bin/env bash
# What client keys and limits cost: two gateways in front of one simulated upstream, one open, one with 100 keys and limits that never refuse; wrk,
# interleaved; CPU per unary request of each, and bytes allocated by each per request.
# Usage: bench/peers/access.sh [ROUNDS [OWNER…]]   (default 7 key; each round takes about 9 s; OWNER has limits: key, router, provider, or none)
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${1:-7}
owners=" ${*:2} "; [ "$owners" != "  " ] || owners=" key "
seconds=${SECONDS_PER_RUN:-4}
binary=${GATEWAY_BINARY:-artifacts/gateway/gateway}
[ -x "$binary" ] || eng/publish.sh

work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

upstream=19130; open=19131; keyed=19133
key=client-key-0123456789abcdef-0123456789abcdef-0050
limit() { case "$owners" in *" $1 "*) echo 'rate-limit: { requests-per-minute: 10000000, tokens-per-minute: 200000000, concurrent-requests: 4000 }' ;; *) echo "${2-}" ;; esac }
{
  echo "auth:"
  echo "  keys:"
  for i in $(seq 100); do printf '    - { id: team-%s, key: client-key-0123456789abcdef-0123456789abcdef-%04d, models: ["meta/*"], %s }\n' "$i" "$i" "$(limit key)"; done
  printf 'providers: { dynamo: { type: dynamo, base-url: "http://127.0.0.1:%s", %s } }\n' $upstream "$(limit provider)"
  printf 'routers: { default: { %s } }\ntelemetry: { access-log: false }\n' "$(limit router)"
} >"$work/keyed.yaml"
printf 'providers: { dynamo: { type: dynamo, base-url: "http://127.0.0.1:%s" } }\ntelemetry: { access-log: false }\n' $upstream >"$work/open.yaml"
"$binary" simulate --port $upstream --replicas 1 --time-to-first-token 0 --inter-token 0 >"$work/simulator.log" 2>&1 & pids+=($!)
"$binary" serve --config "$work/open.yaml" --listen http://127.0.0.1:$open --admin-listen http://127.0.0.1:$((open + 1)) >"$work/open.log" 2>&1 & pids+=($!); pid_open=$!
"$binary" serve --config "$work/keyed.yaml" --listen http://127.0.0.1:$keyed --admin-listen http://127.0.0.1:$((keyed + 1)) >"$work/keyed.log" 2>&1 & pids+=($!); pid_keyed=$!
for port in $upstream $open $keyed; do
  for _ in $(seq 100); do curl -fs -o /dev/null -H "Authorization: Bearer $key" "http://127.0.0.1:$port/v1/models" && break; sleep 0.05; done
done

cpu() { awk -v t="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000000 / t }' "/proc/$1/stat"; }
allocated() { curl -fs "http://127.0.0.1:$(($1 + 1))/metrics" | awk '/^dotnet_gc_heap_total_allocated/ { print $2 }'; }
drive() { # name port pid: a line of microseconds and of bytes per request
  local before after bytes requests
  bytes=$(allocated "$2"); before=$(cpu "$3")
  wrk -t1 -c16 -d"${seconds}s" -s bench/peers/unary.lua -H "Authorization: Bearer $key" "http://127.0.0.1:$2/v1/chat/completions" >"$work/wrk.txt"
  after=$(cpu "$3")
  requests=$(awk '/requests in/ { print $1 }' "$work/wrk.txt")
  if grep -E 'Non-2xx|Socket errors' "$work/wrk.txt" >&2; then echo "$1: errors" >&2; fi
  awk -v n="$1" -v b="$before" -v a="$after" -v r="$requests" -v x="$bytes" -v y="$(allocated "$2")" 'BEGIN { printf "%s %.2f %.0f %d\n", n, (a - b) / r, (y - x) / r, r }' | tee -a "$work/rows.txt"
}

drive open $open $pid_open >/dev/null; drive keyed $keyed $pid_keyed >/dev/null
: >"$work/rows.txt"
for round in $(seq "$rounds"); do
  if [ $((round % 2)) = 0 ]; then drive keyed $keyed $pid_keyed; drive open $open $pid_open; else drive open $open $pid_open; drive keyed $keyed $pid_keyed; fi
done

echo
awk '{ v[$1, ++c[$1]] = $2; b[$1, c[$1]] = $3 }
  function median(x, m,   i, j, t) { for (i = 1; i <= m; i++) for (j = i + 1; j <= m; j++) if (x[j] < x[i]) { t = x[i]; x[i] = x[j]; x[j] = t }; return x[int((m + 1) / 2)] }
  END { m = c["open"]; for (i = 1; i <= m; i++) { o[i] = v["open", i]; k[i] = v["keyed", i]; d[i] = k[i] - o[i]; e[i] = b["keyed", i] - b["open", i] }
    printf "CPU per unary request, median of %d rounds: open %.1f µs, with keys and limits %.1f µs; paired difference %.1f µs, %.0f B allocated\n", m, median(o, m), median(k, m), median(d, m), median(e, m) }' "$work/rows.txt"
