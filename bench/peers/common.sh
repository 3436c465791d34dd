# Sourced by the scripts beside it: starts the peers with fair settings (keep-alive on both sides, one worker, no access log, no delay), waits for them, checks that they
# do the same work, reads their CPU and memory, and ends them. Every server is on loopback, on a free port; url[NAME] is
# its address, pid[NAME] the process that does the work.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
ulimit -n "$(ulimit -Hn)"
gateway_binary=${GATEWAY_BINARY:-artifacts/gateway/gateway}
load_binary=${LOAD_BINARY:-artifacts/load/gateway-load}
portkey_version=1.15.2
model=meta/llama-3.1-8b-instruct
# Of the simulator: chunks of 100 KiB.
large_chunks=sim/big-chunk-100
# One of the hundred that `gateway_yaml` makes; the others ignore it.
key=client-key-0123456789abcdef-0123456789abcdef-0050
work=$(mktemp -d)
declare -A launched pid url
started=()
cleanup() {
  [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

fail() { echo "$*" >&2; exit 1; }

# Builds or installs what is not there yet.
ensure() {
  local what
  for what in "$@"; do
    case $what in
      tools) eng/setup.sh bench ;;
      gateway) [ -x "$gateway_binary" ] || eng/publish.sh ;;
      load) [ -x "$load_binary" ] || eng/publish-load.sh ;;
      bare) [ -x artifacts/bare-proxy/bare-proxy ] || dotnet publish bench/peers/BareProxy -c Release -r linux-x64 -o artifacts/bare-proxy --nologo -v quiet ;;
      portkey)
        [ "$(cat artifacts/portkey/.version 2>/dev/null)" = $portkey_version ] || {
          # With the newest @hono/node-server that its own range allows, every stream of it is a 500 ("immutable" headers); with the oldest they work.
          mkdir -p artifacts/portkey
          printf '{ "dependencies": { "@portkey-ai/gateway": "%s" }, "overrides": { "@hono/node-server": "1.3.3" } }' $portkey_version >artifacts/portkey/package.json
          (cd artifacts/portkey && npm install --no-audit --no-fund --loglevel=error >/dev/null)
          echo $portkey_version >artifacts/portkey/.version
        } ;;
    esac
  done
}

