import { describe, expect, it } from 'bun:test';
import { LateWriter } from '../../src/accounts/late-writer.ts';
import { HandClock } from '../help/a-clock.ts';
import { MemoryLog } from '../help/a-log.ts';

function aWriter(write: () => Promise<void>): { writer: LateWriter; clock: HandClock; log: MemoryLog } {
  const clock = new HandClock();
  const log = new MemoryLog();
  return { writer: new LateWriter({ clock, log, what: 'things', afterMs: 1_000, write }), clock, log };
}

describe('what is written late', () => {
  it('is written once for all that changed in the meantime, and at once when it is asked for', async () => {
    let written = 0;
    const { writer, clock } = aWriter(() => {
      written += 1;
      return Promise.resolve();
    });
    for (let at = 0; at < 5; at += 1) writer.soon();
    await clock.turn(999);
    expect(written).toBe(0);
    await clock.turn(1);
    expect(written).toBe(1);
    writer.soon();
    await writer.flush();
    expect([written, clock.waiting]).toEqual([2, 0]);
  });

  it('tells once that it cannot be written, and once that it can again', async () => {
    let isFull = true;
    const { writer, log } = aWriter(() => (isFull ? Promise.reject(new Error('full')) : Promise.resolve()));
    await writer.flush();
    await writer.flush();
    isFull = false;
    await writer.flush();
    await writer.flush();
    expect(log.events('warn')).toEqual(['things cannot be written']);
    expect(log.events('info')).toEqual(['things can be written again']);
  });
});
