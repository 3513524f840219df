import { beforeEach, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/base/secret.ts';
import { silentLog } from '../../src/base/log.ts';
import { openVault, type VaultOptions } from '../../src/credentials/open.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';
import { runScript, startScript } from '../help/a-process.ts';

const folder = temporaryFolders();
const planted = 'sk-ant-api03-planted-secret-0123456789';
let home = '';
let file = '';

beforeEach(() => {
  home = join(folder(), 'home');
  file = join(home, 'credentials.json');
});

function open(options: Partial<VaultOptions> = {}): Promise<Vault> {
  return openVault({ paths: { home, credentials: file }, createKey: 'create', log: silentLog, ...options });
}

/** A vault with two secrets, `a` and `b`. */
async function filled(): Promise<Vault> {
  const vault = await open();
  await vault.set('a', new Secret('first'));
  await vault.set('b', new Secret('second'));
  return vault;
}

const reveal = async (vault: Vault, id: string): Promise<string | undefined> =>
  (await vault.get(id))?.reveal();

/** Everything in the home folder, lock files left out: they are nobody's data. */
function look(): Record<string, string> {
  const names = readdirSync(home).filter((name) => !name.includes('.lock-'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(home, name), 'latin1')]));
}

interface FileShape {
  format: number;
  key: string;
  entries: Record<string, { jwe: string; note?: string }>;
  note?: string;
}

function edit(change: (content: FileShape) => void): void {
  const content: FileShape = JSON.parse(readFileSync(file, 'utf8'));
  change(content);
  writeFileSync(file, JSON.stringify(content));
}

describe('a vault', () => {
  test('keeps secrets over a restart', async () => {
    await filled();
    const again = await open({ createKey: 'ask' });
    expect(await reveal(again, 'a')).toBe('first');
    expect(await again.ids()).toEqual(['a', 'b']);
    expect(await again.get('c')).toBeUndefined();
  });

  test('replaces and deletes', async () => {
    const vault = await filled();
    await vault.set('a', new Secret('third'));
    await vault.delete('b');
    await vault.delete('never there');
    expect(await reveal(vault, 'a')).toBe('third');
    expect(await vault.get('b')).toBeUndefined();
    expect(await vault.ids()).toEqual(['a']);
  });

  test('that is empty needs no key and makes no file', async () => {
    const vault = await open({ createKey: 'ask' });
    expect(await vault.ids()).toEqual([]);
    expect(await vault.get('a')).toBeUndefined();
    expect(existsSync(home)).toBe(false);
    expect(vault.describe()).toEqual({ backend: undefined, detail: 'nowhere yet', hasKey: false });
  });

  test('asks before it makes a key, where it was told to', async () => {
    const problem = await problemOf((await open({ createKey: 'ask' })).set('a', new Secret('x')));
    expect(problem.code).toBe('vault-key-needed');
    expect(existsSync(home)).toBe(false);
  });

  test('makes its key once and says so loudly once', async () => {
    const log = new MemoryLog();
    const vault = await open({ log });
    await vault.set('a', new Secret('x'));
    await vault.set('b', new Secret('y'));
    expect(log.events('warn').filter((event) => event.includes('KEY FILE')).length).toBe(1);
    expect(vault.describe().hasKey).toBe(true);
  });

  test('with a given key needs no key file', async () => {
    const key = new Secret('00'.repeat(31) + 'ff');
    const vault = await open({ key, createKey: 'ask' });
    await vault.set('a', new Secret('x'));
    expect(Object.keys(look())).toEqual(['credentials.json']);
    expect(vault.describe()).toEqual({ backend: 'environment', detail: 'CCPROXY_VAULT_KEY', hasKey: true });
    expect(await reveal(await open({ key }), 'a')).toBe('x');
  });

  test('shows nobody a secret: not in the file, its backup, the log or a printed object', async () => {
    const log = new MemoryLog();
    const vault = await open({ log });
    for (const id of ['a', 'b', 'c']) await vault.set(id, new Secret(planted));
    const everything = JSON.stringify([look(), log.lines, vault, await vault.get('a')]);
    expect(Object.keys(look()).toSorted()).toEqual(['credentials.json', 'credentials.json.bak', 'vault.key']);
    expect(everything).not.toContain(planted);
    expect(everything).not.toContain(Buffer.from(planted).toString('base64url').slice(0, 40));
    expect(everything).not.toContain(Buffer.from(planted).toString('hex'));
  });

  test('refuses ids that are no plain words', async () => {
    const vault = await open();
    for (const id of ['', 'a b', '../a', 'x'.repeat(129)]) {
      expect(vault.set(id, new Secret('x'))).rejects.toThrow('a vault id is');
    }
  });

  test('keeps what it does not know, in the file and in an entry that is replaced', async () => {
    await filled();
    edit((content) => {
      content.note = 'from the future';
      const entry = content.entries['a'];
      if (entry !== undefined) entry.note = 'mine';
    });
    await (await open()).set('a', new Secret('new'));
    const after: FileShape = JSON.parse(readFileSync(file, 'utf8'));
    expect(after.note).toBe('from the future');
    expect(after.entries['a']?.note).toBe('mine');
  });

  test('keeps the version before as a backup', async () => {
    const vault = await filled();
    const before = readFileSync(file, 'utf8');
    await vault.set('a', new Secret('changed'));
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(before);
    copyFileSync(`${file}.bak`, file);
    expect(await reveal(await open(), 'a')).toBe('first');
  });

  test('has no backup of what is spent', async () => {
    const vault = await filled();
    await vault.update('a', () => new Secret('fresh'), { isSpent: true });
    expect(readFileSync(`${file}.bak`, 'utf8')).toBe(readFileSync(file, 'utf8'));
  });

  test('leaves nothing that was deleted in the backup', async () => {
    const vault = await filled();
    await vault.delete('a');
    for (const name of [file, `${file}.bak`]) {
      const content: FileShape = JSON.parse(readFileSync(name, 'utf8'));
      expect(Object.keys(content.entries)).toEqual(['b']);
    }
  });
});

