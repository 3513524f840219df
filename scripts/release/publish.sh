#!/usr/bin/env bash
# Publishes a release on GitHub: TAG=v1.2.3 scripts/release/publish.sh FOLDER
# Everything goes up to a draft first, so that nobody sees half of it. Needs gh and its GH_TOKEN.
set -euo pipefail
folder=${1:?usage: publish.sh FOLDER}
tag=${TAG:?TAG names the tag}
version=$(sed -n 's/^  "version": "\([^"]*\)",$/\1/p' "$folder/release.json")
if [ "$tag" != "v$version" ]; then
  echo "The tag is $tag, the release is of $version." >&2
  exit 1
fi
[ -e "$folder/checksums.txt.minisig" ] || { echo 'It is not signed.' >&2; exit 1; }
kind=()
case $version in *-*) kind=(--prerelease) ;; esac
gh release create "$tag" --draft --verify-tag --title "$version" --notes-file "$folder/NOTES.md" "${kind[@]}"
gh release upload "$tag" "$folder"/*
gh release edit "$tag" --draft=false
