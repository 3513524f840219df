#!/usr/bin/env bash
# Makes the .pkg of the universal binary, signs it with a Developer ID for installers and has Apple notarise it:
#   scripts/release/package-macos.sh RELEASE_FOLDER MACOS_FOLDER
# From the environment: APPLE_INSTALLER_CERTIFICATE (a PKCS#12 file in base64), APPLE_CERTIFICATE_PASSWORD; for
# notarisation APPLE_API_KEY, APPLE_API_KEY_ID, APPLE_API_ISSUER. Without a certificate it says so, and the package is
# unsigned. Needs macOS; runs nothing of what it packs.
set -euo pipefail
folder=${1:?usage: package-macos.sh RELEASE_FOLDER MACOS_FOLDER}
parts=${2:?usage: package-macos.sh RELEASE_FOLDER MACOS_FOLDER}
package="$folder/claude-code-proxy-darwin-universal2.pkg"
umask 077
private=$(mktemp -d)
keychain="$private/installer.keychain-db"
trap 'security delete-keychain "$keychain" >/dev/null 2>&1 || true; rm -rf "$private"' EXIT
(umask 022 && sh "$parts/package.sh" "$folder/claude-code-proxy-darwin-universal2" "$private/unsigned.pkg")

if [ -z "${APPLE_INSTALLER_CERTIFICATE:-}" ]; then
  echo 'There is no certificate for installers (APPLE_INSTALLER_CERTIFICATE): the package is unsigned.'
  cp "$private/unsigned.pkg" "$package"
else
  # As in sign-macos.sh: the real password never stands on a command line.
  passing=$(openssl rand -hex 16)
  printf %s "$APPLE_INSTALLER_CERTIFICATE" | base64 --decode >"$private/certificate.p12"
  export APPLE_CERTIFICATE_PASSWORD=${APPLE_CERTIFICATE_PASSWORD:-}
  openssl pkcs12 -in "$private/certificate.p12" -passin env:APPLE_CERTIFICATE_PASSWORD -nodes -out "$private/plain.pem"
  openssl pkcs12 -export -in "$private/plain.pem" -out "$private/passing.p12" -passout "pass:$passing"
  security create-keychain -p "$passing" "$keychain"
  security unlock-keychain -p "$passing" "$keychain"
  security import "$private/passing.p12" -k "$keychain" -P "$passing" -T /usr/bin/productsign
  security set-key-partition-list -S apple-tool:,apple: -s -k "$passing" "$keychain" >/dev/null
  identity=$(security find-identity -v "$keychain" | sed -n 's/^ *1) \([0-9A-F]*\) .*/\1/p')
  [ -n "$identity" ] || { echo 'The certificate is not one for installers.' >&2; exit 1; }
  productsign --timestamp --sign "$identity" --keychain "$keychain" "$private/unsigned.pkg" "$package"
  pkgutil --check-signature "$package"
  if [ -n "${APPLE_API_KEY:-}" ]; then
    printf %s "$APPLE_API_KEY" >"$private/key.p8"
    xcrun notarytool submit "$package" --wait --key "$private/key.p8" --key-id "$APPLE_API_KEY_ID" \
      --issuer "$APPLE_API_ISSUER"
    xcrun stapler staple "$package"
  fi
fi
chmod 644 "$package"
pkgutil --payload-files "$package"
