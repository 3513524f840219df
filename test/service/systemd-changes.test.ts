import { describe, expect, it } from 'bun:test';
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAsStarted } from '../../src/service/systemd-changes.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const aFolder = temporaryFolders();

/** A unit with one drop-in, and what systemd says of it. */
function aUnit() {
  const folder = aFolder();
  const unit = join(folder, 'x.service');
  const program = join(folder, 'program-1');
  const link = join(folder, 'program');
  const dropIn = join(folder, 'x.service.d', 'more.conf');
  mkdirSync(join(folder, 'x.service.d'));
  writeFileSync(unit, '');
  writeFileSync(dropIn, '');
  writeFileSync(program, '');
  symlinkSync(program, link);
  const now = Math.floor(statSync(dropIn).ctimeMs / 1_000);
  const said = (facts: Readonly<Record<string, string>>) => {
    const all = {
      NeedDaemonReload: 'no',
      ActiveEnterTimestamp: `@${now}`,
      ExecStart: `{ path=${link} ; argv[]=${link} serve --no-open ; ignore_errors=no ; pid=77 }`,
      FragmentPath: unit,
      DropInPaths: dropIn,
      ...facts,
    };
    const out = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
    return { code: 0, out: out.join(''), err: '' };
  };
  const ask = (facts: Readonly<Record<string, string>>) => isAsStarted(said(facts), program);
  return { folder, said, ask, now, program, link };
}

describe('a service of systemd', () => {
  it('would be given the same as at its start, where nothing has changed since', async () => {
    const { ask } = aUnit();
    expect(await ask({})).toBe(true);
    expect(await ask({ DropInPaths: '' })).toBe(true);
  });

  it('would not, where its unit or a drop-in is newer than its start', async () => {
    const { ask, now } = aUnit();
    expect(await ask({ ActiveEnterTimestamp: `@${now - 1}` })).toBe(false);
    expect(await ask({ ActiveEnterTimestamp: `@${now - 1}`, FragmentPath: '' })).toBe(false);
  });

  it('would not, where systemd has not read what is on the disk', async () => {
    const { ask } = aUnit();
    expect(await ask({ NeedDaemonReload: 'yes' })).toBe(false);
  });

  it('is taken as changed where systemd does not say when it started', async () => {
    const { ask, said, program } = aUnit();
    expect(await ask({ ActiveEnterTimestamp: 'Thu 2026-11-26 08:00:00 UTC' })).toBe(false);
    expect(await isAsStarted({ ...said({}), code: 1 }, program)).toBe(false);
  });

  it('would not, where the link that its unit starts leads to another program by now', async () => {
    const { ask, said, folder, link } = aUnit();
    const newer = join(folder, 'program-2');
    writeFileSync(newer, '');
    rmSync(link);
    symlinkSync(newer, link);
    expect(await ask({})).toBe(false);
    expect(await isAsStarted(said({}), newer)).toBe(true);
    // Nobody knows what that one runs.
    expect(await isAsStarted(said({}), undefined)).toBe(false);
  });
});
