#!/usr/bin/env bash
# Fails unless a release is whole and signed by a key that its binaries trust:
#   scripts/release/verify-signature.sh FOLDER [FILE_WITH_PUBLIC_KEYS]
# The keys are those of data/release-keys.txt, one a line. Needs minisign; runs nothing of the project.
set -euo pipefail
folder=${1:?usage: verify-signature.sh FOLDER [FILE_WITH_PUBLIC_KEYS]}
keys=${2:-$(dirname "$0")/../../data/release-keys.txt}
trusted=$(sed -e 's/#.*//' -e '/^untrusted comment:/d' -e 's/[[:space:]]//g' -e '/^$/d' "$keys")
if [ -z "$trusted" ]; then
  echo "No key is trusted: $keys has none. docs/release.md tells how to make one." >&2
  exit 1
fi
for key in $trusted; do
  if comment=$(minisign -V -Q -P "$key" -m "$folder/checksums.txt" -x "$folder/checksums.txt.minisig" 2>/dev/null); then
    # Every file, and none beside them.
    (cd "$folder" && sha256sum --check --quiet --strict checksums.txt)
    listed=$(wc -l <"$folder/checksums.txt")
    there=$(find "$folder" -type f ! -name 'checksums.txt*' | wc -l)
    [ "$listed" -eq "$there" ] || { echo "$there files, and checksums.txt names $listed." >&2; exit 1; }
    echo "signed by $key: $comment"
    exit 0
  fi
done
echo 'checksums.txt is not signed by a trusted key.' >&2
exit 1
