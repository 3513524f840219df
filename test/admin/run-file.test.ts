import { expect, test } from 'bun:test';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isAlive,
  isSame,
  proofOf,
  readRunFile,
  removeRunFile,
  standsAt,
  writeRunFile,
  type RunningProxy,
} from '../../src/admin/run-file.ts';
import { Secret } from '../../src/base/secret.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();

function running(more: Partial<RunningProxy> = {}): RunningProxy {
  return {
    pid: process.pid,
    url: 'http://127.0.0.1:8000',
    controlUrl: 'http://127.0.0.1:8000',
    controlToken: new Secret('t'.repeat(43)),
    startedAt: 1,
    version: '0.1.0',
    ...more,
  };
}

test('what was written is read again, the token as a secret', async () => {
  const path = join(folder(), 'run.json');
  await writeRunFile(path, running());
  const read = await readRunFile(path);
  expect(read?.url).toBe('http://127.0.0.1:8000');
  expect(read?.controlToken.reveal()).toBe('t'.repeat(43));
  expect(JSON.stringify(read)).not.toContain('ttt');
});

test.skipIf(process.platform === 'win32')('only its owner can read the file', async () => {
  const path = join(folder(), 'run.json');
  await writeRunFile(path, running());
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('no file, half a file and another file are nobody who runs', async () => {
  const path = join(folder(), 'run.json');
  expect(await readRunFile(path)).toBeUndefined();
  writeFileSync(path, '{"pid": 1, "url"');
  expect(await readRunFile(path)).toBeUndefined();
  writeFileSync(path, '{"pid": 1, "url": "http://127.0.0.1:1"}');
  expect(await readRunFile(path)).toBeUndefined();
});

test('a control address that is not this machine, or not plain http, is not believed', async () => {
  const path = join(folder(), 'run.json');
  for (const controlUrl of ['http://192.0.2.1:80', 'https://127.0.0.1:80', 'http://localhost.example:80']) {
    await writeRunFile(path, running({ controlUrl }));
    expect(await readRunFile(path)).toBeUndefined();
  }
  await writeRunFile(path, running({ controlUrl: 'http://[::1]:80' }));
  expect(await readRunFile(path)).toBeDefined();
});

test('who stands in the file is known by the token, whatever else was put there', async () => {
  const path = join(folder(), 'run.json');
  const mine = running({ controlToken: new Secret('m'.repeat(43)) });
  expect(await standsAt(path, mine)).toBe(false);
  await writeRunFile(path, mine);
  expect(await standsAt(path, mine)).toBe(true);
  writeFileSync(path, JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))));
  expect(await standsAt(path, mine)).toBe(true);
  // In a container every start has the same process id.
  await writeRunFile(path, { ...mine, controlToken: new Secret('o'.repeat(43)) });
  expect(await standsAt(path, mine)).toBe(false);
  writeFileSync(path, 'nothing of ours');
  expect(await standsAt(path, mine)).toBe(false);
});

test('the file is gone when nobody stands there any more', async () => {
  const path = join(folder(), 'run.json');
  await writeRunFile(path, running({}));
  await removeRunFile(path);
  expect(await readRunFile(path)).toBeUndefined();
});

test('this process is alive, a made-up one is not', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(2 ** 22 + 12_345)).toBe(false);
});

test('a proof fits one token and one nonce', () => {
  const token = new Secret('a'.repeat(43));
  const proof = proofOf(token, 'nonce');
  expect(isSame(proof, proofOf(token, 'nonce'))).toBe(true);
  expect(isSame(proof, proofOf(token, 'other'))).toBe(false);
  expect(isSame(proof, proofOf(new Secret('b'.repeat(43)), 'nonce'))).toBe(false);
  expect(isSame('', proof)).toBe(false);
});
