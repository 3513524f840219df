#!/usr/bin/env bash
# Installs what a release has for this machine, by the tools people use, starts it and takes it away again:
#   scripts/release/try-packages.sh FOLDER
# For runners that are thrown away afterwards: it installs into the system, as root where that is asked for.
set -euo pipefail
folder=$(cd "${1:?usage: try-packages.sh FOLDER}" && pwd)
work=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
case $(uname -m) in x86_64) processor=amd64 ;; *) processor=arm64 ;; esac

# until_true COMMAND...: within half a minute
until_true() {
  for _ in $(seq 60); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.5
  done
  echo "FAILED: $*" >&2
  return 1
}

try_script() {
  python3 -m http.server --bind 127.0.0.1 --directory "$folder" 18765 >/dev/null 2>&1 &
  server=$!
  until_true curl -fsS http://127.0.0.1:18765/checksums.txt
  # Signed it is later; what this machine could check it with is tried by the tests.
  sh "$folder/install.sh" --from http://127.0.0.1:18765 --to "$work/bin" --without-signature
  "$work/bin/claude-code-proxy" doctor --offline || true
  sh "$folder/install.sh" --uninstall --to "$work/bin"
  [ -z "$(ls -A "$work/bin")" ]
  kill "$server"
  server=''
}

try_deb() {
  sudo apt-get install -y "$folder/claude-code-proxy-linux-$processor.deb"
  [ "$(claude-code-proxy --version)" = "claude-code-proxy $(dpkg-query -W -f '${Version}' claude-code-proxy | tr '~' -)" ]
  man --where claude-code-proxy
  sudo systemctl start claude-code-proxy
  until_true sudo -u claude-code-proxy env CCPROXY_HOME=/var/lib/claude-code-proxy claude-code-proxy health --live
  systemd-analyze security claude-code-proxy | tail -1
  sudo apt-get install -y --reinstall "$folder/claude-code-proxy-linux-$processor.deb"
  until_true systemctl is-active claude-code-proxy
  sudo apt-get remove -y claude-code-proxy
  sudo test -f /var/lib/claude-code-proxy/proxy.db
  sudo apt-get purge -y claude-code-proxy
  sudo test ! -e /var/lib/claude-code-proxy
}

try_rpm() {
  # No runner has dnf.
  docker run --rm --volume "$folder:/release:ro" fedora:latest sh -euxc "
    dnf install -y /release/claude-code-proxy-linux-$processor.rpm
    claude-code-proxy --version
    rpm --verify claude-code-proxy
    id claude-code-proxy
    dnf remove -y claude-code-proxy"
}

try_pkg() {
  sudo installer -pkg "$folder/claude-code-proxy-darwin-universal2.pkg" -target /
  /usr/local/bin/claude-code-proxy --version
  sudo sh /usr/local/lib/claude-code-proxy/uninstall.sh
  [ ! -e /usr/local/bin/claude-code-proxy ]
}

try_script
case $(uname -s) in
Darwin) try_pkg ;;
*)
  try_deb
  try_rpm
  ;;
esac
echo 'Every package came and went.'
