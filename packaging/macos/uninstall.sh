#!/bin/sh
# Removes what the .pkg installed: sudo sh /usr/local/lib/@BINARY@/uninstall.sh
# Settings, accounts and the ledger stay, in ~/.@BINARY@ of each user.
set -eu
rm -f /usr/local/bin/@BINARY@ /usr/local/share/man/man1/@BINARY@.1 /usr/local/share/zsh/site-functions/_@BINARY@
rm -rf /usr/local/lib/@BINARY@
pkgutil --forget @BUNDLE_ID@
