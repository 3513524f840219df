import { beforeEach, describe, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';
import { runScript } from '../help/a-process.ts';

const folder = temporaryFolders();
let home = '';
let file = '';

beforeEach(() => {
  home = join(folder(), 'home');
  file = join(home, 'credentials.json');
});

function open(): Promise<Vault> {
  return openVault({ paths: { home, credentials: file }, createKey: 'create', log: silentLog });
}

const reveal = async (vault: Vault, id: string): Promise<string | undefined> =>
  (await vault.get(id))?.reveal();

const shown = (secret: Secret | undefined): string => secret?.reveal() ?? 'nothing';

describe('several secrets at once', () => {
  test('are stored and deleted in one write, which the backup does not outlive', async () => {
    const vault = await open();
    await vault.set('a', new Secret('1'));
    const changes = new Map([
      ['a', undefined],
      ['b', new Secret('2')],
      ['c', new Secret('3')],
    ]);
    await vault.setAll(changes);
    expect(await vault.ids()).toEqual(['b', 'c']);
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(readFileSync(file, 'utf8'));
  });

  test('are all refused when one id is no plain word', async () => {
    const vault = await open();
    const changes = new Map([
      ['a', new Secret('1')],
      ['not plain', new Secret('2')],
    ]);
    expect(vault.setAll(changes)).rejects.toThrow('a vault id is');
    expect(await vault.ids()).toEqual([]);
  });
});

describe('an update', () => {
  test('sees what another has stored, and its result is stored', async () => {
    const [mine, theirs] = [await open(), await open()];
    await mine.set('token', new Secret('1'));
    await theirs.set('token', new Secret('2'));
    const after = await mine.update('token', (current) => new Secret(`${shown(current)}3`));
    expect(after?.reveal()).toBe('23');
    expect(await reveal(theirs, 'token')).toBe('23');
  });

  test('that gives the secret back as it is writes nothing, and says what is there', async () => {
    const vault = await open();
    await vault.set('token', new Secret('1'));
    const before = await vault.stamp();
    const after = await vault.update('token', (current) => current);
    expect(after?.reveal()).toBe('1');
    expect(await vault.update('nothing', (current) => current)).toBeUndefined();
    expect(await vault.stamp()).toBe(before);
  });

  test('that gives nothing deletes', async () => {
    const vault = await open();
    await vault.set('token', new Secret('1'));
    await vault.update('token', () => undefined);
    expect(await vault.ids()).toEqual([]);
  });

  test('that fails stores nothing and stops nobody', async () => {
    const vault = await open();
    await vault.set('token', new Secret('1'));
    const failing = vault.update('token', () => {
      throw new Error('no longer wanted');
    });
    expect(failing).rejects.toThrow('no longer wanted');
    expect(await reveal(vault, 'token')).toBe('1');
    await vault.set('token', new Secret('2'));
    expect(await reveal(vault, 'token')).toBe('2');
  });

  test('of a spoilt entry is refused', async () => {
    const vault = await open();
    await vault.setAll(
      new Map([
        ['a', new Secret('1')],
        ['b', new Secret('2')],
      ]),
    );
    await Bun.write(
      file,
      readFileSync(file, 'utf8').replace('"entries": {\n    "a"', '"entries": {\n    "z"'),
    );
    expect((await problemOf(vault.update('z', () => new Secret('3')))).code).toBe('vault-damaged');
    expect(await reveal(vault, 'b')).toBe('2');
  });

  test('counts right where four processes count together', async () => {
    const counting = ['p', 'q', 'r', 's'].map(() =>
      runScript(new URL('count-up.ts', import.meta.url), [home, '15']),
    );
    await Promise.all(counting);
    expect(await reveal(await open(), 'count')).toBe('60');
  }, 60_000);
});

test('the stamp is another one after every write, whoever wrote', async () => {
  const [mine, theirs] = [await open(), await open()];
  const stamps = [await mine.stamp()];
  for (const text of ['1', '2', '2']) {
    await theirs.set('a', new Secret(text));
    stamps.push(await mine.stamp());
  }
  expect(stamps[0]).toBe('');
  expect(new Set(stamps).size).toBe(4);
  expect(await mine.stamp()).toBe(await theirs.stamp());
});
