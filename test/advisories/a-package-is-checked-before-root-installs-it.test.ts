import { afterEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { marker } from '../../scripts/release/packages/markers.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { ReleaseServer, releaseKeyText, resign } from '../help/a-signed-release.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { someFacts } from '../help/some-facts.ts';

/*
 * The attack: whoever controls the server of the releases lays a package of theirs there. `update` leaves a program that a
 * package brought alone, and names a command: that had root install whatever was there.
 */

const hasParts =
  process.platform === 'linux' &&
  aSystemPart('minisign', 'minisign') !== undefined &&
  aSystemPart('curl', 'curl') !== undefined;

const folder = temporaryFolders();
const servers: ReleaseServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const names = {
  deb: 'claude-code-proxy-linux-amd64.deb',
  rpm: 'claude-code-proxy-linux-amd64.rpm',
  pkg: 'claude-code-proxy-darwin-universal2.pkg',
} as const;

/** Tools that only say what root was asked for. */
const tools = {
  sudo: '#!/bin/sh\necho "$*" >>"$ASKED"\n',
  dpkg: '#!/bin/sh\necho amd64\n',
  uname: '#!/bin/sh\necho x86_64\n',
  shasum: '#!/bin/sh\nshift 2\nexec sha256sum "$@"\n',
};

/** A signed release of `by`'s package, and a machine that is to be updated from it. */
async function aRelease(by: keyof typeof names, keys = [releaseKeyText]) {
  const files = new Map<string, Uint8Array>([
    [names[by], Buffer.from('the newer package')],
    ['claude-code-proxy-windows-amd64.msi', Buffer.from('of somebody else')],
  ]);
  resign(files, '1.2.3');
  const server = await ReleaseServer.open(files);
  servers.push(server);
  const place = folder();
  const bin = join(place, 'bin');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(tools)) writeFileSync(join(bin, name), text, { mode: 0o755 });
  const asked = join(place, 'asked');
  const work = join(place, 'work');
  mkdirSync(work);
  const { update } = JSON.parse(marker(by, { ...someFacts, latest: server.url, keys })) as { update: string };
  return {
    files,
    work,
    /** Runs what `update` says; resolves with what root was asked for. */
    async run(): Promise<string> {
      const env = { PATH: `${bin}:/usr/bin:/bin`, ASKED: asked };
      const child = Bun.spawn(['sh', '-c', update], { env, cwd: work, stdout: 'ignore', stderr: 'ignore' });
      await child.exited;
      return existsSync(asked) ? readFileSync(asked, 'utf8') : '';
    },
  };
}

const evil = Buffer.from('an evil package');

describe.skipIf(!hasParts).each(['deb', 'rpm', 'pkg'] as const)('the .%s', (by) => {
  test('of a release is installed by the command that update names, and no other of its kind', async () => {
    const { work, run } = await aRelease(by);
    writeFileSync(join(work, names[by].replace('amd64', 'arm64')), 'an older one that lies here');
    const asked = await run();
    expect(asked).toContain(names[by]);
    expect(asked).not.toContain('arm64');
    expect(asked.trim().split('\n')).toHaveLength(1);
  });

  test('is not where it is another one than was signed', async () => {
    const { files, run } = await aRelease(by);
    files.set(names[by], evil);
    expect(await run()).toBe('');
  });

  test('is not where somebody else signed the release', async () => {
    const { files, run } = await aRelease(by);
    files.set(names[by], evil);
    resign(files, '1.2.3', newSecretKey());
    expect(await run()).toBe('');
  });

  test('is not where it stands in no list, whatever else does', async () => {
    const { files, run } = await aRelease(by);
    files.delete(names[by]);
    resign(files, '1.2.3');
    files.set(names[by], evil);
    expect(await run()).toBe('');
  });

  test('is where one of two keys signed it', async () => {
    const keys = [publicKeyText(newSecretKey()), releaseKeyText];
    const { run } = await aRelease(by, keys);
    expect(await run()).toContain(names[by]);
  });
});

test('the .msi is installed only after signature and hash are right, and never from afar', () => {
  const { update } = JSON.parse(marker('msi', someFacts)) as { update: string };
  expect(update).not.toMatch(/msiexec \S+ https?:/);
  const steps = ['-OutFile', `-P ${someFacts.keys[0]}`, 'if ($signed -and', 'Get-FileHash', 'msiexec /i $p'];
  const at = steps.map((step) => update.indexOf(step));
  expect(at.every((found) => found !== -1)).toBe(true);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
});

test('where no key is known nothing is loaded that could not be checked', () => {
  for (const by of ['deb', 'rpm', 'pkg', 'msi'] as const)
    expect(marker(by, { ...someFacts, keys: [] })).not.toContain('https://');
});
