import { describe, expect, it } from 'bun:test';
import { existsSync, mkdirSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAsStarted, type Asked } from '../../src/service/systemd-changes.ts';
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
      MainPID: String(process.pid),
      FragmentPath: unit,
      DropInPaths: dropIn,
      ...facts,
    };
    const out = Object.entries(all).map(([name, value]) => `${name}=${value}\n`);
    return { code: 0, out: out.join(''), err: '' };
  };
  // What this very process was given stands for what the service was.
  const environment = (given: object) => ({ code: 0, out: JSON.stringify(given), err: '' });
  const usual = { environment: environment({ PATH: process.env['PATH'] }), folders: [folder], program };
  const ask = (facts: Readonly<Record<string, string>>, other: Partial<Asked> = {}) =>
    isAsStarted({ ...usual, unit: said(facts), ...other });
  /** Where one file has changed since the start. */
  const newer = (one: string): Partial<Asked> => ({
    changed: (path) => Promise.resolve(path === one ? now + 1 : existsSync(path) ? now : 0),
  });
  return { folder, said, ask, now, link, dropIn, environment, newer };
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
    const { ask, said } = aUnit();
    expect(await ask({ ActiveEnterTimestamp: 'Thu 2026-11-26 08:00:00 UTC' })).toBe(false);
    expect(await ask({}, { unit: { ...said({}), code: 1 } })).toBe(false);
  });

  it('would not, where the link that its unit starts leads to another program by now', async () => {
    const { ask, folder, link } = aUnit();
    const newer = join(folder, 'program-2');
    writeFileSync(newer, '');
    rmSync(link);
    symlinkSync(newer, link);
    expect(await ask({})).toBe(false);
    expect(await ask({}, { program: newer })).toBe(true);
    // Nobody knows what that one runs.
    expect(await ask({}, { program: undefined })).toBe(false);
  });

  it('would not, where a file with variables or a credential that a drop-in names is newer', async () => {
    const { ask, folder, dropIn, newer } = aUnit();
    const file = join(folder, 'some variables');
    const facts = { EnvironmentFiles: `${file} (ignore_errors=yes)` };
    expect(await ask(facts, newer(''))).toBe(true);
    expect(await ask(facts, newer(file))).toBe(false);
    expect(await ask({}, newer(file))).toBe(true);
    writeFileSync(dropIn, `[Service]\nLoadCredential=vault-key:${file}\n`);
    expect(await ask({}, newer(file))).toBe(false);
  });

  it('would not, where a drop-in was taken away, with its folder or without', async () => {
    const { ask, folder, dropIn, newer } = aUnit();
    const facts = { DropInPaths: '' };
    rmSync(dropIn);
    expect(await ask(facts, newer(dirname(dropIn)))).toBe(false);
    // Others may declare units in the same folder, which is nothing to this one as long as it has drop-ins in its own.
    expect(await ask(facts, newer(folder))).toBe(true);
    rmdirSync(dirname(dropIn));
    expect(await ask(facts, newer(folder))).toBe(false);
  });

  it('would not, where its manager has other variables by now', async () => {
    const { ask, environment } = aUnit();
    const mine = { PATH: process.env['PATH'] };
    expect(await ask({}, { environment: environment({ ...mine, CCPROXY_PORT: '9000' }) })).toBe(false);
    expect(await ask({}, { environment: environment({ PATH: '/nowhere' }) })).toBe(false);
    expect(await ask({}, { environment: { code: 0, out: 'PATH=/usr/bin', err: '' } })).toBe(false);
    expect(await ask({}, { environment: { ...environment(mine), code: 1 } })).toBe(false);
    expect(await ask({ MainPID: '0' })).toBe(false);
  });
});
