#!/bin/sh
# Makes the .pkg on a Mac, unsigned: sh package.sh BINARY RESULT. What else goes into it lies beside this script.
# Runs nothing of what it packs.
set -eu
binary=$1
result=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

root=$work/root/usr/local
mkdir -p "$root/lib/@BINARY@" "$root/bin" "$root/share/man/man1" "$root/share/zsh/site-functions"
install -m 755 "$binary" "$root/lib/@BINARY@/@BINARY@"
install -m 644 "$here/@MARKER_FILE@" "$root/lib/@BINARY@/@MARKER_FILE@"
install -m 755 "$here/uninstall.sh" "$root/lib/@BINARY@/uninstall.sh"
ln -s ../lib/@BINARY@/@BINARY@ "$root/bin/@BINARY@"
install -m 644 "$here/@BINARY@.1" "$root/share/man/man1/@BINARY@.1"
install -m 644 "$here/_@BINARY@" "$root/share/zsh/site-functions/_@BINARY@"

pkgbuild --root "$work/root" --identifier @BUNDLE_ID@ --version @VERSION@ --install-location / \
  --ownership recommended "$work/program.pkg"
productbuild --distribution "$here/distribution.xml" --package-path "$work" "$result"
