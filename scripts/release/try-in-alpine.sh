#!/usr/bin/env bash
# Tries a musl binary where it belongs: scripts/release/try-in-alpine.sh BINARY
# Needs docker. ALPINE names another image.
set -euo pipefail
binary=$(realpath "${1:?usage: try-in-alpine.sh BINARY}")
here=$(cd "$(dirname "$0")" && pwd)
chmod 755 "$binary"
docker run --rm --volume "$binary:/try/binary:ro" --volume "$here/try.sh:/try/try.sh:ro" \
  "${ALPINE:-alpine:3.22}" sh -c 'apk add --quiet libstdc++ && sh /try/try.sh /try/binary'
