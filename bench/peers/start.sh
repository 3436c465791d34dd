#!/usr/bin/env bash
# From starting the process to its first answered chat completion (curl's own time included), idle memory and binary size. Usage: bench/peers/start.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -x artifacts/gateway/gateway ] || eng/publish.sh
work=$(mktemp -d)
upstream=19120; gateway=19121; admin=19124
artifacts/gateway/gateway simulate --port $upstream --time-to-first-token 0 --inter-token 0 >/dev/null 2>&1 & simulator=$!
trap 'kill $simulator 2>/dev/null || true; rm -rf "$work"' EXIT
printf 'providers: { dynamo: { type: dynamo, base-url: "http://127.0.0.1:%s" } }\nserver: { shutdown-delay: 0 }\n' $upstream >"$work/gateway.yaml"
body='{"model":"meta/llama-3.1-8b-instruct","max_tokens":1,"messages":[{"role":"user","content":"Hi"}]}'
until curl -fs -o /dev/null "http://127.0.0.1:$upstream/v1/models"; do :; done
for _ in $(seq "${1:-9}"); do
  begin=$EPOCHREALTIME
  artifacts/gateway/gateway serve --config "$work/gateway.yaml" --listen http://127.0.0.1:$gateway --admin-listen http://127.0.0.1:$admin >/dev/null 2>&1 & pid=$!
  until curl -fs -o /dev/null -H 'content-type: application/json' -d "$body" "http://127.0.0.1:$gateway/v1/chat/completions"; do :; done
  awk -v b="$begin" -v e="$EPOCHREALTIME" 'BEGIN { printf "%.0f\n", (e - b) * 1000 }' >>"$work/times.txt"
  sleep 1
  awk '/VmRSS/ { printf "%.1f\n", $2 / 1024 }' "/proc/$pid/status" >>"$work/idle.txt"
  kill -TERM $pid; wait $pid || true
done
middle() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] " (" v[1] "–" v[NR] ")" }'; }
echo "start to first answer: $(middle "$work/times.txt") ms, median (range)"
echo "idle resident memory:  $(middle "$work/idle.txt") MB"
echo "binary:                $(stat -c %s artifacts/gateway/gateway | awk '{ printf "%.1f MB", $1 / 1e6 }')"