free_port() {
  local port
  while port=$((RANDOM % 12000 + 20000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# launch NAME COMMAND…: in the background, its output in a log.
launch() {
  local name=$1
  "${@:2}" >"$work/$name.log" 2>&1 &
  launched[$name]=$!
  pid[$name]=$!
  started+=($!)
}

# Headers of a target beyond the client key: Portkey is told by them where to go.
headers() { # NAME
  printf '%s\n' -H "Authorization: Bearer $key"
  [ "$1" != portkey ] || printf '%s\n' -H "x-portkey-provider: openai" -H "x-portkey-custom-host: ${url[direct]}/v1"
}

await() { # NAME [PATH]
  local extra
  mapfile -t extra < <(headers "$1")
  for _ in $(seq 400); do
    curl -fs -o /dev/null "${extra[@]}" "${url[$1]}${2:-/v1/models}" && return
    kill -0 "${pid[$1]}" 2>/dev/null || break
    sleep 0.05
  done
  tail -n 5 "$work/$1.log" >&2
  fail "$1 did not start."
}

stop() { # NAME
  kill "${launched[$1]}"
  wait "${launched[$1]}" 2>/dev/null || true
}

# The upstream, which is the target "direct" too. Its times: to the first token, between tokens.
start_simulator() { # FIRST-TOKEN INTER-TOKEN [OPTION…]
  local port
  port=$(free_port)
  url[direct]=http://127.0.0.1:$port
  launch direct "$gateway_binary" simulate --port "$port" --replicas 1 --time-to-first-token "$1" --inter-token "$2" "${@:3}"
  await direct
}

no_access_log='telemetry: { access-log: false }'

# Everything on: a hundred client keys, rewriting, usage, metrics; only the access log is off. The arguments are flow YAML.
gateway_yaml() { # [KEY-LIMIT [PROVIDER-SETTINGS [OTHER-LINES]]]
  printf 'auth:\n  keys:\n'
  for i in $(seq 100); do printf '    - { id: team-%s, key: client-key-0123456789abcdef-0123456789abcdef-%04d, models: ["meta/*", "sim/*"], %s }\n' "$i" "$i" "${1:-}"; done
  open_yaml "${2:-}"
  echo "${3:-$no_access_log}"
}

open_yaml() { # [PROVIDER-SETTINGS]
  printf 'server: { shutdown-delay: 0 }\nproviders: { dynamo: { type: dynamo, base-url: "%s", models: [%s, %s], %s } }\n' "${url[direct]}" "$model" "$large_chunks" "${1:-}"
}

start_gateway() { # [NAME [BINARY]]: with $work/NAME.yaml when there is one
  local name=${1:-gateway} port admin
  port=$(free_port)
  admin=$(free_port)
  url[$name]=http://127.0.0.1:$port
  url[$name-admin]=http://127.0.0.1:$admin
  [ -e "$work/$name.yaml" ] || gateway_yaml >"$work/$name.yaml"
  launch "$name" "${2:-$gateway_binary}" serve --config "$work/$name.yaml" --listen "${url[$name]}" --admin-listen "${url[$name-admin]}"
  await "$name"
}

# Fills a configuration of this folder in. CONNECTIONS: nginx counts both sides of a request and pays memory for each, used or not, and drops new clients when fewer than a
# sixteenth are left; HAProxy counts clients and does not start when it may not have files for both sides of all.
configuration() { # FILE PORT CONNECTIONS
  sed "s#LISTEN#127.0.0.1:$2#; s#UPSTREAM#${url[direct]#http://}#; s#FOLDER#$work#; s#CONNECTIONS#$3#" "bench/peers/$1"
}

start_nginx() { # [CONNECTIONS]
  local port
  port=$(free_port)
  url[nginx]=http://127.0.0.1:$port
  configuration nginx.conf "$port" "${1:-2048}" >"$work/nginx.conf"
  launch nginx nginx -p "$work" -c "$work/nginx.conf"
  await nginx
  pid[nginx]=$(pgrep -P "${launched[nginx]}" | head -n 1)
}

start_haproxy() { # [CONNECTIONS]
  local port clients=$((${1:-2048} / 2)) most=$((($(ulimit -n) - 60) / 2))
  [ "$clients" -le "$most" ] || clients=$most
  port=$(free_port)
  url[haproxy]=http://127.0.0.1:$port
  configuration haproxy.cfg "$port" "$clients" >"$work/haproxy.cfg"
  launch haproxy haproxy -db -f "$work/haproxy.cfg"
  await haproxy
}

start_bare() {
  local port
  port=$(free_port)
  url[bare]=http://127.0.0.1:$port
  launch bare artifacts/bare-proxy/bare-proxy "${url[bare]}" "${url[direct]}"
  await bare
}

start_portkey() {
  local port
  port=$(free_port)
  url[portkey]=http://127.0.0.1:$port
  NODE_ENV=production launch portkey node artifacts/portkey/node_modules/@portkey-ai/gateway/build/start-server.js --headless "--port=$port"
  # It has no answer to /v1/models.
  await portkey /
}

# Starts each of the names, in front of the simulator that runs already.
start_peers() { # CONNECTIONS NAME…
  local name
  for name in "${@:2}"; do
    case $name in
      direct) ;;
      nginx | haproxy) "start_$name" "$1" ;;
      *) "start_$name" ;;
    esac
  done
}

# The requests, in $work/NAME.json. The megabyte has no escapes, as most prompts have few.
story='"messages":[{"role":"user","content":"Tell me a story."}]'
printf '{"model":"%s","max_tokens":32,"temperature":0.7,"messages":[{"role":"system","content":"%s"},{"role":"user","content":"%s"}]}' "$model" \
  'You are a helpful assistant that answers in one sentence.' 'What is the capital of France, and why is it known?' >"$work/unary.json"
