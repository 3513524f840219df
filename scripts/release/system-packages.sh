#!/usr/bin/env bash
# Installs packages of Debian and Ubuntu that are missing: scripts/release/system-packages.sh NAME...
set -euo pipefail
[ $# -gt 0 ] || { echo 'usage: system-packages.sh NAME...' >&2; exit 2; }
if dpkg --status "$@" >/dev/null 2>&1; then exit 0; fi
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
