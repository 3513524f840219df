import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readBuilt } from '../../scripts/release/built.ts';
import { faultsOf } from '../../scripts/release/structure.ts';
import { targets } from '../../scripts/release/targets.ts';
import { nativeFile, releaseFolder } from '../help/a-built-file.ts';
import { parsed } from '../help/a-command.ts';

const isRelease = existsSync(join(releaseFolder, '..', 'binaries.json'));

test('the binary for this machine is whole, and what it says is what stands in it', () => {
  const { path, target: wanted } = nativeFile();
  const said = Bun.spawnSync([path, '--version', '--json']).stdout.toString();
  const { version, commit, date, target } = parsed<Record<string, string>>(said);
  const stamp = { version: version ?? '', commit: commit ?? '', date: date ?? '', target: target ?? '' };
  expect(target).toBe(wanted.name);
  // Nobody signs what is built on a Mac for that Mac alone: the compiler's own signature is enough there.
  if (process.platform === 'linux') expect(faultsOf(wanted, readFileSync(path), stamp)).toEqual([]);
});

test('no source map lies beside a binary', () => {
  const folders = ['dist', releaseFolder].filter((folder) => existsSync(folder));
  expect(folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith('.map'))).toEqual(
    [],
  );
});

const { stamp, binaries } = isRelease ? await readBuilt(releaseFolder) : { stamp: undefined, binaries: [] };

describe.if(isRelease)('every binary of the release', () => {
  test.each(binaries.map((binary) => [binary.target.name, binary] as const))(
    '%s is for its system, whole, and wants no more than was promised',
    (name, { target, path }) => {
      if (stamp === undefined) throw new Error('nothing was built');
      expect(faultsOf(target, readFileSync(path), { ...stamp, target: name })).toEqual([]);
    },
  );

  // Where only some were built, CCPROXY_RELEASE_TARGETS names them.
  test('is there', () => {
    const wanted = process.env['CCPROXY_RELEASE_TARGETS']?.split(',') ?? targets.map(({ name }) => name);
    expect(binaries.map(({ target }) => target.name)).toEqual(wanted);
  });
});
