import { expect, test } from 'bun:test';
import { KeepingCall, sizeOf } from '../../../src/usage/capture/keeping-call.ts';
import type { KeptCall } from '../../../src/usage/capture/kept-call.ts';
import { aCallRecord } from '../../help/a-call-record.ts';

/** Keeps one call with so much room. */
function keeping(room: number, maxBodyBytes = 10) {
  let held = 0;
  const kept: KeptCall[] = [];
  let dropped = 0;
  const call = new KeepingCall({
    maxBodyBytes,
    take(bytes) {
      if (held + bytes > room) return false;
      held += bytes;
      return true;
    },
    onOver: (one) => kept.push(one),
    onDropped(taken) {
      held -= taken;
      dropped += 1;
    },
  });
  const over = (): void => {
    call.over(aCallRecord(), { request: [], answer: [] });
  };
  return { call, over, kept, held: () => held, dropped: () => dropped };
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

test('bodies are kept up to the limit, and counted beyond it', () => {
  const { call, over, kept, held } = keeping(10_000);
  call.request(Buffer.from('hello'));
  call.request(Buffer.from(' world'));
  call.answer(Buffer.from('hi'));
  over();
  expect([kept[0]?.request.bytes, text(kept[0]?.request.kept)]).toEqual([11, 'hello worl']);
  expect([kept[0]?.answer.bytes, text(kept[0]?.answer.kept)]).toEqual([2, 'hi']);
  expect(held()).toBe(sizeOf(kept[0]!));
});

test('what is kept is a copy: a small part of a large block does not keep the block in memory', () => {
  const { call, over, kept } = keeping(10_000);
  const block = Buffer.from('0123456789');
  call.request(block);
  block.fill(0);
  over();
  expect(text(kept[0]?.request.kept)).toBe('0123456789');
});

test('a call for which there is no room is dropped once, gives its room back, and keeps nothing more', () => {
  const { call, over, kept, held, dropped } = keeping(2_055);
  call.request(Buffer.from('12345'));
  call.answer(Buffer.from('12345'));
  call.answer(Buffer.from('1'));
  over();
  expect([kept.length, held(), dropped()]).toEqual([0, 0, 1]);
});

test('a call is over once', () => {
  const { over, kept } = keeping(10_000);
  over();
  over();
  expect(kept).toHaveLength(1);
});
