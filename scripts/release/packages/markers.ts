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
 * What tells `update` to leave the program alone, and which command to name instead. One line of JSON. A command that
 * has root install a file checks first what `update` would check: the signature over all hashes, and the hash of the file.
 *
 * @param processor whose `.msi` it is; no other package needs it
 */
export function marker(
  by: Keeper,
  facts: Pick<Facts, 'latest' | 'image' | 'keys'>,
  processor: 'amd64' | 'arm64' = 'amd64',
): string {
  const { binary } = product;
  const { image } = facts;
  const commands: Readonly<Record<Keeper, string>> = {
    deb: loaded(facts, `${binary}-linux-$(dpkg --print-architecture).deb`, 'sudo apt install ./"$p"'),
    rpm: loaded(facts, `${binary}-linux-${rpmProcessor}.rpm`, 'sudo dnf install ./"$p"'),
    msi: loadedByPowerShell(facts, `${binary}-windows-${processor}.msi`),
    pkg: loaded(
      facts,
      `${binary}-darwin-universal2.pkg`,
      'sudo installer -pkg "$p" -target /',
      'shasum -a 256',
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

type Where = Pick<Facts, 'latest' | 'keys'>;

/**
 * Loads `file`, checks it and has it installed by `then`, which finds its name in `$p`. Where nobody has said where
 * releases are, or who signs them, whoever updates has the newer file beside him, and has checked it.
 */
function loaded({ latest, keys }: Where, file: string, then: string, sums = 'sha256sum'): string {
  const named = `p="${file}"`;
  if (latest === undefined || keys.length === 0) return `${named}; ${then}`;
  const checks = keys.map((key) => `minisign -Vm checksums.txt -P ${key}`).join(' || ');
  return [
    `${named}; curl -fL --fail-early --remote-name-all "${latest}/{checksums.txt,checksums.txt.minisig,$p}"`,
    keys.length === 1 ? checks : `{ ${checks}; }`,
    // What is not in the list was not signed; what is not here is another processor's.
    `grep " $p\\$" checksums.txt | ${sums} --check`,
    then,
  ].join(' && ');
}

function loadedByPowerShell({ latest, keys }: Where, file: string): string {
  if (latest === undefined || keys.length === 0) return `msiexec /i ${file}`;
  const checks = keys.map(
    (key) => `minisign -Vm checksums.txt -P ${key}; $signed = $signed -or $LASTEXITCODE -eq 0`,
  );
  return [
    `$ErrorActionPreference = 'Stop'; $p = '${file}'; $signed = $false`,
    `'checksums.txt', 'checksums.txt.minisig', $p | % { Invoke-WebRequest "${latest}/$_" -OutFile $_ }`,
    ...checks,
    `if ($signed -and (Select-String "^$((Get-FileHash $p).Hash)  $p$" checksums.txt)) { msiexec /i $p } else { 'not what was signed' }`,
  ].join('; ');
}
