import { beforeEach, describe, expect, test } from 'bun:test';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { mayMount, mountSmallDisk, resizeDisk, unmount } from '../help/a-small-disk.ts';

const folder = temporaryFolders();
const repository = join(import.meta.dir, '..', '..');
let home = '';

beforeEach(() => {
  home = join(folder(), 'home');
});

function open(): Promise<Vault> {
  const paths = { home, credentials: join(home, 'credentials.json') };
  return openVault({ paths, createKey: 'create', log: silentLog });
}

/** Runs `write-much.ts` on the home after `prepare` has made this shell's world small. */
async function writeMuch(prepare: string): Promise<{ said: string[]; code: number }> {
  const script = fileURLToPath(new URL('write-much.ts', import.meta.url));
  const child = Bun.spawn(['/bin/sh', '-c', `${prepare}\nexec "$@"`, 'sh', process.execPath, script, home], {
    cwd: repository,
    stdout: 'pipe',
    stderr: 'inherit',
  });
  const text = await new Response(child.stdout).text();
  return { said: text.split('\n').slice(0, -1), code: await child.exited };
}

if (process.platform !== 'win32') {
  describe('a disk that takes no more', () => {
    // XFSZ kills by default; a program that ignores it gets the error instead, as from a full disk.
    test('by a limit on the size of files leaves the last good file, and nothing half done', async () => {
      const { said } = await writeMuch("trap '' XFSZ; ulimit -f 64");
      const [problem = ''] = said.slice(-1);
      expect(problem).toStartWith('vault-unwritable: ');
      const stored = said.slice(0, -1);
      expect(stored.length).toBeGreaterThan(1);
      const vault = await open();
      expect(await vault.ids()).toEqual(stored);
      for (const id of stored) expect((await vault.get(id))?.reveal().length).toBe(4_000);
      expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      await vault.set('afterwards', new Secret('there is room again'));
    });
  });
}

describe.skipIf(!mayMount)('a full disk', () => {
  test('leaves the last good file, says so, and takes secrets again when there is room', async () => {
    const disk = folder();
    home = join(disk, 'home');
    mountSmallDisk(disk, '256k');
    try {
      const { said } = await writeMuch('true');
      const [problem = ''] = said.slice(-1);
      expect(problem).toStartWith('disk-full: ');
      const stored = said.slice(0, -1);
      expect(stored.length).toBeGreaterThan(5);
      const vault = await open();
      expect(await vault.ids()).toEqual(stored);
      expect((await vault.get(stored[0] ?? ''))?.reveal().length).toBe(4_000);
      expect(readdirSync(home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      resizeDisk(disk, '4m');
      await vault.set('afterwards', new Secret('there is room again'));
      expect((await (await open()).get('afterwards'))?.reveal()).toBe('there is room again');
    } finally {
      unmount(disk);
    }
  });
});

test('what is written is one file in its place, whatever stood there before', async () => {
  mkdirSync(home, { recursive: true });
  const vault = await open();
  await vault.set('a', new Secret('x'));
  expect(existsSync(join(home, 'credentials.json.bak'))).toBe(false);
  const first = readFileSync(join(home, 'credentials.json'), 'utf8');
  await vault.set('a', new Secret('y'));
  expect(readFileSync(join(home, 'credentials.json.bak'), 'utf8')).toBe(first);
});
