import { describe, expect, test } from 'bun:test';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from '../../src/base/secret.ts';
import { keyFile } from '../../src/credentials/key-file.ts';
import { givenKey } from '../../src/credentials/key-source.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryLog } from '../help/a-log.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();

describe('a key file', () => {
  test('is not made by looking for it', async () => {
    const path = join(folder(), 'vault.key');
    expect(await keyFile(path, new MemoryLog()).read()).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test('is made on request, in one loud line that does not hold the key', async () => {
    const path = join(folder(), 'home', 'vault.key');
    const log = new MemoryLog();
    const source = keyFile(path, log);
    const key = await source.create?.();
    expect((await source.read())?.id).toBe(key?.id ?? 'no key was made');
    expect(log.lines.length).toBe(1);
    expect(log.lines[0]?.level).toBe('warn');
    expect(log.lines[0]?.event).toContain('A KEY FILE WAS MADE');
    expect(JSON.stringify(log.lines)).not.toContain(key?.toText() ?? 'no key was made');
    expect(readFileSync(path, 'utf8')).toBe(`${key?.toText()}\n`);
  });

  test('that holds something else is a problem that leaves it alone', async () => {
    const path = join(folder(), 'vault.key');
    writeFileSync(path, 'correct horse battery staple', { mode: 0o600 });
    const problem = await problemOf(keyFile(path, new MemoryLog()).read());
    expect(problem.code).toBe('vault-key-invalid');
    expect(problem.message).not.toContain('horse');
    expect(readFileSync(path, 'utf8')).toBe('correct horse battery staple');
  });

  if (process.platform !== 'win32') {
    test('that others could read is closed to them, with a warning', async () => {
      const path = join(folder(), 'vault.key');
      const log = new MemoryLog();
      await keyFile(path, log).create?.();
      chmodSync(path, 0o644);
      await keyFile(path, log).read();
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(log.lines.at(-1)?.event).toContain('could be read by other users');
    });
  }
});

describe('a given key', () => {
  test('is the key, whatever lies in a file', async () => {
    const source = givenKey(new Secret(`${'ab'.repeat(32)}\n`));
    expect(source.detail).toBe('CCPROXY_VAULT_KEY');
    expect(Buffer.from((await source.read())?.bytes() ?? []).toString('hex')).toBe('ab'.repeat(32));
    expect(source.create).toBeUndefined();
  });

  test('of another length is a problem that does not repeat it', () => {
    expect(() => givenKey(new Secret('hunter2'))).toThrow('must be 32 bytes in base64 or hex');
    expect(() => givenKey(new Secret('hunter2'))).not.toThrow('hunter2');
  });
});
