#!/bin/sh
# Installs @NAME@ from its signed releases, for the user who runs this; root is not needed.
#
#   sh install.sh [options]
#     --version X            this version instead of the newest
#     --to FOLDER            where the program goes (default: ~/.local/bin; /usr/local/bin for root)
#     --from URL             a mirror: the folder of a release; {version} in it is replaced
#     --key KEY              a minisign public key to trust besides those of this script
#     --without-signature    trust https alone, where nothing on this machine can check a signature
#     --uninstall            remove the program; settings, accounts and the ledger stay
#     --help
#
# checksums.txt is signed, and everything else is in checksums.txt. What is not as it says is not installed, and
# what was there before stays as it was.
set -eu
umask 022
LC_ALL=C
export LC_ALL

product='@BINARY@'
latest='@LATEST@'
versioned='@VERSIONED@'
keys='@KEYS@'

say() { printf '%s\n' "$*" >&2; }

# fail WHAT [FIX]
fail() {
  say "error: $1"
  [ $# -lt 2 ] || say "  fix: $2"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

main() {
  read_options "$@"
  if [ "$action" = uninstall ]; then
    uninstall
    return
  fi
  find_target
  refuse_managed
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/$product.XXXXXX") || fail 'No temporary folder can be made.'
  beside=''
  trap 'rm -rf "$scratch" ${beside:+"$beside"}' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  read_release
  refuse_older
  install_binary
  tell_path
}

read_options() {
  action=install version='' from='' to='' signature=needed
  while [ $# -gt 0 ]; do
    case "$1" in
    --version | --to | --from | --key)
      [ $# -ge 2 ] || fail "$1 needs a value." 'sh install.sh --help'
      case "$1" in
      --version) version=${2#v} ;;
      --to) to=$2 ;;
      --from) from=${2%/} ;;
      --key) keys="$keys $2" ;;
      esac
      shift
      ;;
    --without-signature) signature=unchecked ;;
    --uninstall) action=uninstall ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "There is no option \"$1\"." 'sh install.sh --help' ;;
    esac
    shift
  done
  case "$version" in *[!0-9A-Za-z.-]*) fail "\"$version\" is no version." 'Give one such as 1.2.3.' ;; esac
  if [ -z "$to" ]; then
    if [ "$(id -u)" -eq 0 ]; then to=/usr/local/bin; else to=${HOME:-}/.local/bin; fi
    [ "$to" != /.local/bin ] || fail 'HOME is not set.' 'Say where the program goes: --to FOLDER'
  fi
}

usage() {
  cat <<END
Installs $product for the user who runs this.

  --version X            this version instead of the newest
  --to FOLDER            where the program goes (default: ~/.local/bin; /usr/local/bin for root)
  --from URL             a mirror: the folder of a release; {version} in it is replaced
  --key KEY              a minisign public key to trust besides those of this script
  --without-signature    trust https alone, where nothing on this machine can check a signature
  --uninstall            remove the program; settings, accounts and the ledger stay
END
}

# ── What this machine is ─────────────────────────────────────────────────────────────────────────────────────────

find_target() {
  system=$(uname -s)
  machine=$(uname -m)
  case "$machine" in
  x86_64 | amd64) processor=amd64 ;;
  aarch64 | arm64) processor=arm64 ;;
  *) fail "There is no binary for this processor ($machine)." 'There are binaries for x86-64 and ARM64.' ;;
  esac
  case "$system" in
  Linux) find_linux ;;
  Darwin) find_mac ;;
  MINGW* | MSYS* | CYGWIN*) fail 'This script is for Linux and macOS.' "In PowerShell: irm $latest/install.ps1 | iex" ;;
  *) fail "There is no binary for this system ($system)." 'There are binaries for Linux, macOS and Windows.' ;;
  esac
}

