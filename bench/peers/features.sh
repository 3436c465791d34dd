#!/usr/bin/env bash
# What a feature costs: two gateways with one difference, the same requests for both, wrk, interleaved A B A B; the median of the paired differences in CPU and allocation.
# Usage: bench/peers/features.sh [ROUNDS [FEATURE…]]   (default 7 and all; a feature takes about 18 s; `metrics` publishes a second binary first, once)
source "$(dirname "$0")/common.sh"
rounds=${1:-7}
all=(nothing keys access key-limits router-limits provider-limits usage rewrite metrics otlp trace-context access-log)
features=("${@:2}")
[ ${#features[@]} -gt 0 ] || features=("${all[@]}")
ensure tools gateway
start_simulator 0 0
limit='rate-limit: { requests-per-minute: 10000000, tokens-per-minute: 200000000, concurrent-requests: 4000 }'
pass='request: { stream-options: pass }'
# The client that asks for usage itself.
sed 's/"stream":true/"stream":true,"stream_options":{"include_usage":true}/' "$work/stream.json" >"$work/asking.json"
without_metrics=artifacts/gateway-without-metrics/gateway

# What differs: $work/a.yaml is without the feature, $work/b.yaml with it; A and B are the requests and headers.
define() { # FEATURE
  request_a=unary request_b=unary header_a='' header_b='' binary_a=$gateway_binary
  gateway_yaml >"$work/a.yaml"
  gateway_yaml >"$work/b.yaml"
  case $1 in
    nothing) what='nothing: how far two equal gateways are apart' ;;
    keys) what='100 client keys, one of them used'; open_yaml >"$work/a.yaml"; echo "$no_access_log" >>"$work/a.yaml" ;;
    key-limits) what="and the key's limits, with their headers"; gateway_yaml "$limit" >"$work/b.yaml" ;;
    access) what="client keys and the key's limits, with their headers"; open_yaml >"$work/a.yaml"; echo "$no_access_log" >>"$work/a.yaml"; gateway_yaml "$limit" >"$work/b.yaml" ;;
    router-limits) what="a router's limits, with their headers"; echo "routers: { default: { $limit } }" >>"$work/b.yaml" ;;
    provider-limits) what="a provider's limits and queue"; gateway_yaml '' "$limit" >"$work/b.yaml" ;;
    usage) what='usage: the client asks, the upstream sends a chunk more, it is counted and passed on'
      request_a=stream request_b=asking
      gateway_yaml '' "$pass" >"$work/a.yaml"
      gateway_yaml '' "$pass" >"$work/b.yaml" ;;
    rewrite) what='rewrite: usage injected into the body, its chunk counted and taken out'; request_a=stream request_b=stream; gateway_yaml '' "$pass" >"$work/a.yaml" ;;
    metrics) what='metrics: 25 instruments with their labels'
      # The platform's meters compiled out: there is no setting for it, and nobody should want one.
      # Folders of its own: the next publish must not take this build's parts for its own.
      [ $without_metrics -nt "$gateway_binary" ] ||
        OUTPUT=$(dirname $without_metrics) eng/publish.sh -p:MetricsSupport=false -p:IntermediateOutputPath=obj/without-metrics/ -p:OutputPath=bin/without-metrics/
      binary_a=$without_metrics ;;
    otlp) what='metrics pushed by OTLP too'; gateway_yaml '' '' 'telemetry: { access-log: false, otlp-endpoint: "http://127.0.0.1:9" }' >"$work/b.yaml" ;;
    trace-context) what="a client's traceparent checked and passed on"; header_b='traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' ;;
    access-log) what='the access log, to a file'; gateway_yaml '' '' 'telemetry: { access-log: true }' >"$work/b.yaml" ;;
    *) fail "no such feature: $1 (${all[*]})" ;;
  esac
}

# CPU and bytes per request of one side.
side() { # a|b REQUEST HEADER SECONDS
  local bytes row
  bytes=$(allocated "$1")
  row=$(drive "$1" "$2" 16 "$4" "$3")
  awk -v row="$row" -v before="$bytes" -v after="$(allocated "$1")" 'BEGIN { split(row, r, " "); printf "%s %.0f %d\n", r[1], (after - before) / r[3], r[4] }'
}

echo "### Cost per feature"
echo
echo "CPU per request, 16 connections, $rounds interleaved rounds of 1 s: median without, median of the paired differences (their range)."
echo
echo "| feature | request | without | with it | range | allocated | errors |"
echo "|---|---|---|---|---|---|---|"
for feature in "${features[@]}"; do
  define "$feature"
  start_gateway a "$binary_a"
  start_gateway b
  side a $request_a "$header_a" 1 >/dev/null
  side b $request_b "$header_b" 1 >/dev/null
  : >"$work/pairs.txt"
  for round in $(seq "$rounds"); do
    # Who goes first changes too.
    if [ $((round % 2)) = 0 ]; then
      b=$(side b $request_b "$header_b" 1) a=$(side a $request_a "$header_a" 1)
    else
      a=$(side a $request_a "$header_a" 1) b=$(side b $request_b "$header_b" 1)
    fi
    echo "$a $b" | awk '{ printf "pair %.2f %.2f %d %d\n", $1, $4 - $1, $5 - $2, $3 + $6 }' >>"$work/pairs.txt"
  done
  read -r low high < <(awk '{ print $3 }' "$work/pairs.txt" | sort -n | awk '{ v[NR] = $1 } END { print v[1], v[NR] }')
  bytes=$(of "$work/pairs.txt" pair 4 | awk '{ printf "%+.0f B", $1 }')
  # Without meters nobody counts what that side allocates.
  [ "$feature" != metrics ] || bytes=–
  printf '| %s | %s | %.1f µs | %+.1f µs | %+.1f … %+.1f | %s | %d |\n' "$what" "$request_a" "$(of "$work/pairs.txt" pair 2)" "$(of "$work/pairs.txt" pair 3)" "$low" "$high" \
    "$bytes" "$(awk '{ n += $5 } END { print n }' "$work/pairs.txt")"
  stop a
  stop b
done
