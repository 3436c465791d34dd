#!/usr/bin/env bash
# From starting the process to its first answered chat completion (curl's own time included), idle memory and binary size. Usage: bench/peers/start.sh [ROUNDS]   (default 9)
source "$(dirname "$0")/common.sh"
ensure gateway
start_simulator 0 0
gateway_yaml >"$work/gateway.yaml"
address=http://127.0.0.1:$(free_port)
for _ in $(seq "${1:-9}"); do
  begin=$EPOCHREALTIME
  launch gateway "$gateway_binary" serve --config "$work/gateway.yaml" --listen "$address" --admin-listen http://127.0.0.1:0
  until curl -fs -o /dev/null -H "Authorization: Bearer $key" -H 'content-type: application/json' --data-binary "@$work/unary.json" "$address/v1/chat/completions"; do kill -0 "${pid[gateway]}"; done
  awk -v b="$begin" -v e="$EPOCHREALTIME" 'BEGIN { printf "%.0f\n", (e - b) * 1000 }' >>"$work/times.txt"
  sleep 1
  awk -v k="$(rss gateway)" 'BEGIN { printf "%.1f\n", k / 1024 }' >>"$work/idle.txt"
  stop gateway
done
middle() { sort -n "$1" | awk -v unit="$2" '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] " " unit " (" v[1] "–" v[NR] ")" }'; }
echo "### Start, memory, size"
echo
echo "| | median (range) |"
echo "|---|---|"
echo "| start to first answer | $(middle "$work/times.txt" ms) |"
echo "| resident, 1 s after it | $(middle "$work/idle.txt" MB) |"
echo "| binary | $(stat -c %s "$gateway_binary" | awk '{ printf "%.2f MB", $1 / 1e6 }') |"
