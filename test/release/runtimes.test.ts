import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasIntegrity, lockEntry, unpackRuntime } from '../../scripts/release/runtimes.ts';
import { targetsNamed } from '../../scripts/release/targets.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

test('bytes other than those of the lock are told from them', () => {
  const bytes = Buffer.from('a runtime');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  expect(hasIntegrity(bytes, integrity)).toBe(true);
  expect(hasIntegrity(Buffer.from('b runtime'), integrity)).toBe(false);
  expect(hasIntegrity(bytes, integrity.replace('sha512-', 'sha1-'))).toBe(false);
  expect(hasIntegrity(bytes, '')).toBe(false);
});

test('a package that somebody changed is refused, and not kept', async () => {
  const [cache, result] = [folder(), folder()];
  const [runtime] = targetsNamed('linux-arm64')[0]?.runtimes ?? [];
  if (runtime === undefined) throw new Error('there is no such runtime');
  const kept = join(cache, `bun-linux-aarch64-${lockEntry(runtime.package).version}.tgz`);
  writeFileSync(kept, 'a tampered runtime');
  const unpacking = unpackRuntime(runtime, result, cache);
  expect(unpacking).rejects.toThrow('is not what package-lock.json says');
  await unpacking.catch(() => undefined);
  expect(existsSync(kept)).toBe(false);
  expect(readdirSync(result)).toEqual([]);
});
