#!/usr/bin/env bash
# All that CI runs. Arguments go to `bun test`. The last line is always "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/bootstrap.sh

failed_steps=''
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT

step() {
  local name=$1 began=$SECONDS
  shift
  printf '\n=== %s\n' "$name"
  if "$@"; then
    echo "--- $name: ok, $((SECONDS - began)) s"
  else
    echo "--- $name: FAILED, $((SECONDS - began)) s"
    failed_steps="$failed_steps $name"
    return 1
  fi
}

dashboard() {
  [ -d web ] || { echo 'no web/ yet: nothing to build'; return 0; }
  bun scripts/build-web.ts
}

find_browser() {
  local candidate
  for candidate in chromium chromium-browser google-chrome google-chrome-stable \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' /Applications/Chromium.app/Contents/MacOS/Chromium; do
    command -v "$candidate" 2>/dev/null && return 0
  done
  return 1
}

install_browser() {
  command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" -eq 0 ] || { echo 'needs apt-get and root'; return 1; }
  export DEBIAN_FRONTEND=noninteractive
  timeout 120 apt-get update -qq && timeout 600 apt-get install -y -qq chromium
}

# A machine without a browser can still test all the rest, so this step warns and never fails.
browser() {
  find_browser >/dev/null || install_browser
  RELAYPLANE_CHROMIUM=$(find_browser) || RELAYPLANE_CHROMIUM=''
  export RELAYPLANE_CHROMIUM
  if [ -n "$RELAYPLANE_CHROMIUM" ]; then
    echo "$RELAYPLANE_CHROMIUM"
  else
    echo '!!! NO CHROMIUM, AND IT COULD NOT BE INSTALLED: THE BROWSER TESTS WILL BE SKIPPED !!!'
  fi
}

binary() {
  # A binary of an earlier run must not stand in for one that doesn't build.
  rm -f dist/relayplane
  bun run build
}

tests() {
  bun test --reporter=junit --reporter-outfile="$reports/source.xml" "$@"
  test_status=$?
  return $test_status
}

# What is asked over HTTP is asked of the compiled file as well.
binary_tests() {
  RELAYPLANE_TEST_BINARY="$RELAYPLANE_BINARY" bun test --reporter=junit --reporter-outfile="$reports/binary.xml" \
    test/http test/clients
  binary_status=$?
  return $binary_status
}

if ! step install bootstrap; then
  echo '0 passed, 1 failed, 0 skipped'
  exit 1
fi

# The dashboard comes before the checkers because src imports what it produces.
step dashboard dashboard
step format bun run format --check
step lint bun run lint
step types bun run types
step binary binary
step browser browser

test_status=0
export RELAYPLANE_BINARY="$PWD/dist/relayplane"
step tests tests "$@"
summaries="$reports/source.xml=$test_status"
if [ $# -eq 0 ]; then
  binary_status=0
  step 'tests of the binary' binary_tests
  summaries="$summaries $reports/binary.xml=$binary_status"
fi

echo
[ -z "$failed_steps" ] || echo "failed steps:$failed_steps"
# shellcheck disable=SC2086 # each word is a report
bun scripts/junit-summary.ts $summaries || failed_steps="$failed_steps summary"
[ -z "$failed_steps" ]
