import { Database as Sqlite } from 'bun:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { ownerOf } from '../../src/base/path-owners.ts';
import { rollBack } from '../../src/update/roll-back.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { aProgram, AnInstallation, ReleaseServer } from '../help/a-release.ts';
import { noStranger, stranger, strangersHome } from '../help/a-stranger.ts';

/*
 * The attack: the user of a service puts links into its home directory, where root's update is going to write, copy
 * and hand over: `backups` to `/etc`, the database to one of somebody else, the memory to a copy that is not its own.
 */

if (noStranger !== undefined) console.warn(`SKIPPED: root and links in a home directory: ${noStranger}`);

const folder = temporaryFolders();
let server: ReleaseServer;
beforeEach(async () => {
  server = await ReleaseServer.start();
});
afterEach(() => server.close());

/** An installation of root that serves a home of somebody else, and a folder with what is root's alone. */
async function anAttack() {
  const place = folder();
  const home = strangersHome(place);
  const installed = new AnInstallation(place);
  Object.assign(installed.here, { owner: await ownerOf(home) });
  const secret = join(place, 'of-root');
  mkdirSync(secret, { mode: 0o755 });
  aDatabase(join(secret, 'secret.db'), 'what only root reads');
  chmodSync(join(secret, 'secret.db'), 0o600);
  return { installed, home, secret };
}

function aDatabase(path: string, text: string): void {
  const file = new Sqlite(path, { create: true });
  file.run('create table calls (text text)');
  file.run('insert into calls values (?)', [text]);
  file.close();
}

/** Theirs, as everything that they make themselves. */
function theirs(path: string): void {
  chownSync(path, stranger.uid, stranger.gid);
}

/** Everything below `path` by its name, with owner and mode. */
function standing(path: string): string[] {
  return [path, ...readdirSync(path).map((name) => join(path, name))].map((one) => {
    const { uid, mode, size } = statSync(one);
    return `${one} ${uid} ${mode.toString(8)} ${size}`;
  });
}

describe.skipIf(noStranger !== undefined)('root that updates a service', () => {
  test('gives nothing away that a link in its home leads to, and writes nothing there', async () => {
    const { installed, home, secret } = await anAttack();
    aDatabase(join(home, 'proxy.db'), 'calls');
    theirs(join(home, 'proxy.db'));
    symlinkSync(secret, join(home, 'backups'));
    const before = standing(secret);
    await expect(installed.update(server.publish({ version: '1.1.0' }).feed)).rejects.toThrow();
    expect(standing(secret)).toEqual(before);
    expect(installed.binary.equals(installed.before)).toBe(true);
  });

  test('copies no database of somebody else into it', async () => {
    const { installed, home, secret } = await anAttack();
    symlinkSync(join(secret, 'secret.db'), join(home, 'proxy.db'));
    await expect(installed.update(server.publish({ version: '1.1.0' }).feed)).rejects.toThrow();
    const copies = existsSync(join(home, 'backups')) ? readdirSync(join(home, 'backups')) : [];
    expect(copies).toEqual([]);
  });

  test('closes and changes no folder that the home itself was replaced by', async () => {
    const { installed, home, secret } = await anAttack();
    rmSync(home, { recursive: true });
    symlinkSync(secret, home);
    const before = standing(secret);
    await expect(installed.update(server.publish({ version: '1.1.0' }).feed)).rejects.toThrow();
    expect(standing(secret)).toEqual(before);
  });

  test('puts back no copy that the service is not to read', async () => {
    const { installed, home, secret } = await anAttack();
    aDatabase(join(home, 'proxy.db'), 'calls');
    theirs(join(home, 'proxy.db'));
    await installed.update(server.publish({ version: '1.1.0' }).feed);
    const memory = join(home, 'update.json');
    chmodSync(secret, 0o700);
    const said = readFileSync(memory, 'utf8').replace(
      /"databaseCopy": ".*"/,
      `"databaseCopy": "${join(secret, 'secret.db')}"`,
    );
    expect(said).toContain('of-root');
    writeFileSync(memory, said);
    const going = rollBack({ ...installed.here, current: '1.1.0' }, { clock: wallClock, withDatabase: true });
    await expect(going).rejects.toThrow();
    const file = new Sqlite(join(home, 'proxy.db'), { readonly: true });
    expect(file.query('select text from calls').values()).toEqual([['calls']]);
    file.close();
  });

  test('tries the new program with the rights of the service, and leaves it what it made', async () => {
    const { installed, home } = await anAttack();
    aDatabase(join(home, 'proxy.db'), 'calls');
    theirs(join(home, 'proxy.db'));
    const program = aProgram('1.1.0').toString().replace('self-test)', `self-test) id -u >"${home}/who";`);
    await installed.update(server.publish({ version: '1.1.0', program: Buffer.from(program) }).feed);
    expect(readFileSync(join(home, 'who'), 'utf8').trim()).toBe(String(stranger.uid));
    const made = [
      home,
      ...['who', 'update.json', 'backups', 'backups/proxy-before-1.0.0.db'].map((name) => join(home, name)),
    ];
    expect(made.map((path) => statSync(path).uid)).toEqual(made.map(() => stranger.uid));
    expect(process.geteuid?.()).toBe(0);
    expect(statSync(installed.here.binary).uid).toBe(0);
  });

  test('is root again once something there has failed', async () => {
    const { installed, home } = await anAttack();
    writeFileSync(join(home, 'proxy.db'), 'no database at all, but long enough'.repeat(200));
    theirs(join(home, 'proxy.db'));
    const { code } = await problemOf(installed.update(server.publish({ version: '1.1.0' }).feed));
    expect(code).toBe('update-database');
    expect(process.geteuid?.()).toBe(0);
    expect(process.getegid?.()).toBe(0);
  });
});
