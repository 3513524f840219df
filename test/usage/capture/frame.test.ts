import { expect, test } from 'bun:test';
import {
  frameHeadBytes,
  frameKind,
  importKey,
  openFrame,
  sealFrame,
} from '../../../src/usage/capture/frame.ts';

const content = new TextEncoder().encode('planted prompt');
const keyOf = (fill: number) => importKey(new Uint8Array(32).fill(fill));

async function sealed(place: number) {
  const frame = await sealFrame(await keyOf(1), place, frameKind.request, content);
  return frame.slice(frameHeadBytes);
}

test('a frame opens with its key, at its place, as its kind', async () => {
  const opened = await openFrame(await keyOf(1), 3, frameKind.request, await sealed(3));
  expect(opened).toEqual(content);
  expect(Buffer.from(await sealed(3)).toString('latin1')).not.toContain('planted');
});

test('it opens nowhere else, as nothing else, with no other key and not when a bit of it has changed', async () => {
  const frame = await sealed(3);
  expect(await openFrame(await keyOf(1), 4, frameKind.request, frame)).toBeUndefined();
  expect(await openFrame(await keyOf(1), 3, frameKind.answer, frame)).toBeUndefined();
  expect(await openFrame(await keyOf(2), 3, frameKind.request, frame)).toBeUndefined();
  expect(await openFrame(await keyOf(1), 3, frameKind.request, frame.slice(0, -1))).toBeUndefined();
  expect(await openFrame(await keyOf(1), 3, frameKind.request, new Uint8Array())).toBeUndefined();
  const changed = frame.slice();
  changed[0] = (changed[0] ?? 0) ^ 1;
  expect(await openFrame(await keyOf(1), 3, frameKind.request, changed)).toBeUndefined();
});

test('a frame says in the clear how long it is and of which kind, and nothing more', async () => {
  const frame = await sealFrame(await keyOf(1), 0, frameKind.answer, content);
  expect(new DataView(frame.buffer).getUint32(0)).toBe(content.length + 16);
  expect(frame[4]).toBe(frameKind.answer);
  expect(frame.length).toBe(frameHeadBytes + content.length + 16);
});
