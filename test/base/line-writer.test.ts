import { expect, it } from 'bun:test';
import { lineWriter } from '../../src/base/line-writer.ts';
import { HandClock } from '../help/a-clock.ts';

it('writes lines together after a moment, in order', async () => {
  const clock = new HandClock();
  const written: string[] = [];
  const lines = lineWriter((text) => written.push(text), clock);
  lines.write('one\n');
  lines.write('two\n');
  expect(written).toEqual([]);
  await clock.turn(100);
  expect(written).toEqual(['one\ntwo\n']);
  await clock.turn(1_000);
  expect(written).toHaveLength(1);
});

it('does not wait when a lot has come together', () => {
  const written: string[] = [];
  const lines = lineWriter((text) => written.push(text), new HandClock());
  for (let line = 0; line < 400; line += 1) lines.write(`${'x'.repeat(99)}\n`);
  expect(written.length).toBe(1);
});

it('writes what waits when it is flushed, once', () => {
  const clock = new HandClock();
  const written: string[] = [];
  const lines = lineWriter((text) => written.push(text), clock);
  lines.write('last\n');
  lines.flush();
  lines.flush();
  expect(written).toEqual(['last\n']);
  expect(clock.waiting).toBe(0);
});
