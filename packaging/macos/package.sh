#!/bin/sh
# Makes the .pkg on a Mac: sh package.sh BINARY FOLDER. Signed and notarised where the identity is given:
#   MACOS_INSTALLER_IDENTITY   "Developer ID Installer: …", in a keychain that is open
#   MACOS_NOTARY_PROFILE       of `xcrun notarytool store-credentials`
# BINARY is the universal one, signed already.
set -eu
binary=$1
out=$2
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
"$binary" completion zsh >"$root/share/zsh/site-functions/_@BINARY@"

[ "$("$root/bin/@BINARY@" --version)" = "@BINARY@ @VERSION@" ]

pkgbuild --root "$work/root" --identifier @BUNDLE_ID@ --version @VERSION@ --install-location / \
  --ownership recommended "$work/program.pkg"
productbuild --distribution "$here/distribution.xml" --package-path "$work" "$work/unsigned.pkg"
package=$out/@BINARY@-darwin-universal2.pkg
if [ -n "${MACOS_INSTALLER_IDENTITY:-}" ]; then
  productsign --timestamp --sign "$MACOS_INSTALLER_IDENTITY" "$work/unsigned.pkg" "$package"
else
  cp "$work/unsigned.pkg" "$package"
fi
if [ -n "${MACOS_NOTARY_PROFILE:-}" ]; then
  xcrun notarytool submit "$package" --keychain-profile "$MACOS_NOTARY_PROFILE" --wait
  xcrun stapler staple "$package"
fi
pkgutil --payload-files "$package"
