#!/usr/bin/env bash
# Signs the Windows files in a folder with Authenticode: scripts/release/sign-windows.sh FOLDER [exe|msi]
# WINDOWS_CERTIFICATE (a PKCS#12 file in base64) and WINDOWS_CERTIFICATE_PASSWORD come from the environment;
# WINDOWS_TIMESTAMP_URL names a timestamp server (RFC 3161), so that the signature outlives the certificate.
# Without a certificate it says so and leaves the files as they are. Needs osslsigncode; runs nothing of the project.
set -euo pipefail
folder=${1:?usage: sign-windows.sh FOLDER [exe|msi]}
kind=${2:-exe}
if [ -z "${WINDOWS_CERTIFICATE:-}" ]; then
  echo 'There is no certificate (WINDOWS_CERTIFICATE): the Windows files stay unsigned.'
  exit 0
fi
umask 077
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
# As files, since everybody on a machine may read what stands on a command line.
printf %s "$WINDOWS_CERTIFICATE" | base64 --decode >"$private/certificate.p12"
printf %s "${WINDOWS_CERTIFICATE_PASSWORD:-}" >"$private/password"
timestamp=()
[ -z "${WINDOWS_TIMESTAMP_URL:-}" ] || timestamp=(-ts "$WINDOWS_TIMESTAMP_URL")
signed=0
for file in "$folder"/*."$kind"; do
  [ -e "$file" ] || continue
  osslsigncode sign -pkcs12 "$private/certificate.p12" -readpass "$private/password" -h sha256 \
    -n 'Claude Code Proxy' "${timestamp[@]}" -in "$file" -out "$private/signed"
  cat "$private/signed" >"$file"
  rm "$private/signed"
  signed=$((signed + 1))
done
echo "$signed files signed."
[ "$signed" -gt 0 ]