describe('a vault that is not right', () => {
  /** Opening, reading `a`, writing and deleting fail with `code`, and touch nothing. */
  async function refuses(code: string, options: Partial<VaultOptions> = {}, calm?: Vault): Promise<void> {
    const before = look();
    if (calm === undefined) expect((await problemOf(open(options))).code).toBe(code);
    for (const attempt of calm === undefined
      ? []
      : [() => calm.get('a'), () => calm.set('a', new Secret('x')), () => calm.delete('a')]) {
      expect((await problemOf(attempt())).code).toBe(code);
    }
    expect(look()).toEqual(before);
  }

  test('refuses a wrong key, given or from the file', async () => {
    await filled();
    await refuses('vault-wrong-key', { key: new Secret('ab'.repeat(32)) });
    writeFileSync(join(home, 'vault.key'), 'ab'.repeat(32));
    await refuses('vault-wrong-key');
  });

  test('refuses to make a new key while it holds secrets', async () => {
    await filled();
    rmSync(join(home, 'vault.key'));
    await refuses('vault-key-missing');
  });

  test('notices on the way that its file was damaged', async () => {
    const vault = await filled();
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
    await refuses('vault-damaged', {}, vault);
    await refuses('vault-damaged');
  });

  test('refuses a file of a newer version', async () => {
    await filled();
    edit((content) => {
      content.format = 2;
    });
    await refuses('vault-newer');
  });

  test('notices that two entries were exchanged', async () => {
    await filled();
    edit(({ entries }) => {
      [entries['a'], entries['b']] = [entries['b'] ?? { jwe: '' }, entries['a'] ?? { jwe: '' }];
    });
    const vault = await open();
    for (const id of ['a', 'b']) {
      const problem = await problemOf(vault.get(id));
      expect(problem.code).toBe('vault-damaged');
      expect(problem.message).toContain(`"${id}"`);
      expect(problem.fix).toContain('.bak');
    }
  });

  test('gives the other secrets when one entry is spoilt', async () => {
    await filled();
    edit(({ entries }) => {
      entries['a'] = { jwe: 'garbage' };
    });
    const vault = await open();
    expect((await problemOf(vault.get('a'))).code).toBe('vault-damaged');
    expect(await reveal(vault, 'b')).toBe('second');
  });

  test('does not begin anew while its backup is there', async () => {
    await filled();
    rmSync(file);
    await refuses('vault-missing');
    rmSync(`${file}.bak`);
    expect(await (await open()).ids()).toEqual([]);
  });

  test('says what to do when it cannot be written', async () => {
    // A folder stands where the new file has to go: the rename fails for every user, root included.
    const vault = await filled();
    rmSync(file);
    rmSync(`${file}.bak`);
    mkdirSync(file);
    const problem = await problemOf(vault.set('a', new Secret('x')));
    expect(['vault-unreadable', 'vault-unwritable']).toContain(problem.code);
    expect(problem.fix).toContain('right to');
  });

  test('stores the secret even when the backup cannot be written', async () => {
    const log = new MemoryLog();
    const vault = await open({ log });
    await vault.set('a', new Secret('x'));
    mkdirSync(`${file}.bak`);
    await vault.set('a', new Secret('y'));
    expect(await reveal(await open(), 'a')).toBe('y');
    expect(log.events('warn')).toContain('the backup of the vault could not be written');
  });
});

