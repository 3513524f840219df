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

/** What a release calls the processor that `uname` names, in the words of a shell. */
const rpmProcessor = '$(uname -m | sed s/x86_64/amd64/ | sed s/aarch64/arm64/)';

/**
 * What tells `update` to leave the program alone, and which command to name instead. One line of JSON.
 *
 * @param processor whose `.msi` it is; no other package needs it
 */
export function marker(
  by: Keeper,
  facts: Pick<Facts, 'latest' | 'image'>,
  processor: 'amd64' | 'arm64' = 'amd64',
): string {
  const { binary } = product;
  const { latest, image } = facts;
  // Where nobody has said where releases are, whoever updates has the newer file beside him.
  const load = (file: string, then: string): string =>
    latest === undefined ? then : `curl -fLO ${latest}/${file} && ${then}`;
  const commands: Readonly<Record<Keeper, string>> = {
    deb: load(`${binary}-linux-$(dpkg --print-architecture).deb`, `sudo apt install ./${binary}-linux-*.deb`),
    rpm: load(`${binary}-linux-${rpmProcessor}.rpm`, `sudo dnf install ./${binary}-linux-*.rpm`),
    msi: `msiexec /i ${latest === undefined ? '' : `${latest}/`}${binary}-windows-${processor}.msi`,
    pkg: load(
      `${binary}-darwin-universal2.pkg`,
      `sudo installer -pkg ${binary}-darwin-universal2.pkg -target /`,
    ),
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
