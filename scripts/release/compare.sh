#!/usr/bin/env bash
# Fails unless two folders hold the same files, byte for byte: scripts/release/compare.sh FIRST SECOND
set -euo pipefail
first=${1:?usage: compare.sh FIRST SECOND}
second=${2:?usage: compare.sh FIRST SECOND}
diff --brief --recursive "$first" "$second"
count=$(find "$first" -type f | wc -l)
[ "$count" -gt 0 ] || { echo 'There are no files.' >&2; exit 1; }
echo "$count files, the same both times."
