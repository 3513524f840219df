import { expect, test } from 'bun:test';
import { randomBytes } from 'node:crypto';
import { longestFrame, pieceBytes } from '../../../src/usage/capture/frame.ts';
import { pack, packed, pieceCount, unpack } from '../../../src/usage/capture/pieces.ts';

test('a body is packed in pieces that come out as they were, and fit into a frame even where nothing shrinks', async () => {
  const body = randomBytes(pieceBytes * 2 + 1);
  const pieces: Uint8Array[] = [];
  for await (const piece of packed(body)) {
    expect(piece.length).toBeLessThan(longestFrame - 16);
    pieces.push((await unpack(piece))!);
  }
  expect(pieces.map(({ length }) => length)).toEqual([pieceBytes, pieceBytes, 1]);
  expect(Buffer.concat(pieces).equals(body)).toBe(true);
  expect([0, 1, pieceBytes, pieceBytes + 1].map(pieceCount)).toEqual([0, 1, 1, 2]);
});

test('what is no piece, or would become larger than one, is not unpacked', async () => {
  expect(await unpack(Buffer.from('not packed'))).toBeUndefined();
  const bomb = await pack(new Uint8Array(pieceBytes + 1));
  expect(await unpack(bomb)).toBeUndefined();
});
