import { Database as Sqlite } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { rollBack, type BackStep } from '../../src/update/roll-back.ts';
import { previousOf, realFiles, type Files } from '../../src/update/swap.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { startScript } from '../help/a-process.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProgram, AnInstallation, ReleaseServer } from '../help/a-release.ts';

const folder = temporaryFolders();
let server: ReleaseServer;
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(() => server.close());

function call(path = '', id = 0): void {
  const file = new Sqlite(path, { create: true });
  file.run('create table if not exists calls (id integer)');
  file.run('insert into calls values (?)', [id]);
  file.close();
}

function calls(path = ''): unknown {
  const file = new Sqlite(path, { readonly: true });
  const found = file.query('select id from calls').values().flat();
  file.close();
  return found;
}

/** An installation that was updated to 1.1.0; call 1 is from before that, call 2 from after it. */
async function updated() {
  const place = folder();
  const installed = new AnInstallation(place);
  call(installed.here.database, 1);
  await installed.update(server.publish({ version: '1.1.0' }).feed);
  call(installed.here.database, 2);
  return { place, installed };
}

function back({ here }: AnInstallation, files?: Files) {
  const options = { clock: wallClock, withDatabase: true, ...(files !== undefined && { files }) };
  return rollBack({ ...here, current: '1.1.0' }, options);
}

const both = [1, 2];
const steps: [BackStep, version: string, calls: number[]][] = [
  ['tried', '1.1.0', both],
  ['prepared', '1.1.0', both],
  // The newer program migrates the older database; the other way round nothing would start.
  ['restored', '1.1.0', [1]],
  ['swapped', '1.0.0', [1]],
];

// The programs of these tests are scripts of a shell.
describe.if(process.platform !== 'win32')('going back with the database', () => {
  test.each(steps)(
    'killed once it is %s leaves version %s with the calls %p, and never an older program with a newer database',
    async (step, version, left) => {
      const { place, installed } = await updated();
      const child = startScript(new URL('go-back-and-die.ts', import.meta.url), [place, step]);
      await child.exited;
      expect(child.signalCode).toBe('SIGKILL');
      expect(installed.binary.equals(aProgram(version))).toBe(true);
      expect(calls(installed.here.database)).toEqual(left);
      if (version === '1.1.0') expect((await back(installed)).to).toBe('1.0.0');
      expect(installed.binary.equals(installed.before)).toBe(true);
      expect(calls(installed.here.database)).toEqual([1]);
      expect(calls(`${installed.here.database}.replaced`)).toEqual(both);
    },
  );

  test('leaves both where the program cannot be put back', async () => {
    const { installed } = await updated();
    const refuses: Files = {
      ...realFiles,
      rename: () => Promise.reject(Object.assign(new Error('refused'), { code: 'EACCES' })),
    };
    expect((await problemOf(back(installed, refuses))).code).toBe('update-not-allowed');
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
    expect(calls(installed.here.database)).toEqual(both);
    expect(existsSync(previousOf(installed.here.binary))).toBe(true);
  });

  test('leaves both where the copy cannot be read', async () => {
    const { installed } = await updated();
    const databaseCopy = join(installed.here.backups, 'proxy-before-1.0.0.db');
    const gone = await rollBack(
      { ...installed.here, current: '1.1.0' },
      {
        clock: wallClock,
        withDatabase: true,
        onStep: async (step) => {
          if (step === 'tried') await Bun.file(databaseCopy).delete();
        },
      },
    ).catch((error: unknown) => error);
    expect(gone).toMatchObject({ code: 'update-not-allowed' });
    expect(installed.binary.equals(aProgram('1.1.0'))).toBe(true);
    expect(calls(installed.here.database)).toEqual(both);
  });
});