describe('several at once', () => {
  test('writes of one process wait for each other', async () => {
    const vault = await open();
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => vault.set(`id-${at}`, new Secret(`value ${at}`))),
    );
    expect((await vault.ids()).length).toBe(20);
    expect(await reveal(vault, 'id-13')).toBe('value 13');
  });

  test('a failed write does not stop the next one', async () => {
    const vault = await open({ createKey: 'ask' });
    expect((await problemOf(vault.set('a', new Secret('x')))).code).toBe('vault-key-needed');
    await (await open()).set('b', new Secret('y'));
    await vault.set('a', new Secret('x'));
    expect(await vault.ids()).toEqual(['a', 'b']);
  });

  test('one sees at once what another has stored, replaced and deleted', async () => {
    const [mine, theirs] = [await open(), await open()];
    await theirs.set('a', new Secret('1'));
    expect(await reveal(mine, 'a')).toBe('1');
    await theirs.set('a', new Secret('2'));
    expect(await reveal(mine, 'a')).toBe('2');
    await theirs.delete('a');
    expect(await mine.get('a')).toBeUndefined();
  });

  test('four processes begin together, make one key, and lose no secret of each other', async () => {
    const names = ['p', 'q', 'r', 's'];
    await Promise.all(
      names.map((name) => runScript(new URL('write-secrets.ts', import.meta.url), [home, name, '10'])),
    );
    const vault = await open({ createKey: 'ask' });
    expect((await vault.ids()).length).toBe(40);
    for (const id of await vault.ids()) expect(await reveal(vault, id)).toStartWith(id);
  }, 60_000);

  test('a process killed at any moment leaves every secret it said was safe', async () => {
    let lastNumber = new Map<string, number>();
    for (let round = 0; round < 14; round += 1) {
      const child = startScript(new URL('write-secrets.ts', import.meta.url), [home, 'k']);
      let printed = '';
      // Killed after a different number of writes each time, in the middle of whatever comes next.
      for await (const chunk of child.stdout) {
        printed += new TextDecoder().decode(chunk);
        if (printed.split('\n').length > 3 + round) child.kill('SIGKILL');
      }
      await child.exited;
      const safe = printed.split('\n').slice(0, -1);
      expect(safe.length).toBeGreaterThan(2);
      lastNumber = new Map(safe.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
      const vault = await open({ createKey: 'ask' });
      for (const [id, number] of lastNumber) {
        const [storedId, storedNumber] = (await reveal(vault, id))?.split(' ') ?? [];
        expect(storedId).toBe(id);
        // The write under way when it was killed may have arrived as well.
        expect([number, number + 10]).toContain(Number(storedNumber));
      }
      await vault.set('mine', new Secret('still writable'));
    }
    expect(lastNumber.size).toBeGreaterThan(9);
  }, 120_000);

  test('a process killed while it makes the vault leaves one that works', async () => {
    // The first lock is gone as soon as there is a second one.
    for (const sign of [/^credentials\.json\.lock-/, /^vault\.key$/, /^credentials\.json$/, /\.bak$/]) {
      rmSync(home, { recursive: true, force: true });
      const child = startScript(new URL('write-secrets.ts', import.meta.url), [home, 'k']);
      const isThere = (): boolean => existsSync(home) && readdirSync(home).some((name) => sign.test(name));
      while (!isThere()) await new Promise((resolve) => setImmediate(resolve));
      child.kill('SIGKILL');
      await child.exited;
      const vault = await open();
      for (const id of await vault.ids()) expect(await reveal(vault, id)).toStartWith(id);
      await vault.set('mine', new Secret('works'));
      expect(await reveal(await open({ createKey: 'ask' }), 'mine')).toBe('works');
    }
  }, 60_000);
});

// Windows has no such modes: there the folder of the user keeps others out.
if (process.platform !== 'win32') {
  describe('the files', () => {
    test('are for the owner alone, even where the umask allows everything', async () => {
      mkdirSync(home, { mode: 0o777 });
      chmodSync(home, 0o777);
      const modes: Record<string, string> = JSON.parse(
        await runScript(new URL('print-modes.ts', import.meta.url), [home], { umask: '000' }),
      );
      expect(modes['.']).toBe('700');
      expect(modes['credentials.json']).toBe('600');
      expect(modes['credentials.json.bak']).toBe('600');
      expect(modes['vault.key']).toBe('600');
      expect(Object.values(modes).filter((mode) => mode !== '700' && mode !== '600')).toEqual([]);
    });
  });
}
