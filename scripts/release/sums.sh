#!/usr/bin/env bash
# Says the SHA-256 of the files in FOLDER, those with WORD in their names, and hands them to later jobs as the output
# `sums`: no job that comes in between can change that, as it could an artifact: scripts/release/sums.sh FOLDER [WORD]
set -euo pipefail
folder=${1:?usage: sums.sh FOLDER [WORD]}
word=${2:-}
sums=''
for path in "$folder"/*"$word"*; do
  sum=$(openssl dgst -sha256 -r "$path" | cut -d ' ' -f 1)
  sums="$sums$sum  ${path##*/}
"
done
printf '%s' "$sums"
printf 'sums<<end of sums\n%send of sums\n' "$sums" >>"${GITHUB_OUTPUT:-/dev/null}"