find_linux() {
  if [ "$(getconf LONG_BIT 2>/dev/null || echo 64)" = 32 ]; then
    fail 'This is a 32-bit system on a 64-bit processor.' 'There are binaries for 64-bit systems only.'
  fi
  target=linux-$processor
  loader=$(ldd --version 2>&1 || :)
  glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed 's/^glibc //') || glibc=''
  case "$loader" in
  *musl*)
    target=$target-musl
    has_standard_library || fail 'On a musl system the binary needs libstdc++, which is not installed.' \
      'Install it first. Alpine: apk add libstdc++'
    return
    ;;
  esac
  [ -n "$glibc" ] || glibc=$(printf '%s\n' "$loader" | sed -n '1s/.* //p')
  is_at_least "$glibc" 2 17 || fail "The binary needs glibc 2.17 or newer; this system has \"$glibc\"." \
    'Use a newer system, or the container image.'
}

has_standard_library() {
  for folder in /usr/lib /lib /usr/local/lib; do
    [ ! -e "$folder/libstdc++.so.6" ] || return 0
  done
  return 1
}

find_mac() {
  # Under Rosetta a shell is told that the processor is one of Intel's.
  if [ "$(sysctl -n hw.optional.arm64 2>/dev/null || echo 0)" = 1 ]; then processor=arm64; fi
  target=darwin-$processor
  macos=$(sw_vers -productVersion 2>/dev/null || echo unknown)
  is_at_least "$macos" 13 0 || fail "The binary needs macOS 13 or newer; this is $macos." \
    'Use a newer macOS, or the container image.'
}

# is_at_least VERSION MAJOR MINOR
is_at_least() {
  major=${1%%.*}
  minor=${1#"$major"}
  minor=${minor#.}
  minor=${minor%%[!0-9]*}
  case "$major" in '' | *[!0-9]*) return 1 ;; esac
  [ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "${minor:-0}" -ge "$3" ]; }
}

