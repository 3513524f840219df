import { describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyFile, systemdPlace } from '../../src/credentials/key-file.ts';
import { VaultKey } from '../../src/credentials/vault-key.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();

const anyKey = { key: '', backend: undefined, passphrase: undefined } as const;

/** The key file of the vault itself, and what it says. */
function ownKeyFile(path: string) {
  const log = new MemoryLog();
  return { place: keyFile({ path, isNamed: false, log }), log };
}

describe('a key file', () => {
  test('is not made by looking for it', async () => {
    const path = join(folder(), 'vault.key');
    expect(await ownKeyFile(path).place.keys(anyKey)).toEqual([]);
    expect(existsSync(path)).toBe(false);
  });

  test('is made on request, in one loud line that does not hold the key', async () => {
    const path = join(folder(), 'home', 'vault.key');
    const { place, log } = ownKeyFile(path);
    const key = VaultKey.random();
    expect(await place.keep?.(key)).toEqual({ key: key.id, backend: 'key-file', passphrase: undefined });
    expect((await place.keys(anyKey)).map(({ id }) => id)).toEqual([key.id]);
    expect(log.lines.length).toBe(1);
    expect(log.lines[0]?.level).toBe('warn');
    expect(log.lines[0]?.event).toContain('A KEY FILE WAS MADE');
    expect(JSON.stringify(log.lines)).not.toContain(key.toText());
    expect(readFileSync(path, 'utf8')).toBe(`${key.toText()}\n`);
  });

  test('holds two keys while one takes the place of the other, and none when both are gone', async () => {
    const path = join(folder(), 'vault.key');
    const { place, log } = ownKeyFile(path);
    const [old, fresh] = [VaultKey.random(), VaultKey.random()];
    await place.keep?.(old);
    await place.keep?.(fresh);
    expect((await place.keys(anyKey)).map(({ id }) => id)).toEqual([old.id, fresh.id]);
    await place.forget?.(old.id);
    await place.forget?.('never there');
    expect((await place.keys(anyKey)).map(({ id }) => id)).toEqual([fresh.id]);
    await place.forget?.(fresh.id);
    expect(existsSync(path)).toBe(false);
    expect(log.lines.length).toBe(1);
  });

  test('that holds something else is a problem that leaves it alone', async () => {
    const path = join(folder(), 'vault.key');
    writeFileSync(path, 'correct horse battery staple', { mode: 0o600 });
    const problem = await problemOf(ownKeyFile(path).place.keys(anyKey));
    expect(problem.code).toBe('vault-key-invalid');
    expect(problem.message).not.toContain('horse');
    expect(readFileSync(path, 'utf8')).toBe('correct horse battery staple');
  });

  if (process.platform !== 'win32') {
    test('that others could read is closed to them, with a warning', async () => {
      const path = join(folder(), 'vault.key');
      const { place, log } = ownKeyFile(path);
      await place.keep?.(VaultKey.random());
      chmodSync(path, 0o644);
      await place.keys(anyKey);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(log.lines.at(-1)?.event).toContain('could be read by other users');
    });

    test("that the settings name is somebody else's: neither its folder nor its mode is touched", async () => {
      const mounted = folder();
      chmodSync(mounted, 0o755);
      const path = join(mounted, 'key');
      writeFileSync(path, VaultKey.random().toText());
      chmodSync(path, 0o644);
      const log = new MemoryLog();
      const place = keyFile({ path, isNamed: true, log });
      await place.keys(anyKey);
      expect(statSync(path).mode & 0o777).toBe(0o644);
      await place.keep?.(VaultKey.random());
      expect((await place.keys(anyKey)).length).toBe(2);
      expect(place.forget).toBeUndefined();
      expect(statSync(mounted).mode & 0o777).toBe(0o755);
      expect(log.events('warn')).toEqual(['the vault key could be read by other users of this machine']);
    });
  }
});

describe('a credential of a systemd unit', () => {
  test('is read from the folder that systemd names, and never written', async () => {
    const credentials = folder();
    const key = VaultKey.random();
    writeFileSync(join(credentials, 'vault-key'), key.toText(), { mode: 0o400 });
    const place = systemdPlace(credentials);
    expect((await place.keys(anyKey)).map(({ id }) => id)).toEqual([key.id]);
    expect(place.keep).toBeUndefined();
    expect(place.forget).toBeUndefined();
  });

  test('is not there outside the unit', async () => {
    expect(await systemdPlace(undefined).keys(anyKey)).toEqual([]);
  });
});
