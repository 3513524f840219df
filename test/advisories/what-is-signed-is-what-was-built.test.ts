import { beforeEach, describe, expect, test } from 'bun:test';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { writeChecksums } from '../../scripts/release/checksums.ts';
import { secretKeyText } from '../../scripts/release/journey.ts';
import { publicKeyText } from '../../src/update/minisign.ts';
import { newSecretKey } from '../../src/update/secret-key.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aReleaseFolder } from '../help/a-release-folder.ts';
import { aSystemPart } from '../help/a-system-part.ts';

/*
 * The attack: a package of npm that turned bad changes a binary, or what is in an archive of one, in the job that packs a
 * release. Two machines had built the same, and that was looked at before; what was signed in the end was what came
 * out of the packing. Or it has release.json call another file the binary of a system.
 */

const folder = temporaryFolders();
const scripts = join(import.meta.dir, '..', '..', 'scripts', 'release');
const isPosix = process.platform !== 'win32';
const hasTools =
  isPosix && aSystemPart('xz', 'xz-utils') !== undefined && aSystemPart('zstd', 'zstd') !== undefined;

function run(script: string, words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { exitCode, stdout, stderr } = Bun.spawnSync([join(scripts, script), ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

const linux = 'claude-code-proxy-linux-amd64';
const windows = 'claude-code-proxy-windows-amd64.exe';

describe.skipIf(!hasTools)('what is held against the hashes of what was built', () => {
  let release = '';
  let sums = '';
  beforeEach(() => {
    const built = folder();
    for (const name of [linux, windows]) writeFileSync(join(built, name), `built ${name}`);
    const outputs = join(folder(), 'outputs');
    const { out } = run('sums.sh', [built], { GITHUB_OUTPUT: outputs });
    expect(readFileSync(outputs, 'utf8')).toBe(`sums<<end of sums\n${out}end of sums\n`);
    writeFileSync(join(built, windows), 'signed');
    sums = `${out}\n${run('sums.sh', [built, '.exe']).out}`;
    release = built;
    for (const name of [linux, windows]) pack(name, readFileSync(join(built, name)));
  });

  function pack(name: string, content: Buffer): void {
    const path = join(release, name);
    writeFileSync(`${path}.gz`, gzipSync(content));
    writeFileSync(`${path}.zst`, zstdCompressSync(content));
    Bun.spawnSync(['xz', '--force', '--keep', '--suffix=.xz', path]);
  }
  const check = () => run('check-built.sh', [release], { SUMS: sums });

  test('passes as it was built, or was signed since', () => {
    expect(check()).toEqual({ code: 0, out: '2 files are what was built.\n', err: '' });
  });

  test.each([linux, windows])('is met where %s is another one', (name) => {
    writeFileSync(join(release, name), 'planted');
    expect(check()).toMatchObject({ code: 1, err: `${name} is not what was built.\n` });
  });

  test.each(['.gz', '.xz', '.zst'])('is met where another one is in the %s alone', (ending) => {
    const was = readFileSync(join(release, linux));
    const others = ['.gz', '.xz', '.zst'].filter((one) => one !== ending);
    const kept = new Map(others.map((one) => [one, readFileSync(join(release, linux + one))]));
    writeFileSync(join(release, linux), 'planted');
    pack(linux, Buffer.from('planted'));
    writeFileSync(join(release, linux), was);
    for (const [one, bytes] of kept) writeFileSync(join(release, linux + one), bytes);
    expect(check()).toMatchObject({ code: 1, err: `${linux}${ending} is not what was built.\n` });
  });

  test('is met where an archive cannot be unpacked, a file is missing, or nothing was said', () => {
    writeFileSync(join(release, `${linux}.gz`), 'no archive');
    expect(check().code).toBe(1);
    rmSync(join(release, linux));
    expect(check()).toMatchObject({ code: 1, err: `${linux} is not there.\n` });
    expect(run('check-built.sh', [release], { SUMS: '\n\n' }).code).toBe(1);
    expect(run('check-built.sh', [release]).code).toBe(1);
  });
});

test('no key signs a release that calls another file the binary of a system', async () => {
  const here = folder();
  await aReleaseFolder(here, { [linux]: 'a binary', 'evil.bin': 'planted' });
  const path = join(here, 'release.json');
  const release = JSON.parse(readFileSync(path, 'utf8')) as { assets: { name: string; kind: string }[] };
  for (const asset of release.assets) if (asset.name === 'evil.bin') asset.kind = 'binary';
  writeFileSync(path, JSON.stringify(release));
  await writeChecksums(here);
  const key = newSecretKey();
  const trusted = join(folder(), 'keys.txt');
  writeFileSync(trusted, `${publicKeyText(key)}\n`);
  const signing = Bun.spawnSync([process.execPath, join(scripts, 'steps', 'sign.ts'), here, trusted], {
    env: { RELEASE_FEED_URL: 'https://mirror.example.com/', MINISIGN_SECRET_KEY: secretKeyText(key) },
  });
  expect(signing.stderr.toString()).toBe('evil.bin is not what release.json says it is.\n');
  expect(signing.exitCode).toBe(1);
});
