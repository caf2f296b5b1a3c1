# Sourced by run.sh and test.sh from the project's root: a Bun that fits the pin comes first on PATH, dependencies are in.
# Bash 3.2 is enough (macOS has no newer one).

bun_pin=$(sed -n 's/^ *"bun": *"\([0-9.]*\)".*/\1/p' package.json)

# Fits: the pinned version, or a newer one of the same major version.
bun_fits() {
  local have
  have=$("$1" --version 2>/dev/null) || return 1
  printf '%s\n' "$have" | grep -Eq '^[0-9]+\.[0-9]+\.[0-9]+$' || return 1
  printf '%s %s\n' "$have" "$bun_pin" | tr '.' ' ' | {
    read -r major minor patch pin_major pin_minor pin_patch
    [ "$major" -eq "$pin_major" ] || return 1
    [ "$minor" -eq "$pin_minor" ] || { [ "$minor" -gt "$pin_minor" ]; return; }
    [ "$patch" -ge "$pin_patch" ]
  }
}

bun_find() {
  local candidate
  for candidate in "$(command -v bun 2>/dev/null)" \
    "$PWD/node_modules/.bin/bun" \
    "$PWD/.bun/bin/bun" \
    "$PWD/.bun/node_modules/.bin/bun" \
    "$PWD"/.bun/node_modules/@oven/bun-*/bin/bun; do
    [ -n "$candidate" ] && [ -x "$candidate" ] && bun_fits "$candidate" && { printf '%s\n' "$candidate"; return 0; }
  done
  return 1
}

bun_from_npm() {
  mkdir -p .bun
  npm install --prefix .bun --no-save --no-audit --no-fund --loglevel=error "bun@$bun_pin" || return 1
  bun_find >/dev/null && return 0
  # Install scripts are blocked here: the package's own installer can still be run by hand.
  (cd .bun/node_modules/bun && node install.js)
}

bun_from_site() {
  local installer status
  installer=$(mktemp) || return 1
  # The installer would add lines to the profile of a shell that it knows; it doesn't know sh.
  curl --fail --silent --show-error --location https://bun.sh/install >"$installer" &&
    SHELL=/bin/sh BUN_INSTALL="$PWD/.bun" bash "$installer" "bun-v$bun_pin"
  status=$?
  rm -f "$installer"
  return $status
}

bun_install() {
  echo "Bun $bun_pin isn't here; installing it into .bun"
  if command -v npm >/dev/null 2>&1; then
    bun_from_npm
    bun_find >/dev/null && return 0
    echo "npm could not install Bun $bun_pin" >&2
  fi
  if command -v curl >/dev/null 2>&1; then
    bun_from_site
    bun_find >/dev/null && return 0
    echo "The installer of bun.sh could not install Bun $bun_pin" >&2
  fi
  echo "RelayPlane needs Bun $bun_pin. Install npm, or curl and unzip, or Bun itself, and run this again." >&2
  return 1
}

bootstrap() {
  local found
  found=$(bun_find) || { bun_install && found=$(bun_find); } || return 1
  "$found" install --frozen-lockfile || return 1

  # The dependency is the pin to the digit, so what is built and tested doesn't depend on what the machine had.
  if [ "$(node_modules/.bin/bun --version 2>/dev/null)" = "$bun_pin" ]; then found="$PWD/node_modules/.bin/bun"; fi
  PATH="$(dirname "$found"):$PATH"
  export PATH
  echo "Bun $(bun --version)"
}
