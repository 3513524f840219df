import { describe, expect, it } from 'bun:test';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAsStarted } from '../../src/service/systemd-changes.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const aFolder = temporaryFolders();

/** A unit with one drop-in, and what systemd says of it. */
function aUnit() {
  const folder = aFolder();
  const unit = join(folder, 'x.service');
  const dropIn = join(folder, 'x.service.d', 'more.conf');
  mkdirSync(join(folder, 'x.service.d'));
  writeFileSync(unit, '');
  writeFileSync(dropIn, '');
  const now = Math.floor(statSync(dropIn).ctimeMs / 1_000);
  const said = (facts: Readonly<Record<string, string>>) => {
    const all = {
      NeedDaemonReload: 'no',
      ActiveEnterTimestamp: `@${now}`,
      FragmentPath: unit,
      DropInPaths: dropIn,
      ...facts,
    };
    const out = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
    return { code: 0, out: out.join(''), err: '' };
  };
  return { said, now };
}

describe('a service of systemd', () => {
  it('would be given the same as at its start, where nothing has changed since', async () => {
    const { said } = aUnit();
    expect(await isAsStarted(said({}))).toBe(true);
    expect(await isAsStarted(said({ DropInPaths: '' }))).toBe(true);
  });

  it('would not, where its unit or a drop-in is newer than its start', async () => {
    const { said, now } = aUnit();
    expect(await isAsStarted(said({ ActiveEnterTimestamp: `@${now - 1}` }))).toBe(false);
    expect(await isAsStarted(said({ ActiveEnterTimestamp: `@${now - 1}`, FragmentPath: '' }))).toBe(false);
  });

  it('would not, where systemd has not read what is on the disk', async () => {
    const { said } = aUnit();
    expect(await isAsStarted(said({ NeedDaemonReload: 'yes' }))).toBe(false);
  });

  it('is taken as changed where systemd does not say when it started', async () => {
    const { said } = aUnit();
    expect(await isAsStarted(said({ ActiveEnterTimestamp: 'Thu 2026-11-26 08:00:00 UTC' }))).toBe(false);
    expect(await isAsStarted({ ...said({}), code: 1 })).toBe(false);
  });
});
