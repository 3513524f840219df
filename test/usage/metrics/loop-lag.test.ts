import { describe, expect, it } from 'bun:test';
import { LoopLag } from '../../../src/usage/metrics/loop-lag.ts';
import { HandClock } from '../../help/a-clock.ts';

/** A clock on which what is due comes late by what `lateMs` says next. */
class LateClock extends HandClock {
  lateMs = 0;

  override after(ms: number, run: () => void): () => void {
    return super.after(ms + this.lateMs, run);
  }
}

describe('the lag of the event loop', () => {
  it('is how late the program comes to what is due, looked at once a second', async () => {
    const clock = new LateClock();
    const lag = new LoopLag(clock);
    lag.watch();
    clock.lateMs = 300;
    await clock.turn(1_000);
    await clock.turn(1_300);
    const [{ counts, sum } = { counts: [], sum: 0 }] = lag.lags.look();
    expect(counts.reduce((all, one) => all + one, 0)).toBe(2);
    expect(sum).toBeCloseTo(0.3, 9);
  });

  it('is not looked at any more when it is over', async () => {
    const clock = new HandClock();
    const lag = new LoopLag(clock);
    const stop = lag.watch();
    await clock.turn(3_000);
    stop();
    await clock.turn(10_000);
    expect(lag.lags.look()[0]?.counts[0]).toBe(3);
    expect(clock.waiting).toBe(0);
  });
});
