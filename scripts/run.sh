#!/usr/bin/env bash
# Starts RelayPlane from source. Arguments go to `relayplane start`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/bootstrap.sh

bootstrap
if [ -d web ]; then bun scripts/build-web.ts --if-stale; fi

# Bun's fetch holds 256 connections otherwise, and reads this at its start only.
export BUN_CONFIG_MAX_HTTP_REQUESTS="${BUN_CONFIG_MAX_HTTP_REQUESTS:-65336}"
exec bun src/main.ts start "$@"
