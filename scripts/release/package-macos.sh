#!/usr/bin/env bash
# Makes the .pkg of the universal binary, unsigned: scripts/release/package-macos.sh RELEASE_FOLDER MACOS_FOLDER
# What it runs of MACOS_FOLDER was made by other jobs: never where a secret is. sign-package-macos.sh signs the result.
# Needs macOS; runs nothing of what it packs.
set -euo pipefail
folder=${1:?usage: package-macos.sh RELEASE_FOLDER MACOS_FOLDER}
parts=${2:?usage: package-macos.sh RELEASE_FOLDER MACOS_FOLDER}
package="$folder/claude-code-proxy-darwin-universal2.pkg"
sh "$parts/package.sh" "$folder/claude-code-proxy-darwin-universal2" "$package"
pkgutil --payload-files "$package"
