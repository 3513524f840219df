#!/usr/bin/env bash
# Signs the macOS binaries in a folder with a Developer ID and has Apple notarise them:
#   scripts/release/sign-macos.sh FOLDER
# From the environment: APPLE_CERTIFICATE (a PKCS#12 file in base64), APPLE_CERTIFICATE_PASSWORD; for notarisation
# APPLE_API_KEY (the .p8 file), APPLE_API_KEY_ID, APPLE_API_ISSUER. Without a certificate it says so, and the ad-hoc
# signatures of the build stay. Needs macOS; runs nothing of the project.
set -euo pipefail
folder=${1:?usage: sign-macos.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${APPLE_CERTIFICATE:-}" ]; then
  echo 'There is no certificate (APPLE_CERTIFICATE): the macOS files keep their ad-hoc signatures.'
  exit 0
fi
umask 077
private=$(mktemp -d)
keychain="$private/release.keychain-db"
trap 'security delete-keychain "$keychain" >/dev/null 2>&1 || true; rm -rf "$private"' EXIT

# `security` takes passwords on its command line alone. So the certificate gets another one that is worth nothing
# outside this folder, and the real one stays in the environment.
passing=$(openssl rand -hex 16)
printf %s "$APPLE_CERTIFICATE" | base64 --decode >"$private/certificate.p12"
export APPLE_CERTIFICATE_PASSWORD=${APPLE_CERTIFICATE_PASSWORD:-}
openssl pkcs12 -in "$private/certificate.p12" -passin env:APPLE_CERTIFICATE_PASSWORD -nodes -out "$private/plain.pem"
openssl pkcs12 -export -in "$private/plain.pem" -out "$private/passing.p12" -passout "pass:$passing"
security create-keychain -p "$passing" "$keychain"
security set-keychain-settings -lut 3600 "$keychain"
security unlock-keychain -p "$passing" "$keychain"
security import "$private/passing.p12" -k "$keychain" -P "$passing" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$passing" "$keychain" >/dev/null
identity=$(security find-identity -v -p codesigning "$keychain" | sed -n 's/^ *1) \([0-9A-F]*\) .*/\1/p')
[ -n "$identity" ] || { echo 'The certificate is not one for signing code.' >&2; exit 1; }

signed=0
for file in "$folder"/*-darwin-*; do
  case $file in *.gz | *.xz | *.zip) continue ;; esac
  codesign --force --sign "$identity" --keychain "$keychain" --identifier claude-code-proxy --timestamp \
    --options runtime --entitlements "$here/entitlements.plist" "$file"
  codesign --verify --strict --verbose=2 "$file"
  signed=$((signed + 1))
done
echo "$signed files signed."
[ "$signed" -gt 0 ]

if [ -z "${APPLE_API_KEY:-}" ]; then
  echo 'There is no key for notarisation (APPLE_API_KEY): the files are signed and not notarised.'
  exit 0
fi
printf %s "$APPLE_API_KEY" >"$private/key.p8"
for file in "$folder"/*-darwin-*; do
  case $file in *.gz | *.xz | *.zip) continue ;; esac
  # Apple takes archives. A single executable has no place for the ticket; macOS asks for it online.
  zip --quiet --junk-paths "$private/notarise.zip" "$file"
  xcrun notarytool submit "$private/notarise.zip" --wait --key "$private/key.p8" \
    --key-id "$APPLE_API_KEY_ID" --issuer "$APPLE_API_ISSUER"
  rm -f "$private/notarise.zip"
done
