import { expect, it } from 'bun:test';
import { Begun } from '../../../src/usage/tap/begun.ts';

const add = (begun: Begun, text: string): void => {
  begun.add(Buffer.from(`<<${text}>>`), 2, 2 + text.length);
};
const kept = (begun: Begun): string => begun.bytes.toString('latin1', 0, Math.min(begun.size, 2_000));

it('a text that comes in pieces is kept as one', () => {
  const begun = new Begun(2_000);
  for (const piece of ['a', '', 'bc', 'd'.repeat(600)]) add(begun, piece);
  expect(kept(begun)).toBe(`abc${'d'.repeat(600)}`);
  expect([begun.size, begun.isKept]).toEqual([603, true]);
});

it('of a text that is too long the beginning is kept, and all of it counted', () => {
  const begun = new Begun(2_000);
  for (let times = 0; times < 5; times += 1) add(begun, 'x'.repeat(999));
  expect(kept(begun)).toBe('x'.repeat(2_000));
  expect([begun.size, begun.isKept]).toEqual([4_995, false]);
});

it('the next text takes the same room', () => {
  const begun = new Begun(2_000);
  add(begun, 'first text');
  const { bytes } = begun;
  begun.clear();
  expect([begun.size, begun.isKept]).toEqual([0, true]);
  add(begun, 'next');
  expect(begun.bytes).toBe(bytes);
  expect(kept(begun)).toBe('next');
});
