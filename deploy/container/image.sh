#!/bin/sh
# Lays out the file system of the image: sh image.sh PROGRAM FOLDER. There is no shell in it, no package manager and
# no root; what may be written is /data and /tmp.
set -eu
program=$1
image=$2

mkdir -p "$image/usr/bin" "$image/usr/lib/claude-code-proxy" "$image/etc" "$image/data" "$image/tmp"
cp "$program" "$image/usr/bin/claude-code-proxy"
chmod 755 "$image/usr/bin/claude-code-proxy"
# What the dynamic linker would load, and itself.
for library in $(ldd "$program" | sed -n 's/^.*[[:space:]]\(\/[^ ]*\) (0x[0-9a-f]*)$/\1/p'); do
  mkdir -p "$image$(dirname "$library")"
  cp -L "$library" "$image$library"
done
# libnss_dns and libresolv are loaded by name when a host is looked up, and no ldd shows them.
for library in libnss_dns.so.2 libnss_files.so.2 libresolv.so.2; do
  found=$(ldconfig -p | sed -n "s/^[[:space:]]*$library .* => //p" | sed 1q)
  [ -n "$found" ] || continue
  mkdir -p "$image$(dirname "$found")"
  cp -L "$found" "$image$found"
done
echo 'hosts: files dns' >"$image/etc/nsswitch.conf"
echo 'claude-code-proxy:x:65532:65532:Claude Code Proxy:/data:/sbin/nologin' >"$image/etc/passwd"
echo 'claude-code-proxy:x:65532:' >"$image/etc/group"
echo '{"by":"container","update":"docker build --pull --tag claude-code-proxy:0.1.0 ."}' >"$image/usr/lib/claude-code-proxy/install.json"
chown 65532:65532 "$image/data"
chmod 700 "$image/data"
chmod 1777 "$image/tmp"
