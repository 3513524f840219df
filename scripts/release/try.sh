#!/bin/sh
# The least a built binary must do, with nothing but a POSIX shell and wget or curl: scripts/release/try.sh BINARY
# For systems without Node; elsewhere `node scripts/release/run.mjs try` tells the whole story.
set -eu
binary=${1:?usage: try.sh BINARY}
folder=$(mktemp -d)
pid=''
trap '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true; rm -rf "$folder"' EXIT
export CCPROXY_HOME="$folder/home" CCPROXY_VAULT_BACKEND=key-file

fail() {
  echo "FAILED: $1" >&2
  cat "$folder/out" "$folder/err" 2>/dev/null >&2 || true
  exit 1
}
fetch() {
  if command -v curl >/dev/null; then curl -fsS "$1"; else wget -q -O - "$1"; fi
}
start() {
  "$binary" serve --port 0 --no-open >"$folder/out" 2>"$folder/err" &
  pid=$!
  tries=0
  until grep -q '^listening on ' "$folder/out"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail 'it does not listen'
    sleep 0.2
  done
  url=$(sed -n 's/^listening on //p' "$folder/out")
}
stop() {
  kill "$pid"
  wait "$pid" || fail 'it did not end well'
  pid=''
}

"$binary" --version --json | grep -q '"target"' || fail 'it does not say what it is'
start
fetch "$url/health" | grep -q '"status"' || fail 'there is no /health'
fetch "$url/accounts" | grep -qi '<html' || fail 'there is no page'
printf 'sk-ant-api03-tried' | "$binary" auth add work --kind api-key --secret-stdin || fail 'no account can be added'
stop
start
"$binary" auth list --json | grep -q '"work"' || fail 'the account is gone after a restart'
stop
echo "tried: $("$binary" --version)"
