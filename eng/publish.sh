#!/usr/bin/env bash
# Publishes the Native AOT binary to OUTPUT (artifacts/gateway). The framework is Directory.Build.props' AotTargetFramework unless AOT_FRAMEWORK is set.
# Arguments go to dotnet publish.
set -euo pipefail
cd "$(dirname "$0")/.."
framework=${AOT_FRAMEWORK:-$(sed -n 's:.*<AotTargetFramework[^>]*>\(.*\)</AotTargetFramework>.*:\1:p' Directory.Build.props)}
rid=${RID:-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')}
dotnet publish src/Gateway -c Release -f "$framework" -r "$rid" -p:AotTargetFramework="$framework" -o "${OUTPUT:-artifacts/gateway}" --nologo -v quiet "$@"
