import { beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MountedAccount } from '../../src/accounts/known-accounts.ts';
import { MountedAccounts } from '../../src/accounts/mounted-accounts.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';

const folder = temporaryFolders();
let home = '';
let clock: HandClock;
let log: MemoryLog;
/** What was told last, and how often. */
let told: readonly MountedAccount[] = [];
let times = 0;
beforeEach(() => {
  home = folder();
  clock = new HandClock();
  log = new MemoryLog();
  [told, times] = [[], 0];
});

const write = (name: string, text: string): void => writeFileSync(join(home, name), text);
const key = (name: string, secret: string, more = ''): string =>
  `[[accounts]]\nname = "${name}"\nkind = "api-key"\nsecret = "${secret}"\n${more}\n`;
const names = (): string[] => told.map(({ account }) => account.name);
const secretOf = (name: string): string | undefined => {
  const found = told.find(({ account }) => account.name === name);
  return found?.secrets.get(found.account.id)?.reveal();
};

function mounted(where: { file?: string; folder?: string }): MountedAccounts {
  const paths = {
    file: where.file === undefined ? undefined : join(home, where.file),
    folder: where.folder === undefined ? undefined : join(home, where.folder),
  };
  return new MountedAccounts({
    ...paths,
    env: {},
    clock,
    log,
    onChange(accounts) {
      told = accounts;
      times += 1;
      return Promise.resolve();
    },
  });
}

async function opened(where: { file?: string; folder?: string }): Promise<void> {
  const accounts = mounted(where);
  await accounts.open();
  accounts.watch();
}

const said = (): string => log.lines.map(({ event, facts }) => event + JSON.stringify(facts)).join('\n');

