import { expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { BodyDigests } from '../../src/usage/body-digests.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('a body has the same digest in whatever pieces it comes and goes on', () => {
  const digests = new BodyDigests();
  for (const piece of ['a b', 'od', 'y']) digests.came(Buffer.from(piece));
  const sends = digests.attempt('ann');
  sends(Buffer.from('a body'));
  digests.cameWhole();
  const all = { bytes: 6, sha256: sha256('a body') };
  expect(digests.look(false)).toEqual({
    came: { ...all, isWhole: true },
    went: [{ attempt: 1, account: 'ann', ...all }],
    isTranslated: false,
  });
});

test('each attempt has a digest of its own, and one that sent nothing has none', () => {
  const digests = new BodyDigests();
  digests.came(Buffer.from('abc'));
  digests.attempt('ann')(Buffer.from('ab'));
  digests.attempt('bob');
  digests.attempt('cid')(Buffer.from('abc'));
  expect(digests.look(true)).toEqual({
    came: { bytes: 3, sha256: sha256('abc'), isWhole: false },
    went: [
      { attempt: 1, account: 'ann', bytes: 2, sha256: sha256('ab') },
      { attempt: 3, account: 'cid', bytes: 3, sha256: sha256('abc') },
    ],
    isTranslated: true,
  });
  // And it can be looked at again.
  expect(digests.look(true)?.came.sha256).toBe(sha256('abc'));
});

test('there is nothing to tell of a call without a body', () => {
  const digests = new BodyDigests();
  digests.attempt('ann');
  expect(digests.look(false)).toBeUndefined();
});
