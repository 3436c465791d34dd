#!/usr/bin/env bash
# Many paced streams that are all open at once, one peer after the other, each freshly started: whether everything arrives, the longest gap, CPU per chunk, memory per stream.
# Usage: bench/peers/streams.sh [STREAMS [PACE-MS [CHUNKS]]]   (default 10000 500 40; TARGETS='nginx gateway' to choose)
source "$(dirname "$0")/common.sh"
source bench/peers/loads.sh
count=${1:-10000}; pace=${2:-500}; chunks=${3:-40}
read -ra targets <<<"${TARGETS:-direct nginx haproxy gateway}"
# Each takes two files in a proxy, which has a few of its own.
most=$((($(ulimit -n) - 200) / 2))
asked=$count
[ "$count" -le "$most" ] || count=$most
# At most 1,000 arrive in a second; all are there before the first ends.
rate=$((count / 2)); [ "$rate" -le 1000 ] || rate=1000
arriving=$(((count + rate - 1) / rate)); lasting=$((pace * chunks / 1000))
[ "$lasting" -gt $((arriving + 1)) ] || fail "streams of $lasting s end before $count have arrived: ask for more chunks"
ensure tools gateway load
start_simulator "${pace}ms" "${pace}ms"
sed 's/"max_tokens":100/"max_tokens":2/' "$work/stream.json" >"$work/short.json"

echo "### $count streams, $((1000 / pace)) chunks a second each"
echo
[ "$count" = "$asked" ] || echo "Asked for $asked; this machine allows a process $(ulimit -n) open files. "
echo "$chunks chunks, $pace ms apart. Memory: freshly started and after a few requests → with all streams open."
echo
echo "| | chunks | lost or wrong | gap p50 / p99 / p99.9 / max | longest / pace | CPU per chunk | memory | per stream |"
echo "|---|---|---|---|---|---|---|---|"
for name in "${targets[@]}"; do
  start_peers $((count * 5 / 2 + 100)) "$name"
  for _ in 1 2 3; do answer "$name" short >/dev/null; done
  before=$(rss "$name")
  generate "$name" run --url "${url[$name]}" --pid "${pid[$name]}" "${streams[@]}" --output-tokens "$chunks" --rate "$rate" --arrival constant --max-requests "$count" \
    --duration "$((arriving + 5))s" --grace "$((lasting + 20))s" &
  generator=$!
  # Between the last arrival and the first end.
  sleep "$(awk -v a="$arriving" -v l="$lasting" 'BEGIN { print a + (l - a) * 0.6 + 0.5 }')"
  open=$(rss "$name")
  wait "$generator"
  file=$work/$name/gateway-load.csv
  gaps=$(for s in p50 p99 p99.9 max; do printf '%.0f / ' "$(figure "$file" "" "Inter Chunk Latency" $s)"; done)
  arrived=$(figure "$file" "" "Content Chunk Count")
  printf '| %s | %d of %d | %d | %s ms | %.1f | %.1f µs | %.0f → %.0f MB | %.1f KB |\n' "$name" "$arrived" $((count * chunks)) \
    $((count * chunks - arrived + $(errors_of "$file" ""))) "${gaps% / }" \
    "$(awk -v m="$(figure "$file" "" "Inter Chunk Latency" max)" -v p="$pace" 'BEGIN { print m / p }')" "$(figure "$file" "" "CPU of the Process per Chunk")" \
    $((before / 1024)) $((open / 1024)) "$(awk -v k=$((open - before)) -v n="$count" 'BEGIN { print k / n }')"
  [ "$name" = direct ] || stop "$name"
done
