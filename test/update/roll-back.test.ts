import { Database as Sqlite } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { wallClock } from '../../src/base/clock.ts';
import { rollBack, type RolledBack } from '../../src/update/roll-back.ts';
import { previousOf } from '../../src/update/swap.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProgram, AnInstallation, ReleaseServer } from '../help/a-release.ts';

const folder = temporaryFolders();
let server: ReleaseServer;
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(() => server.close());

function calls(path = ''): unknown {
  const file = new Sqlite(path, { readonly: true });
  const found = file.query('select id from calls').values().flat();
  file.close();
  return found;
}

function call(path = '', id = 0): void {
  const file = new Sqlite(path, { create: true });
  file.run('create table if not exists calls (id integer)');
  file.run('insert into calls values (?)', [id]);
  file.close();
}

/** An installation that was updated to 1.1.0; call 1 is from before that, call 2 from after it. */
async function updated(): Promise<AnInstallation> {
  const installed = new AnInstallation(folder());
  call(installed.here.database, 1);
  await installed.update(server.publish({ version: '1.1.0' }).feed);
  call(installed.here.database, 2);
  return installed;
}

function back({ here }: AnInstallation, withDatabase = false): Promise<RolledBack> {
  return rollBack({ ...here, current: '1.1.0' }, { clock: wallClock, withDatabase });
}

/** A program that cannot work with the tables of a newer one. */
const narrow = '{"error":{"code":"database-newer","title":"The database is newer.","fix":"x"}}';

// The programs of these tests are scripts of a shell.
describe.if(process.platform !== 'win32')('going back', () => {
  test('puts the program before the update in place, and leaves the database as it is', async () => {
    const installed = await updated();
    expect(await back(installed)).toEqual({ to: '1.0.0', databaseAside: null });
    expect(installed.binary.equals(installed.before)).toBe(true);
    expect(calls(installed.here.database)).toEqual([1, 2]);
  });

  test('with the database puts that from before the update in place, and keeps the other one', async () => {
    const installed = await updated();
    const { databaseAside } = await back(installed, true);
    expect(calls(installed.here.database)).toEqual([1]);
    expect(calls(databaseAside ?? '')).toEqual([1, 2]);
  });

  test('where nothing was updated there is nothing to go back to', async () => {
    const installed = new AnInstallation(folder());
    expect((await problemOf(back(installed))).code).toBe('update-no-previous');
    expect(installed.binary.equals(installed.before)).toBe(true);
  });

  test('a second time there is nothing either', async () => {
    const installed = await updated();
    await back(installed);
    expect((await problemOf(back(installed))).code).toBe('update-no-previous');
  });

  test('a version that cannot work with the database is not put in place, and the way out is said', async () => {
    const installed = await updated();
    writeFileSync(previousOf(installed.here.binary), aProgram('1.0.0', narrow));
    const { code, fix } = await problemOf(back(installed));
    expect(code).toBe('update-rollback-database');
    expect(fix).toContain('--rollback --database');
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
  });

  test('a version that does not start any more is not put in place', async () => {
    const installed = await updated();
    writeFileSync(previousOf(installed.here.binary), 'damaged');
    expect((await problemOf(back(installed))).code).toBe('update-rollback-failed');
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
  });

  test('a version that somebody put there by hand says itself which one it is', async () => {
    const installed = new AnInstallation(folder());
    const previous = previousOf(installed.here.binary);
    writeFileSync(previous, aProgram('0.9.0'));
    chmodSync(previous, 0o755);
    expect((await back(installed)).to).toBe('0.9.0');
    expect(installed.binary.equals(aProgram('0.9.0'))).toBe(true);
  });

  test('without a copy of the database there is none to put back', async () => {
    const installed = new AnInstallation(folder());
    await installed.update(server.publish({ version: '1.1.0' }).feed);
    expect((await problemOf(back(installed, true))).code).toBe('update-no-copy');
    expect(existsSync(previousOf(installed.here.binary))).toBe(true);
  });

  test('the version that was left is offered again, and an older one never', async () => {
    const installed = await updated();
    await back(installed);
    const again = new AnInstallation(`${installed.here.home}/..`);
    await again.update(server.feed);
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
    await back(installed);
    server.publish({ version: '1.0.5' });
    const third = new AnInstallation(`${installed.here.home}/..`);
    expect((await problemOf(third.update(server.feed))).code).toBe('update-downgrade');
  });
});