/** Lets the files be looked at once more; the next look is planned when this one is over. */
async function look(): Promise<void> {
  await clock.turn(400);
  while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets a second go by. */
async function second(): Promise<void> {
  await look();
  await look();
}

describe('a mounted file', () => {
  test('is there from the beginning, with ids that stay', async () => {
    write('a.toml', key('work', 'sk-1') + key('Home', 'sk-2'));
    await opened({ file: 'a.toml' });
    expect(names()).toEqual(['work', 'Home']);
    expect(secretOf('work')).toBe('sk-1');
    const [before] = told;
    expect(before?.account.from).toBe(join(home, 'a.toml'));
    expect(before?.account.id).toMatch(/^acc_f[0-9a-f]{16}$/);
    await mounted({ file: 'a.toml' }).open();
    expect(told[0]?.account.id).toBe(before?.account.id ?? '');
  });

  test('that is replaced by a rename is taken over within a second', async () => {
    write('a.toml', key('work', 'sk-1'));
    await opened({ file: 'a.toml' });
    write('new', key('work', 'sk-1') + key('spare', 'sk-2'));
    renameSync(join(home, 'new'), join(home, 'a.toml'));
    await second();
    expect(names()).toEqual(['work', 'spare']);
  });

  test('behind a link that is swapped, as Kubernetes does it, is taken over too', async () => {
    for (const [version, secret] of [
      ['..1', 'sk-1'],
      ['..2', 'sk-2'],
    ] as const) {
      mkdirSync(join(home, version));
      write(join(version, 'a.toml'), key('work', secret));
    }
    symlinkSync('..1', join(home, '..data'));
    symlinkSync(join('..data', 'a.toml'), join(home, 'a.toml'));
    await opened({ folder: '.' });
    expect(secretOf('work')).toBe('sk-1');
    symlinkSync('..2', join(home, '..data_tmp'));
    renameSync(join(home, '..data_tmp'), join(home, '..data'));
    await second();
    expect(secretOf('work')).toBe('sk-2');
  });

  test('leaves accounts that did not change as they were, and says which credential is new', async () => {
    write('a.toml', key('same', 'sk-1') + key('secret', 'sk-2') + key('priority', 'sk-3'));
    await opened({ file: 'a.toml' });
    const [same, secret, priority] = told;
    write('a.toml', key('same', 'sk-1') + key('secret', 'sk-9') + key('priority', 'sk-3', 'priority = 1'));
    await second();
    expect(told[0]).toBe(same);
    expect(told[1]?.account.credentialAt).toBeGreaterThan(secret!.account.credentialAt);
    expect(told[2]?.account.updatedAt).toBeGreaterThan(priority!.account.updatedAt);
    expect(told[2]?.account.credentialAt).toBe(priority!.account.credentialAt);
  });

  test('that is touched and not changed tells nobody', async () => {
    write('a.toml', key('work', 'sk-1'));
    await opened({ file: 'a.toml' });
    write('a.toml', `# a remark\n${key('work', 'sk-1')}`);
    await second();
    expect(times).toBe(1);
  });

  test('is read again when a file that it names has changed', async () => {
    write('key', 'sk-1');
    write('a.toml', '[[accounts]]\nname = "work"\nkind = "api-key"\nsecret_file = "key"\n');
    await opened({ file: 'a.toml' });
    write('key', 'sk-2-changed');
    await second();
    expect(secretOf('work')).toBe('sk-2-changed');
  });

  test('that is broken leaves its accounts, says why once, and is used again when it is whole', async () => {
    write('a.toml', key('work', 'sk-1'));
    await opened({ file: 'a.toml' });
    write('a.toml', key('work', 'planted"'));
    await second();
    await second();
    expect(secretOf('work')).toBe('sk-1');
    expect(log.events('error')).toEqual([
      'a file of accounts cannot be used; its accounts stay as they were',
    ]);
    expect(said()).toContain('not valid TOML at line 4');
    expect(said()).not.toContain('planted');
    write('a.toml', key('work', 'sk-3'));
    await second();
    expect(secretOf('work')).toBe('sk-3');
    expect(log.events('info')).toEqual(['a file of accounts can be used again']);
  });

  test('that is caught in the middle of a write is not complained about', async () => {
    write('a.toml', key('work', 'sk-1'));
    await opened({ file: 'a.toml' });
    write('a.toml', '[[accounts]]\nname = "wo');
    await look();
    write('a.toml', key('work', 'sk-2'));
    await second();
    expect(secretOf('work')).toBe('sk-2');
    expect(log.events('error')).toEqual([]);
  });

  test('that is gone leaves its accounts; one that is not there yet is waited for', async () => {
    await opened({ file: 'a.toml' });
    expect(log.events('error').length).toBe(1);
    write('a.toml', key('work', 'sk-1'));
    await second();
    expect(names()).toEqual(['work']);
    rmSync(join(home, 'a.toml'));
    await second();
    expect(names()).toEqual(['work']);
    expect(log.events('error').length).toBe(2);
  });
});

describe('a mounted folder', () => {
  test('holds a file an account, or several; other files and hidden ones do not count', async () => {
    mkdirSync(join(home, 'accounts'));
    write('accounts/b.json', JSON.stringify({ accounts: [{ name: 'b', kind: 'token', secret: 't' }] }));
    write('accounts/a.toml', key('a', 'sk-1'));
    write('accounts/.hidden.toml', key('hidden', 'sk-1'));
    write('accounts/work.key', 'sk-1');
    await opened({ folder: 'accounts' });
    expect(names()).toEqual(['a', 'b']);
    expect(log.events('error')).toEqual([]);
  });

  test('gains and loses accounts with its files', async () => {
    mkdirSync(join(home, 'accounts'));
    write('accounts/a.toml', key('a', 'sk-1'));
    await opened({ folder: 'accounts' });
    write('accounts/b.toml', key('b', 'sk-2'));
    await second();
    expect(names()).toEqual(['a', 'b']);
    rmSync(join(home, 'accounts/a.toml'));
    await second();
    expect(names()).toEqual(['b']);
  });

  test('with one broken file goes on with the others', async () => {
    mkdirSync(join(home, 'accounts'));
    write('accounts/a.toml', 'broken');
    write('accounts/b.toml', key('b', 'sk-2'));
    await opened({ folder: 'accounts' });
    expect(names()).toEqual(['b']);
    expect(log.events('error').length).toBe(1);
  });

  test('that is gone leaves what it held', async () => {
    mkdirSync(join(home, 'accounts'));
    write('accounts/a.toml', key('a', 'sk-1'));
    await opened({ folder: 'accounts' });
    renameSync(join(home, 'accounts'), join(home, 'elsewhere'));
    await second();
    expect(names()).toEqual(['a']);
    expect(said()).toContain('the folder of accounts cannot be read');
  });

  test('in which two files have one name takes the first and says so', async () => {
    mkdirSync(join(home, 'accounts'));
    write('accounts/a.toml', key('work', 'sk-1'));
    write('accounts/b.toml', key('WORK', 'sk-2'));
    await opened({ folder: 'accounts' });
    expect(secretOf('work')).toBe('sk-1');
    expect(names()).toEqual(['work']);
    expect(said()).toContain('another file has their names');
  });
});
