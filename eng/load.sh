#!/usr/bin/env bash
# The standard set of load scenarios against the gateway in front of three simulated replicas; reports go to artifacts/load/reports.
#   eng/load.sh                             the standard set
#   eng/load.sh steady ramp                 these
#   LOAD_OPTIONS='--duration 2m' eng/load.sh soak
#   LOAD_URL=http://host:8080 eng/load.sh   against something that already runs (cache and hedging need theirs switched on there)
# Fails when a scenario's assertions do not hold (1) or the generator was the bottleneck (4).
set -uo pipefail
cd "$(dirname "$0")/.."
gateway=${GATEWAY_BINARY:-artifacts/gateway/gateway}
generator=${LOAD_BINARY:-artifacts/load/gateway-load}
work=$(mktemp -d)
started=()
trap '[ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null; rm -rf "$work"' EXIT

# Waits until the log of NAME has an address and puts it into `address`.
await_address() {
  for _ in $(seq 100); do
    address=$(grep -oE 'on http://[0-9.:]+' "$work/$1.log" | head -n 1 | sed 's/on //')
    [ -n "$address" ] && return
    sleep 0.1
  done
  cat "$work/$1.log" >&2
  echo "$1 did not start." >&2
  exit 1
}

# A gateway with replicas of its own. NAME, what is switched on in its configuration, and for each replica its options.
start_gateway() {
  local name=$1 features=$2 replica=0 upstreams=()
  shift 2
  for options in "$@"; do
    replica=$((replica + 1))
    # shellcheck disable=SC2086 # options are words
    "$gateway" simulate --port 0 --seed 1 $options > "$work/$name-$replica.log" 2>&1 &
    started+=($!)
    await_address "$name-$replica"
    upstreams+=("$address")
  done
  printf '%s\n' "providers: { simulated: { type: dynamo, base-urls: [$(IFS=,; echo "${upstreams[*]}")] } }" 'telemetry: { access-log: false }' "$features" > "$work/$name.yaml"
  "$gateway" serve --config "$work/$name.yaml" --listen http://127.0.0.1:0 --admin-listen http://127.0.0.1:0 > "$work/$name.log" 2>&1 &
  pid=$!
  started+=("$pid")
  await_address "$name"
  url=$address
  # Ready when it knows a model.
  for _ in $(seq 100); do "$gateway" healthcheck "$url/health/ready" > /dev/null 2>&1 && return; sleep 0.1; done
}

steady='--time-to-first-token 20ms --inter-token 5ms'
varied='--time-to-first-token lognormal:30ms:0.2 --inter-token 2ms'

# One gateway per kind of scenario, started when it is first needed.
declare -A urls pids
target() {
  local kind=plain
  case $1 in cache | hedging) kind=$1 ;; esac
  if [ -z "${urls[$kind]:-}" ]; then
    case $kind in
      plain) start_gateway plain "" "$steady" "$steady" "$steady" ;;
      cache) start_gateway cache "cache: { enabled: true }" "$steady" "$steady" "$steady" ;;
      # One of three is a second late now and then: three in a hundred requests, of which the budget of 5 % can hedge all.
      hedging) start_gateway hedging "hedging: { delay: p95, min-delay: 50ms, budget: 5% }" "$varied" "$varied" "$varied --fault slow-first-token-1000=9%" ;;
    esac
    urls[$kind]=$url pids[$kind]=$pid
  fi
  where=(--url "${urls[$kind]}" --pid "${pids[$kind]}")
}

worst=0
[ $# -gt 0 ] || set -- smoke steady spike ramp chaos cache hedging
for scenario in "$@"; do
  if [ -n "${LOAD_URL:-}" ]; then where=(--url "$LOAD_URL"); else target "$scenario"; fi
  # shellcheck disable=SC2086 # options are words
  "$generator" run --scenario "load/scenarios/$scenario.yaml" "${where[@]}" ${LOAD_OPTIONS:-} --output "artifacts/load/reports/$scenario"
  code=$?
  echo "$scenario: exit $code"
  [ "$code" -gt "$worst" ] && worst=$code
done
exit "$worst"
