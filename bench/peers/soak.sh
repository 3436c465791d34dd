#!/usr/bin/env bash
# Long-run memory: mixed load (paced streams with conversations and leaving clients, unary requests, embeddings) for a time, the gateway's memory every few seconds as CSV,
# and a verdict by its slope. Usage: bench/peers/soak.sh [MINUTES [CSV]]   (default 30 and bench/results/soak.csv). Ends with 1 when memory is not flat.
source "$(dirname "$0")/common.sh"
minutes=${1:-30}; csv=${2:-bench/results/soak.csv}
ensure tools gateway load
start_simulator 20ms 5ms
start_gateway
seconds=$(awk -v m="$minutes" 'BEGIN { print int(m * 60) }')
every=$((seconds / 180)); [ "$every" -ge 1 ] || every=1
mixed() { # LABEL OPTION…
  "$load_binary" run "${@:2}" --url "${url[gateway]}" --model "$model" --api-key "$key" --duration "${seconds}s" --assert 'errors < 0.1%' --output "$work/$1" >"$work/$1.txt" 2>&1
}
mixed streams --scenario load/scenarios/soak.yaml --max-requests 100000000 & drivers=($!)
mixed unary --rate 100 --prompt-tokens lognormal:300:1 --output-tokens normal:64:16 --max-requests 100000000 & drivers+=($!)
mixed embeddings --api embeddings --rate 20 --prompt-tokens lognormal:200:1 --max-requests 100000000 & drivers+=($!)

heap() { curl -fs "${url[gateway-admin]}/metrics" | awk '/^dotnet_gc_last_collection_heap_size/ { n += $2 } END { printf "%d", n / 1024 }'; }
mkdir -p "$(dirname "$csv")"
echo "seconds,resident_kib,heap_after_gc_kib,open_files" >"$csv"
began=$SECONDS
while [ $((SECONDS - began)) -lt "$seconds" ]; do
  sleep "$every"
  echo "$((SECONDS - began)),$(rss gateway),$(heap),$(find "/proc/${pid[gateway]}/fd" -mindepth 1 | wc -l)" >>"$csv"
done
worst=0
for driver in "${drivers[@]}"; do wait "$driver" || worst=$?; done
[ "$worst" = 0 ] || { tail -n 12 "$work"/{streams,unary,embeddings}.txt >&2; fail "A load failed: $worst."; }

echo "### Long run: $minutes minutes of mixed load"
echo
echo "Requests: $(awk -F, '/^Request Count/ { n += $2 } END { print n }' "$work"/*/gateway-load.csv), errors $(awk -F, '/^Error Request Count/ { n += $2 } END { print n }' "$work"/*/gateway-load.csv)."
echo "The line through the last three quarters of the samples; flat: it grows by less than 5 % of its mean, or 2 MiB, over them."
echo
awk -F, '
  NR > 1 { t[++n] = $1; m[n] = $2; heap[n] = $3; files[n] = $4 }
  END {
    for (i = int(n / 4) + 1; i <= n; i++) { k++; st += t[i]; sm += m[i]; stt += t[i] * t[i]; stm += t[i] * m[i] }
    if (k < 3) { print "too few samples"; exit 1 }
    slope = (k * stm - st * sm) / (k * stt - st * st); mean = sm / k; grown = slope * (t[n] - t[int(n / 4) + 1])
    flat = grown <= mean * 0.05 || grown <= 2048
    printf "| resident at a quarter of the time | at the end | mean | line grows by | heap after a collection, quarter → end | open files | flat |\n|---|---|---|---|---|---|---|\n"
    printf "| %.1f MB | %.1f MB | %.1f MB | %+.2f MB (%+.3f MB per minute) | %.1f → %.1f MB | %d → %d | %s |\n", m[int(n / 4) + 1] / 1024, m[n] / 1024, mean / 1024, grown / 1024, slope * 60 / 1024,
      heap[int(n / 4) + 1] / 1024, heap[n] / 1024, files[int(n / 4) + 1], files[n], flat ? "yes" : "NO"
    exit !flat
  }' "$csv"
