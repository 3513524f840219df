import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { hasIntegrity } from '../../scripts/release/runtimes.ts';

test('bytes other than those of the lock are told from them', () => {
  const bytes = Buffer.from('a runtime');
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  expect(hasIntegrity(bytes, integrity)).toBe(true);
  expect(hasIntegrity(Buffer.from('b runtime'), integrity)).toBe(false);
  expect(hasIntegrity(bytes, integrity.replace('sha512-', 'sha1-'))).toBe(false);
  expect(hasIntegrity(bytes, '')).toBe(false);
});
