#!/usr/bin/env bash
# Streams of 50 chunks 20 ms apart, about 256 at once (open loop, Poisson), interleaved: CPU per chunk, what each peer adds to the time to first token and to each
# chunk's delay beyond direct. Usage: bench/peers/paced.sh [ROUNDS [SECONDS [RATE]]]   (default 3 6 250)
source "$(dirname "$0")/common.sh"
source bench/peers/loads.sh
rounds=${1:-3}; seconds=${2:-6}; rate=${3:-250}
read -ra targets <<<"${TARGETS:-direct nginx haproxy bare gateway portkey}"
ensure tools gateway load bare portkey
start_simulator 20ms 20ms
start_peers 2048 "${targets[@]}"
same_answers stream
arguments=()
for name in "${targets[@]}"; do
  arguments+=(--target "$name=${url[$name]}" --target-pid "$name=${pid[$name]}")
  [ "$name" != portkey ] || arguments+=(--target-header "$name=x-portkey-custom-host: ${url[direct]}/v1")
done
# No warm-up inside of the measured runs: CPU that its streams use later would be counted for others' chunks.
generate warm compare "${arguments[@]}" "${streams[@]}" --output-tokens 50 --pace 20ms --rate "$rate" --duration 1s --rounds 1
generate paced compare "${arguments[@]}" "${streams[@]}" --output-tokens 50 --pace 20ms --rate "$rate" --duration "${seconds}s" --rounds "$rounds"

file=$work/paced/gateway-load.csv
added() { difference "$(figure "$file" "$1" "$2" "$3")" "$(figure "$file" direct "$2" "$3")"; }
echo "### 50 chunks 20 ms apart, about 256 streams at once"
echo
echo "$rate streams/s, $rounds interleaved rounds of $seconds s. Added: beyond direct, p50 / p99."
echo
echo "| | CPU per chunk | / nginx | / bare copy | added time to first token | added delay per chunk | longest gap | resident afterwards | errors |"
echo "|---|---|---|---|---|---|---|---|---|"
for name in "${targets[@]}"; do
  used=$(figure "$file" "$name" "CPU of the Process per Chunk")
  first="$(added "$name" "Service Time to First Token" p50) / $(added "$name" "Service Time to First Token" p99) ms"
  delay="$(added "$name" "Chunk Delay (behind the pace)" p50) / $(added "$name" "Chunk Delay (behind the pace)" p99) ms"
  [ "$name" != direct ] || { first=–; delay=–; }
  printf '| %s | %.1f µs | %s | %s | %s | %s | %.0f ms | %.0f MB | %d |\n' "$name" "$used" \
    "$(ratio "$used" "$(figure "$file" nginx "CPU of the Process per Chunk")")" "$(ratio "$used" "$(figure "$file" bare "CPU of the Process per Chunk")")" \
    "$first" "$delay" "$(figure "$file" "$name" "Inter Chunk Latency (per gap)" max)" "$(figure "$file" "$name" "Resident Memory of the Process")" "$(errors_of "$file" "$name")"
done
explain_wrong
