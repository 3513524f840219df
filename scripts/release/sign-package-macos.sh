#!/usr/bin/env bash
# Signs the .pkg in a folder with a Developer ID for installers and has Apple notarise it:
#   scripts/release/sign-package-macos.sh FOLDER
# From the environment: APPLE_INSTALLER_CERTIFICATE (a PKCS#12 file in base64), APPLE_CERTIFICATE_PASSWORD; for
# notarisation APPLE_API_KEY, APPLE_API_KEY_ID, APPLE_API_ISSUER. Without a certificate it says so, and the package
# stays unsigned. Needs macOS; runs nothing of the project.
set -euo pipefail
folder=${1:?usage: sign-package-macos.sh FOLDER}
package="$folder/claude-code-proxy-darwin-universal2.pkg"
[ -f "$package" ] || { echo "There is no $package." >&2; exit 1; }
if [ -z "${APPLE_INSTALLER_CERTIFICATE:-}" ]; then
  echo 'There is no certificate for installers (APPLE_INSTALLER_CERTIFICATE): the package is unsigned.'
  exit 0
fi
umask 077
private=$(mktemp -d)
keychain="$private/installer.keychain-db"
trap 'security delete-keychain "$keychain" >/dev/null 2>&1 || true; rm -rf "$private"' EXIT

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
productsign --timestamp --sign "$identity" --keychain "$keychain" "$package" "$private/signed.pkg"
pkgutil --check-signature "$private/signed.pkg"
if [ -n "${APPLE_API_KEY:-}" ]; then
  printf %s "$APPLE_API_KEY" >"$private/key.p8"
  xcrun notarytool submit "$private/signed.pkg" --wait --key "$private/key.p8" --key-id "$APPLE_API_KEY_ID" \
    --issuer "$APPLE_API_ISSUER"
  xcrun stapler staple "$private/signed.pkg"
fi
cat "$private/signed.pkg" >"$package"
