#!/usr/bin/env bash
# Publishes the load generator as a Native AOT binary, as eng/publish.sh does the gateway.
set -euo pipefail
cd "$(dirname "$0")/.."
framework=${AOT_FRAMEWORK:-$(sed -n 's:.*<AotTargetFramework[^>]*>\(.*\)</AotTargetFramework>.*:\1:p' Directory.Build.props)}
rid=${RID:-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')}
dotnet publish load -c Release -f "$framework" -r "$rid" -p:AotTargetFramework="$framework" -o artifacts/load --nologo -v quiet
