#!/usr/bin/env bash
# Fails unless every file that $SUMS names is in FOLDER with the last hash given for it, and what is in archives of it is
# as well. Of what two machines built the same, and what was signed since, no byte may have changed on the way here, where
# jobs with packages of others had it: SUMS='…' scripts/release/check-built.sh FOLDER
set -euo pipefail
folder=${1:?usage: check-built.sh FOLDER}
sums=${SUMS:?is not set}

failed=0
check() {
  found=$(openssl dgst -sha256 -r | cut -d ' ' -f 1)
  if [ "$found" != "$wanted" ]; then
    printf '%s is not what was built.\n' "$1" >&2
    failed=1
  fi
}

count=0
for name in $(printf '%s' "$sums" | cut -d ' ' -f 3 | sort -u); do
  wanted=$(printf '%s' "$sums" | sed -n "s/^\([0-9a-f]\{64\}\)  $name\$/\1/p" | tail -n 1)
  path=$folder/$name
  if [ ! -f "$path" ]; then
    printf '%s is not there.\n' "$name" >&2
    exit 1
  fi
  check "$name" <"$path"
  if [ -f "$path.gz" ]; then check "$name.gz" < <(gzip --decompress --stdout "$path.gz"); fi
  if [ -f "$path.xz" ]; then check "$name.xz" < <(xz --decompress --stdout "$path.xz"); fi
  if [ -f "$path.zst" ]; then check "$name.zst" < <(zstd --decompress --quiet --stdout "$path.zst"); fi
  count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo 'There is nothing to hold it against.' >&2; exit 1; }
[ "$failed" -eq 0 ] || exit 1
printf '%s files are what was built.\n' "$count"
