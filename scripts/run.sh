#!/usr/bin/env bash
# Starts RelayPlane from source. Arguments go to `relayplane start`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/bootstrap.sh

bootstrap
if [ -d web ]; then bun scripts/build-web.ts --if-stale; fi

# Bun reads these at its start only (src/app/runtime-variables.ts).
export BUN_CONFIG_MAX_HTTP_REQUESTS="${BUN_CONFIG_MAX_HTTP_REQUESTS:-65336}"
export MIMALLOC_PURGE_DELAY="${MIMALLOC_PURGE_DELAY:-5000}"
exec bun src/main.ts start "$@"
