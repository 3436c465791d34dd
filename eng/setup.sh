#!/usr/bin/env bash
# Installs what is missing for a build ("build"), for every test ("test") or for the benchmarks against peers ("bench").
# Idempotent: on a machine that has it all it does nothing and says nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

want=${1:-build}
case $want in build | test | bench) ;; *) echo "usage: eng/setup.sh [build|test|bench]" >&2; exit 2 ;; esac

packages=()
need() { command -v "$1" >/dev/null 2>&1 || packages+=("$2"); }
fail() { echo "setup: $*" >&2; exit 1; }

install_packages() {
  command -v apt-get >/dev/null 2>&1 || fail "please install: $*"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "please install as root: apt-get install $*"
    sudo=(sudo)
  fi
  echo "Installing $*"
  "${sudo[@]}" apt-get update -qq || fail "apt-get update failed"
  # A newly installed server must not start by itself: the tests start what they need, on ports of their own.
  local policy=/usr/sbin/policy-rc.d ours=false
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${sudo[@]}" tee "$policy" >/dev/null
    "${sudo[@]}" chmod +x "$policy"
    ours=true
  fi
  local status=0
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || status=$?
  if $ours; then "${sudo[@]}" rm -f "$policy"; fi
  [ "$status" = 0 ] || fail "apt-get install failed: $*"
}

command -v dotnet >/dev/null 2>&1 || fail "the .NET SDK 10 is needed: https://dotnet.microsoft.com/download"
dotnet --version >/dev/null 2>&1 || fail "no installed .NET SDK satisfies global.json: $(dotnet --list-sdks | tr '\n' ' ')"
need gcc gcc
[ -e /usr/include/stdlib.h ] || packages+=(libc6-dev)
[ -e /usr/include/zlib.h ] || packages+=(zlib1g-dev)
if [ "$want" = test ]; then
  need promtool prometheus
  need node nodejs
  need npm npm
  need redis-server redis-server
  need openssl openssl
  need chromium chromium
fi
if [ "$want" = bench ]; then
  need nginx nginx-light
  need haproxy haproxy
  need wrk wrk
  need node nodejs
  need npm npm
fi
[ ${#packages[@]} = 0 ] || install_packages "${packages[@]}"

# The JavaScript clients of the end-to-end tests; the mark is younger than the lock file when they are complete.
clients=tests/Gateway.EndToEnd.Tests/clients
mark=$clients/node_modules/.complete
if [ "$want" = test ] && [ ! "$mark" -nt "$clients/package-lock.json" ]; then
  echo "Installing the JavaScript clients"
  (cd "$clients" && npm ci --no-audit --no-fund --loglevel=error >/dev/null) || fail "npm ci failed in $clients"
  touch "$mark"
fi
