import { expect, test } from 'bun:test';
import { createHash, createHmac } from 'node:crypto';
import { hmacSha256, randomBytes, sha256 } from '../../src/base/hash.ts';

test('hashes are those of node:crypto, in every spelling', () => {
  for (const encoding of ['hex', 'base64url'] as const) {
    expect(
      sha256()
        .update('one')
        .update(new Uint8Array([0, 255]))
        .digest(encoding),
    ).toBe(
      createHash('sha256')
        .update('one')
        .update(new Uint8Array([0, 255]))
        .digest(encoding),
    );
    expect(hmacSha256('key').update('tëxt').digest(encoding)).toBe(
      createHmac('sha256', 'key').update('tëxt').digest(encoding),
    );
  }
  expect(sha256().update('').digest()).toEqual(createHash('sha256').update('').digest());
});

test('random bytes are as many as were asked for, and never the same', () => {
  expect(randomBytes(32)).toHaveLength(32);
  expect(randomBytes(32).equals(randomBytes(32))).toBe(false);
});
