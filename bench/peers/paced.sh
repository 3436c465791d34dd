#!/usr/bin/env bash
# Streams of 50 chunks 20 ms apart, about 256 at once (open loop, Poisson), interleaved: CPU per chunk, time to first token and each chunk's delay, and what of both a peer
# adds to direct. Usage: bench/peers/paced.sh [ROUNDS [SECONDS [RATE]]]   (default 3 6 250)
source "$(dirname "$0")/common.sh"
source bench/peers/loads.sh
rounds=${1:-3}; seconds=${2:-6}; rate=${3:-250}
read -ra targets <<<"${TARGETS:-direct nginx haproxy bare gateway portkey}"
ensure tools gateway load bare portkey
# A short time to first token: the percentiles are at most 0.4 % wrong, of what they hold.
start_simulator 2ms 20ms
start_peers 2048 "${targets[@]}"
sed 's/"max_tokens":100/"max_tokens":50/' "$work/stream.json" >"$work/paced.json"
same_answers paced
arguments=()
for name in "${targets[@]}"; do
  arguments+=(--target "$name=${url[$name]}" --target-pid "$name=${pid[$name]}")
  [ "$name" != portkey ] || arguments+=(--target-header "$name=x-portkey-provider: openai" --target-header "$name=x-portkey-custom-host: ${url[direct]}/v1")
done
# The warm-up opens the connections: their cost is not a stream's.
generate paced compare "${arguments[@]}" "${streams[@]}" --output-tokens 50 --pace 20ms --rate "$rate" --warmup 1500ms --duration "${seconds}s" --rounds "$rounds"

file=$work/paced/gateway-load.csv
first='Service Time to First Token' delay='Chunk Delay' cpu='CPU of the Process per Chunk'
# p50 / p99 of a metric, and beyond direct's.
both() { printf '%.2f / %.2f ms' "$(figure "$file" "$1" "$2" p50)" "$(figure "$file" "$1" "$2" p99)"; }
added() { [ "$1" = direct ] && echo – || printf '%s / %s ms' "$(beyond "$1" "$2" p50)" "$(beyond "$1" "$2" p99)"; }
beyond() { difference "$(figure "$file" "$1" "$2" "$3")" "$(figure "$file" direct "$2" "$3")"; }
echo "### 50 chunks 20 ms apart, about 256 streams at once"
echo
echo "$rate streams/s, $rounds interleaved rounds of $seconds s; p50 / p99 over all rounds; the upstream's own 2 ms are in the time to first token and in the delay."
echo
echo "| | CPU per chunk | / nginx | / bare copy | time to first token | added | delay of a chunk | added | longest gap | resident afterwards | errors |"
echo "|---|---|---|---|---|---|---|---|---|---|---|"
for name in "${targets[@]}"; do
  used=$(figure "$file" "$name" "$cpu")
  printf '| %s | %.1f µs | %s | %s | %s | %s | %s | %s | %.0f ms | %.0f MB | %d |\n' "$name" "$used" \
    "$(ratio "$used" "$(figure "$file" nginx "$cpu")")" "$(ratio "$used" "$(figure "$file" bare "$cpu")")" \
    "$(both "$name" "$first")" "$(added "$name" "$first")" "$(both "$name" "$delay")" "$(added "$name" "$delay")" \
    "$(figure "$file" "$name" "Inter Chunk Latency" max)" "$(figure "$file" "$name" "Resident Memory of the Process")" "$(errors_of "$file" "$name")"
done
explain_wrong
