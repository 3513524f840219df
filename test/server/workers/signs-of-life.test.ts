import { describe, expect, it } from 'bun:test';
import { watchSigns } from '../../../src/server/workers/signs-of-life.ts';
import { HandClock } from '../../help/a-clock.ts';

/** A process that is watched; `isSilent` has it answer nothing, until `speak`. */
function aWatched() {
  const clock = new HandClock();
  const waiting: (() => void)[] = [];
  const on = { isSilent: false, asked: 0, silences: 0 };
  const ask = (): Promise<void> => {
    on.asked += 1;
    return on.isSilent ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve();
  };
  const onSilence = (): void => {
    on.silences += 1;
  };
  const stop = watchSigns(ask, onSilence, clock);
  const speak = (): void => {
    on.isSilent = false;
    for (const answer of waiting.splice(0)) answer();
  };
  return { clock, on, stop, speak };
}

describe('a process that is asked for signs of life', () => {
  it('is asked every five seconds, and left alone as long as it answers', async () => {
    const { clock, on } = aWatched();
    await clock.turn(600_000);
    expect(on).toEqual({ isSilent: false, asked: 121, silences: 0 });
  });

  it('hangs when it has not answered for half a minute, which is said once', async () => {
    const { clock, on } = aWatched();
    on.isSilent = true;
    await clock.turn(34_999);
    expect(on.silences).toBe(0);
    await clock.turn(600_000);
    expect([on.silences, on.asked, clock.waiting]).toEqual([1, 2, 0]);
  });

  it('does not hang when it answers late', async () => {
    const { clock, on, speak } = aWatched();
    on.isSilent = true;
    await clock.turn(30_000);
    speak();
    await clock.turn(600_000);
    expect(on.silences).toBe(0);
  });

  it('does not hang because the machine stood still', async () => {
    const { clock, on } = aWatched();
    on.isSilent = true;
    await clock.turn(5_000);
    clock.skip(3_600_000);
    await clock.turn(24_999);
    expect(on.silences).toBe(0);
  });

  it('is asked no more when it is gone', async () => {
    const { clock, on, stop } = aWatched();
    stop();
    await clock.turn(600_000);
    expect([on.asked, clock.waiting]).toEqual([1, 0]);
  });
});
