import { product } from '../../../src/base/product.ts';
import type { Facts } from './facts.ts';

/** Who can have installed the program and keeps it up to date. */
export type Keeper =
  | 'deb'
  | 'rpm'
  | 'msi'
  | 'pkg'
  | 'homebrew'
  | 'chocolatey'
  | 'snap'
  | 'aur'
  | 'npm'
  | 'container';

/** Beside the program, where its folder is its own. */
export const markerFile = `${product.binary}.install.json`;

/** Below a root that packages share; /usr/bin is no place for it. */
export const markerPath = `/usr/lib/${product.binary}/install.json`;

/** What tells `update` to leave the program alone, and which command to name instead. One line of JSON. */
export function marker(by: Keeper, facts: Pick<Facts, 'latest' | 'image'>): string {
  const { binary } = product;
  const { latest, image } = facts;
  const commands: Readonly<Record<Keeper, string>> = {
    deb: `curl -fLO ${latest}/${binary}-linux-$(dpkg --print-architecture).deb && sudo apt install ./${binary}-linux-*.deb`,
    rpm: `sudo dnf install ${latest}/${binary}-linux-$(uname -m | sed "s/x86_64/amd64/;s/aarch64/arm64/").rpm`,
    msi: `msiexec /i ${latest}/${binary}-windows-amd64.msi`,
    pkg: `curl -fLO ${latest}/${binary}-darwin-universal2.pkg && sudo installer -pkg ${binary}-darwin-universal2.pkg -target /`,
    homebrew: `brew upgrade ${binary}`,
    chocolatey: `choco upgrade ${binary}`,
    snap: `sudo snap refresh ${binary}`,
    aur: `yay -S ${binary}-bin`,
    npm: `npm install --global ${binary}@latest`,
    container: image.includes('/')
      ? `docker pull ${image.replace(/:[^:/]*$/, ':latest')}`
      : `docker build --pull --tag ${image} .`,
  };
  return JSON.stringify({ by, update: commands[by] });
}
