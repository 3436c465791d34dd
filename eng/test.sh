#!/usr/bin/env bash
# Everything that must hold before a change lands: build without a warning, format, Native AOT publish, every test.
# Its last line is "N passed, N failed, N skipped"; it fails when anything failed or a test host died.
set -uo pipefail
cd "$(dirname "$0")/.."
started=$SECONDS
# The summary lines are read below: they must be in English.
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1

stop() {
  echo "$1" >&2
  echo "0 passed, 1 failed, 0 skipped"
  exit 1
}

dotnet build Gateway.sln -c Release --nologo -v quiet || stop "The build failed."
dotnet format Gateway.sln --verify-no-changes --no-restore || stop "The format is not the agreed one: run 'make format'."
eng/publish.sh || stop "The Native AOT publish failed."
eng/publish-load.sh || stop "The Native AOT publish of the load generator failed."

# Behind nohup, or in the background of a script, interrupts are ignored, and so would every process that a test starts and interrupts.
interruptible=(env --default-signal=HUP,INT,QUIT)
"${interruptible[@]}" true 2>/dev/null || interruptible=()

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
for project in tests/*.Tests; do
  # One summary line per project: a host that crashed or found no tests has none.
  before=$(grep -cE '^(Passed|Failed|Skipped)!' "$log")
  "${interruptible[@]}" dotnet test "$project" -c Release --no-build --nologo --blame-hang-timeout 5m --blame-hang-dump-type none 2>&1 | tee -a "$log"
  if [ "${PIPESTATUS[0]}" != 0 ] || [ "$(grep -cE '^(Passed|Failed|Skipped)!' "$log")" = "$before" ]; then
    echo "$project failed." >&2
    status=1
  fi
done

sum() { grep -E '^(Passed|Failed|Skipped)!' "$log" | grep -oE "$1: +[0-9]+" | awk '{ n += $2 } END { print n + 0 }'; }
passed=$(sum Passed) failed=$(sum Failed) skipped=$(sum Skipped)
# A host that died ran fewer tests than there are: that is a failure, although no test says so.
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "All checks took $((SECONDS - started)) s."
echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" = 0 ] && [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
