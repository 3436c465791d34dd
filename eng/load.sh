#!/usr/bin/env bash
# The standard set of load scenarios against the gateway in front of three simulated replicas; reports go to artifacts/load/reports.
#   eng/load.sh                  the standard set
#   eng/load.sh steady ramp      these
#   LOAD_URL=http://host:8080    against something that already runs
# Fails when a scenario's assertions do not hold (1) or the generator was the bottleneck (4).
set -uo pipefail
cd "$(dirname "$0")/.."
gateway=${GATEWAY_BINARY:-artifacts/gateway/gateway}
generator=${LOAD_BINARY:-artifacts/load/gateway-load}
work=$(mktemp -d)
started=()
trap '[ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null; rm -rf "$work"' EXIT

# Waits until a log has this many addresses and prints them, one a line.
addresses() {
  for _ in $(seq 100); do
    [ "$(grep -oE 'on http://[0-9.:]+' "$1" | wc -l)" -ge "$2" ] && break
    sleep 0.1
  done
  grep -oE 'on http://[0-9.:]+' "$1" | sed 's/on //' | head -n "$2"
}

url=${LOAD_URL:-}
extra=()
if [ -z "$url" ]; then
  for replica in 1 2 3; do
    "$gateway" simulate --port 0 --time-to-first-token 20ms --inter-token 5ms > "$work/replica-$replica.log" 2>&1 &
    started+=($!)
  done
  upstreams=$(for replica in 1 2 3; do addresses "$work/replica-$replica.log" 1; done | paste -sd,)
  DYNAMO_BASE_URL=$upstreams "$gateway" serve --listen http://127.0.0.1:0 --admin-listen http://127.0.0.1:0 > "$work/gateway.log" 2>&1 &
  started+=($!)
  extra=(--pid $!)
  url=$(addresses "$work/gateway.log" 1)
  [ -n "$url" ] || { cat "$work"/*.log >&2; echo "The gateway did not start." >&2; exit 1; }
  # Ready when it knows a model.
  for _ in $(seq 100); do "$gateway" healthcheck "$url/health/ready" > /dev/null 2>&1 && break; sleep 0.1; done
fi

worst=0
[ $# -gt 0 ] || set -- smoke steady spike ramp chaos
for scenario in "$@"; do
  "$generator" run --scenario "load/scenarios/$scenario.yaml" --url "$url" ${extra[@]+"${extra[@]}"} --output "artifacts/load/reports/$scenario"
  code=$?
  [ "$code" -gt "$worst" ] && worst=$code
done
exit "$worst"