printf '{"model":"%s","stream":true,"max_tokens":100,"ignore_eos":true,%s}' "$model" "$story" >"$work/stream.json"
printf '{"model":"%s","stream":true,%s}' "$large_chunks" "$story" >"$work/large-chunks.json"
printf '{"model":"%s","max_tokens":32,"messages":[{"role":"user","content":"%s"}]}' "$model" "$(printf 'The quick brown fox jumps over the lazy dog. %.0s' {1..23302})" >"$work/large-body.json"

# The answer to a request without what differs from one answer to the next: the id, the second, and the time that the simulator says it took.
answer() { # NAME REQUEST
  local extra
  mapfile -t extra < <(headers "$1")
  curl -fsN --max-time 30 "${extra[@]}" -H 'content-type: application/json' --data-binary "@$work/$2.json" "${url[$1]}/v1/chat/completions" |
    sed -E 's/"id":"[^"]*"/"id":""/g; s/"created":[0-9]+/"created":0/g'
}

# A peer is only worth comparing with when its answer is the upstream's, byte for byte: those whose is not leave `targets` for `wrong`.
same_answers() { # REQUEST
  local name right=()
  wrong=()
  answer direct "$1" >"$work/expected.txt"
  [ -s "$work/expected.txt" ] || fail "The upstream does not answer $1."
  for name in "${targets[@]}"; do
    if answer "$name" "$1" >"$work/answer.txt" && cmp -s "$work/expected.txt" "$work/answer.txt"; then right+=("$name"); else wrong+=("$name"); fi
  done
  targets=("${right[@]}")
}

# Says of the wrong ones why they are not in the table.
explain_wrong() {
  [ ${#wrong[@]} = 0 ] || printf '\nNot measured, since the answer is not the upstream'"'"'s: %s.\n' "${wrong[*]}"
}

ticks=$(getconf CLK_TCK)
# Microseconds, user and system, since its start.
cpu() { awk -v t="$ticks" '{ sub(/.*\) /, ""); print ($12 + $13) * 1000000 / t }' "/proc/${pid[$1]}/stat"; }
# KiB.
rss() { awk '/^VmRSS/ { print $2 }' "/proc/${pid[$1]}/status"; }
# Connections that anybody on this machine has opened: it shows who does not keep them.
opened() { awk '/^Tcp:/ { n = $6 } END { print n }' /proc/net/snmp; }
# Bytes that a gateway has allocated.
allocated() { curl -fs "${url[$1-admin]}/metrics" | awk '/^dotnet_gc_heap_total_allocated/ { print $2 }'; }

# Drives a target with wrk, one thread, and prints: CPU µs per request, requests per second, requests, errors.
drive() { # NAME REQUEST CONNECTIONS SECONDS [HEADER]
  local before after connections extra
  mapfile -t extra < <(headers "$1")
  connections=$(opened)
  before=$(cpu "$1")
  BODY=$work/$2.json wrk -t1 -c"$3" -d"${4}s" --timeout 10s -s bench/peers/post.lua "${extra[@]}" ${5:+-H "$5"} "${url[$1]}/v1/chat/completions" >"$work/wrk.txt"
  after=$(cpu "$1")
  awk -v name="$1" -v used=$((${after%.*} - ${before%.*})) -v opened=$(($(opened) - connections)) -v expected=$(($3 * 4)) '
    / requests in / { n = $1 }
    /^Requests\/sec/ { rate = $2 }
    /Non-2xx/ { errors += $NF }
    /Socket errors/ { gsub(/,/, ""); errors += $4 + $6 + $8 + $10 }
    END {
      if (n == 0) { print name ": no request was answered" > "/dev/stderr"; exit 1 }
      if (opened > expected + n / 20) print name ": " opened " connections were opened for " n " requests: somebody does not keep them" > "/dev/stderr"
      printf "%.2f %.1f %d %d\n", used / n, rate, n, errors
    }' "$work/wrk.txt"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.2f", a / b; else printf "–" }'; }
# The median of a column of "NAME …" rows.
of() { awk -v name="$2" -v column="$3" '$1 == name { print $column }' "$1" | median; }
