#!/usr/bin/env bash
# The gateway beside nginx, HAProxy, Portkey and a bare .NET copy proxy, in front of one simulated upstream: installs and builds what is missing, measures, prints the tables
# and keeps them in bench/results. Usage: bench/peers/run.sh [PART…]   (default: all but soak, about 12 minutes on a machine with nothing else to do)
#   unary stream               CPU per request and throughput with 16 connections
#   paced                      CPU per chunk, added time to first token and delay per chunk, about 256 streams
#   scale streams memory       10,000 streams at 2 chunks/s; 2,000 at 10; memory of 100 and 1,000
#   start                      to the first answer, idle memory, size
#   features                   cost per feature
#   large-body large-chunks    1 MB requests, chunks of 100 KiB
#   cache                      cache hits
#   soak                       30 minutes of mixed load (SOAK_MINUTES)
set -euo pipefail
cd "$(dirname "$0")/../.."
parts=("$@")
standard=(unary stream paced scale streams memory start features large-body large-chunks cache)
[ ${#parts[@]} -gt 0 ] || parts=("${standard[@]}")
for name in "${parts[@]}"; do
  [[ " ${standard[*]} soak " = *" $name "* ]] || { echo "No such part: $name (${standard[*]} soak)" >&2; exit 2; }
done
eng/setup.sh bench
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
git diff --quiet HEAD -- src 2>/dev/null || commit=$commit-changed
mkdir -p bench/results
result=bench/results/$(date -u +%Y-%m-%d-%H%M)-$commit.md

describe() {
  local gateway=${GATEWAY_BINARY:-artifacts/gateway/gateway}
  [ -x "$gateway" ] || eng/publish.sh
  echo "# Peers, $(date -u '+%Y-%m-%d %H:%M') UTC"
  echo
  echo "- command: \`bench/peers/run.sh ${parts[*]}\`, commit $commit"
  echo "- machine: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores shared by client, proxy and upstream, Linux $(uname -r); load before: $(cut -d' ' -f1-3 /proc/loadavg)"
  echo "- $("$gateway" --version | head -n 1); nginx $(nginx -v 2>&1 | sed 's:.*/::'); HAProxy $(haproxy -v | sed -n '1s/HAProxy version \([^ ]*\).*/\1/p'); Portkey on Node.js $(node --version)"
}

part() {
  case $1 in
    unary | stream) bench/peers/requests.sh "$1" ;;
    large-body | large-chunks) bench/peers/requests.sh "$1" 2 2 ;;
    paced) bench/peers/paced.sh 3 4 ;;
    scale) bench/peers/streams.sh 10000 500 40 ;;
    streams) TARGETS='direct nginx gateway' bench/peers/streams.sh 2000 100 100 ;;
    memory) for count in 100 1000; do TARGETS='nginx gateway' bench/peers/streams.sh "$count" 500 12; echo; done ;;
    start | cache) bench/peers/"$1".sh ;;
    features) bench/peers/features.sh 5 ;;
    soak) bench/peers/soak.sh "${SOAK_MINUTES:-30}" "${result%.md}-soak.csv" ;;
  esac
}

describe | tee "$result"
worst=0
for name in "${parts[@]}"; do
  echo | tee -a "$result"
  # What is odd (answers that differ, connections that are not kept) belongs to the figures.
  part "$name" 2>&1 | tee -a "$result" || worst=$?
done
echo
echo "Kept in $result"
exit $worst
