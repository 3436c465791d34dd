#!/usr/bin/env bash
# As many requests as go, 16 connections, wrk, interleaved: CPU per request of every peer, its throughput, its memory afterwards.
# Usage: bench/peers/requests.sh [unary|stream|large-body|large-chunks] [ROUNDS [SECONDS]]   (default unary 3 3)
source "$(dirname "$0")/common.sh"
kind=${1:-unary}; rounds=${2:-3}; seconds=${3:-3}
read -ra targets <<<"${TARGETS:-direct nginx haproxy bare gateway portkey}"
case $kind in
  unary) title='Unary chat completion' connections=16 ;;
  stream) title='Stream of 100 chunks, unpaced' connections=16 ;;
  large-body) title='Request body of 1 MB, unary' connections=4 ;;
  large-chunks) title='Stream of 4 chunks of 100 KiB, unpaced' connections=4 ;;
  *) fail "usage: bench/peers/requests.sh [unary|stream|large-body|large-chunks] [ROUNDS [SECONDS]]" ;;
esac
ensure tools gateway bare portkey
start_simulator 0 0
start_peers 2048 "${targets[@]}"
same_answers "$kind"
for name in "${targets[@]}"; do drive "$name" "$kind" "$connections" 1 >/dev/null; done
for round in $(seq "$rounds"); do
  for name in "${targets[@]}"; do echo "$name $(drive "$name" "$kind" "$connections" "$seconds") $(rss "$name")" >>"$work/rows.txt"; done
done

echo "### $title"
echo
echo "$connections connections, median of $rounds interleaved rounds of $seconds s."
echo
echo "| | CPU per request | / nginx | / bare copy | requests/s | resident afterwards | errors |"
echo "|---|---|---|---|---|---|---|"
for name in "${targets[@]}"; do
  used=$(of "$work/rows.txt" "$name" 2)
  errors=$(awk -v name="$name" '$1 == name { n += $5 } END { print n }' "$work/rows.txt")
  printf '| %s | %.1f µs | %s | %s | %.0f | %.0f MB | %d |\n' "$name" "$used" "$(ratio "$used" "$(of "$work/rows.txt" nginx 2)")" "$(ratio "$used" "$(of "$work/rows.txt" bare 2)")" \
    "$(of "$work/rows.txt" "$name" 3)" "$(awk -v k="$(of "$work/rows.txt" "$name" 6)" 'BEGIN { print k / 1024 }')" "$errors"
done
explain_wrong