# A file beside the program, or in the folder of the package where programs share one, says that something else
# installed it and keeps it up to date. Where the program is a link, the file is where that leads.
refuse_managed() {
  program=$to/$product
  links=0
  while [ -L "$program" ] && [ "$links" -lt 40 ]; do
    link=$(readlink "$program")
    case "$link" in /*) program=$link ;; *) program=${program%/*}/$link ;; esac
    links=$((links + 1))
  done
  # As it is called without links; a folder that is not made yet is nobody's.
  folder=$(CDPATH='' cd -P "${program%/*}" 2>/dev/null && pwd -P) || folder=$to
  set -- "$to/$product.install.json" "$folder/$product.install.json"
  case "$folder/" in
  /usr/local/*) set -- "$@" "/usr/local/lib/$product/$product.install.json" "/usr/local/lib/$product/install.json" ;;
  /usr/* | /bin/* | /sbin/*) set -- "$@" "/usr/lib/$product/install.json" ;;
  esac
  for marker; do
    [ ! -e "$marker" ] || fail "$to/$product belongs to a package ($marker)." \
      'Update or remove it with what installed it, or choose another folder: --to FOLDER'
  done
}

# ── The release ──────────────────────────────────────────────────────────────────────────────────────────────────

read_release() {
  if [ -n "$from" ]; then
    base=$from
  elif [ -n "$version" ]; then
    base=$versioned
  else
    base=$latest
  fi
  case "$base" in
  *'{version}'*)
    [ -n "$version" ] || fail "Which version? $base stands for any." 'Give it: --version 1.2.3'
    base=${base%%'{version}'*}$version${base#*'{version}'}
    ;;
  esac
  fetch "$base/checksums.txt" "$scratch/checksums.txt"
  check_signature
  fetch "$base/release.json" "$scratch/release.json"
  check_hash release.json "$scratch/release.json"
  released=$(fact version)
  [ -n "$released" ] || fail 'release.json names no version.' 'Tell whoever keeps this mirror.'
  [ "$(fact product)" = "$product" ] || fail "This is a release of something else: $(fact product)."
  [ -z "$version" ] || [ "$version" = "$released" ] ||
    fail "Version $version was asked for, and $base has $released." 'Look at the version or the mirror again.'
  expires=$(fact expires)
  if [ -n "$expires" ] && [ -z "$version" ] && is_past "$expires"; then
    fail "What $base says is out of date since $expires." \
      "Check this machine's clock, or ask for the version by name: --version $released"
  fi
}

# A mirror that stands still takes nobody back; whoever names a version wants that one.
refuse_older() {
  if [ -n "$version" ] || [ ! -x "$to/$product" ]; then return; fi
  present=$("$to/$product" --version 2>/dev/null </dev/null) || return 0
  present=${present#"$product "}
  if is_older "$released" "$present"; then
    fail "$to/$product is of version $present, and $base has $released, which is older." \
      "Keep the newer one, or ask for the older one by name: --version $released"
  fi
}

# is_older VERSION THAN: by their three numbers; what leads to a version (1.2.3-rc.1) comes before it.
is_older() {
  left=${1%%-*}
  right=${2%%-*}
  case "$left.$right" in *[!0-9.]* | *..* | .* | *.) return 1 ;; esac
  for _ in major minor patch; do
    one=${left%%.*}
    other=${right%%.*}
    if [ "${one:-0}" -ne "${other:-0}" ]; then
      [ "${one:-0}" -lt "${other:-0}" ]
      return
    fi
    left=${left#"$one"}
    left=${left#.}
    right=${right#"$other"}
    right=${right#.}
  done
  case "$1/$2" in */*-*) return 1 ;; *-*/*) return 0 ;; esac
  return 1
}

# fact NAME: a text of release.json; quotes inside of texts are escaped there, so none is taken for a name.
fact() {
  tr , '\n' <"$scratch/release.json" | tr '{}' '\n' |
    sed -n 's/^[[:space:]]*"'"$1"'"[[:space:]]*:[[:space:]]*"\([^"\\]*\)".*$/\1/p' | sed 1q
}

# is_past MOMENT: such as 2027-11-26T04:00:00Z, which sort as text.
is_past() {
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  [ "$(printf '%s\n%s\n' "$1" "$now" | sort | sed 1q)" = "$1" ] && [ "$1" != "$now" ]
}

# fetch URL FILE
fetch() {
  case "$1" in
  https://*) ;;
  http://127.0.0.1[:/]* | http://localhost[:/]* | 'http://[::1]'[:/]*) ;;
  *) fail "$1 is not https." 'A mirror needs https; plain http is for this machine itself.' ;;
  esac
  if has curl; then
    fetch_with_curl "$1" "$2" || fail "$1 could not be downloaded." 'See above. Run this again; behind a proxy set https_proxy.'
  elif has wget; then
    # Its redirects cannot be kept to https: the signature stands for what comes.
    [ "$signature" = needed ] || fail 'Without a signature only curl will do.' 'Install curl.'
    wget -q -O "$2" "$1" || fail "$1 could not be downloaded." 'Run this again; behind a proxy set https_proxy.'
  else
    fail 'Neither curl nor wget is installed.' 'Install one of them.'
  fi
  [ -s "$2" ] || fail "$1 is empty." 'Try again later, or another mirror.'
}

fetch_with_curl() {
  case "$1" in
  https://*)
    curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --tlsv1.2 \
      --connect-timeout 30 --speed-time 60 --speed-limit 1 --retry 2 --output "$2" "$1"
    ;;
  *)
    curl --fail --silent --show-error --proto '=http' --noproxy '*' --connect-timeout 10 --speed-time 60 \
      --speed-limit 1 --output "$2" "$1"
    ;;
  esac
}

# ── Signature and hashes ─────────────────────────────────────────────────────────────────────────────────────────

check_signature() {
  if [ "$signature" = unchecked ]; then
    say 'warning: the signature is not checked; https alone says who made this.'
    return
  fi
  case "$keys" in *[!\ ]*) ;; *)
    fail 'This script knows no key to check a signature with.' 'Give the one of whoever made the release: --key KEY'
    ;;
  esac
  if has minisign || has_openssl; then
    fetch "$base/checksums.txt.minisig" "$scratch/checksums.txt.minisig"
    checker=with_minisign
    has minisign || checker=with_openssl
  elif has_ssh_keygen; then
    fetch "$base/checksums.txt.sshsig" "$scratch/checksums.txt.sshsig"
    checker=with_ssh_keygen
  else
    fail 'Nothing on this machine can check the signature.' \
      'Install minisign, OpenSSL 3 or OpenSSH 8.1. Or trust https alone: --without-signature'
  fi
  for key in $keys; do
    if "$checker" "$key" >"$scratch/said" 2>&1; then return; fi
  done
  sed 's/^/  /' "$scratch/said" >&2
  fail 'The signature of checksums.txt is not by a key that is trusted here.' \
    'Do not install this. Download again, and if that does not help, tell whoever makes the releases.'
}

with_minisign() {
  minisign -V -q -P "$1" -m "$scratch/checksums.txt" -x "$scratch/checksums.txt.minisig"
}

has_openssl() {
  case "$(openssl version 2>/dev/null || :)" in 'OpenSSL '[3-9]*) ;; *) return 1 ;; esac
  printf x | openssl dgst -blake2b512 >/dev/null 2>&1
}

# A signature is "ED", 8 bytes that name the key, and Ed25519 over BLAKE2b-512 of the file; a key is "Ed", its name
# and 32 bytes (https://jedisct1.github.io/minisign/).
with_openssl() {
  sed -n 2p "$scratch/checksums.txt.minisig" | tr -d '\r' | openssl base64 -d -A >"$scratch/signature"
  printf '%s' "$1" | openssl base64 -d -A >"$scratch/key"
  [ "$(wc -c <"$scratch/signature")" -eq 74 ] || { echo 'this is no signature of minisign' && return 1; }
  [ "$(wc -c <"$scratch/key")" -eq 42 ] || { echo 'this is no key of minisign' && return 1; }
  [ "$(bytes "$scratch/signature" 0 2)" = 4544 ] || { echo 'a signature of another kind' && return 1; }
  [ "$(bytes "$scratch/signature" 2 8)" = "$(bytes "$scratch/key" 2 8)" ] || { echo 'by another key' && return 1; }
  { printf '\060\052\060\005\006\003\053\145\160\003\041\000' && tail -c 32 "$scratch/key"; } >"$scratch/key.der"
  tail -c 64 "$scratch/signature" >"$scratch/signature.raw"
  openssl dgst -blake2b512 -binary "$scratch/checksums.txt" >"$scratch/digest" || return 1
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$scratch/key.der" -rawin -in "$scratch/digest" \
    -sigfile "$scratch/signature.raw"
}

# bytes FILE SKIP COUNT, as hex
bytes() { od -An -tx1 -j"$2" -N"$3" "$1" | tr -d ' \n'; }

has_ssh_keygen() {
  has ssh-keygen && has openssl || return 1
  case "$(ssh-keygen -Y verify 2>&1 </dev/null || :)" in *unknown* | *illegal*) return 1 ;; esac
}

# The same key signs in the form of OpenSSH too (`checksums.txt.sshsig`): macOS brings no other checker.
with_ssh_keygen() {
  printf '%s' "$1" | openssl base64 -d -A >"$scratch/key"
  [ "$(wc -c <"$scratch/key")" -eq 42 ] || { echo 'this is no key of minisign' && return 1; }
  { printf '\000\000\000\013ssh-ed25519\000\000\000\040' && tail -c 32 "$scratch/key"; } >"$scratch/key.ssh"
  printf '%s namespaces="%s" ssh-ed25519 %s\n' "$product" "$product" \
    "$(openssl base64 -A -in "$scratch/key.ssh")" >"$scratch/signers"
  ssh-keygen -Y verify -f "$scratch/signers" -I "$product" -n "$product" -s "$scratch/checksums.txt.sshsig" \
    <"$scratch/checksums.txt"
}

# listed NAME: its hash as checksums.txt has it, nothing where it is not there
listed() {
  while read -r hash file; do
    if [ "${file#\*}" = "$1" ]; then
      printf '%s' "$hash"
      return
    fi
  done <"$scratch/checksums.txt"
}

# check_hash NAME FILE
check_hash() {
  if has sha256sum; then
    found=$(sha256sum <"$2")
  elif has shasum; then
    found=$(shasum -a 256 <"$2")
  elif has openssl; then
    found=$(openssl dgst -sha256 -r <"$2")
  else
    fail 'Nothing on this machine can compute a SHA-256.' 'Install coreutils or OpenSSL.'
  fi
  wanted=$(listed "$1")
  case "$wanted" in *[!0-9a-f]* | '') fail "checksums.txt says nothing about $1." 'Tell whoever made the release.' ;; esac
  if [ "${#wanted}" -ne 64 ] || [ "${found%% *}" != "$wanted" ]; then
    fail "$1 is not what checksums.txt says." \
      'It was damaged on its way, or changed: run this again, or take another mirror.'
  fi
}

# ── The program ──────────────────────────────────────────────────────────────────────────────────────────────────

install_binary() {
  binary=$product-$target
  choose_archive
  mkdir -p "$to" || fail "$to cannot be made." 'Choose another folder: --to FOLDER'
  beside=$(mktemp -d "$to/.$product.install-XXXXXX") || fail "$to cannot be written to." 'Choose another folder: --to FOLDER'
  say "Downloading $product $released for $target …"
  fetch "$base/$archive" "$beside/archive"
  check_hash "$archive" "$beside/archive"
  $unpack <"$beside/archive" >"$beside/$product" || fail "$archive cannot be unpacked." 'Is the disk full?'
  rm -f "$beside/archive"
  check_hash "$binary" "$beside/$product"
  chmod 755 "$beside/$product"
  try_binary
  mv -f "$beside/$product" "$to/$product" || fail "$to/$product cannot be replaced." 'Choose another folder: --to FOLDER'
}

# The smallest form that this machine can unpack.
choose_archive() {
  for form in '.xz xz' '.zst zstd' '.gz gzip' ' cat'; do
    unpack=${form#* }
    archive=$binary${form%% *}
    if [ -z "$(listed "$archive")" ] || ! has "$unpack"; then continue; fi
    [ "$unpack" = cat ] || unpack="$unpack -dc"
    return
  done
  fail "This release has nothing for $target." "There is a list: $base/checksums.txt"
}

try_binary() {
  if ! said=$(cd / && "$beside/$product" --version 2>&1); then
    case "$said" in
    *libstdc++*) fail 'The binary needs libstdc++, which is not installed.' 'Install it. Alpine: apk add libstdc++' ;;
    esac
    fail "The new binary does not start here: $said" 'Nothing was changed. Please report this, with the line above.'
  fi
  [ "$said" = "$product $released" ] || fail "The new binary says \"$said\" instead of \"$product $released\"."
}

tell_path() {
  say "Installed $product $released: $to/$product"
  case ":$PATH:" in
  *":$to:"*)
    say "Start it: $product"
    return
    ;;
  esac
  say "$to is not in PATH yet. For this shell and the next ones:"
  case "${SHELL:-}" in
  */fish) say "  fish_add_path $to" ;;
  */zsh) say "  echo 'export PATH=\"$to:\$PATH\"' >> ~/.zshrc && . ~/.zshrc" ;;
  *) say "  echo 'export PATH=\"$to:\$PATH\"' >> ~/.profile && . ~/.profile" ;;
  esac
  say "Start it: $to/$product"
}

uninstall() {
  installed=$to/$product
  [ -f "$installed" ] || [ -L "$installed" ] || fail "There is no $installed." 'It may be elsewhere: --to FOLDER'
  refuse_managed
  # Running answers may end first. Where none runs that is no failure.
  "$installed" stop >/dev/null 2>&1 || :
  # What updates and installations that were killed left beside it, by the names they have, and nothing else: the home
  # directory begins the same, and so may a copy of it.
  hidden=$to/.$product
  {
    rm -f "$installed" "$installed.previous" "$hidden.new" "$hidden.keeping" "$hidden".old-* "$hidden".load-???????????????? "$hidden".update-* &&
      rm -rf "$hidden".install-??????
  } || fail "$installed cannot be removed." 'Run this as the user who installed it.'
  say "Removed $installed."
  say "Settings, accounts and the ledger are still in ~/.$product; remove that folder to forget everything."
}

# The last line: what was downloaded only in part does nothing.
main "$@"
