#!/usr/bin/env bash
# The size report of the newest release, for what has grown since: scripts/release/sizes-before.sh FILE
# Of a public repository, so that nothing has to be known for it. Where there is none yet, there is no file.
set -euo pipefail
[ $# -eq 1 ] || { echo 'usage: sizes-before.sh FILE' >&2; exit 2; }
newest="${GITHUB_SERVER_URL:?}/${GITHUB_REPOSITORY:?}/releases/latest/download/SIZES.md"
if curl --fail --silent --show-error --location --retry 3 --max-time 60 --output "$1" "$newest"; then
  echo "compared with the sizes of $newest"
else
  rm -f "$1"
  echo 'There is no release to compare sizes with.'
fi
