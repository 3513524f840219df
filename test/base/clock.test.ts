import { afterEach, beforeEach, describe, expect, it, jest } from 'bun:test';
import { sleep, wallClock } from '../../src/base/clock.ts';
import { HandClock } from '../help/a-clock.ts';
import { failureOf } from '../help/a-failure.ts';

describe('the wall clock', () => {
  it('tells milliseconds since the epoch', () => {
    const before = Date.now();
    const told = wallClock.now();
    expect(told).toBeGreaterThanOrEqual(before);
    expect(told).toBeLessThanOrEqual(Date.now());
  });

  it('has a second clock that never goes back', () => {
    const first = wallClock.monotonic();
    expect(wallClock.monotonic()).toBeGreaterThanOrEqual(first);
  });

  describe('and its timers', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('call once, after the time and not before', () => {
      let calls = 0;
      wallClock.after(1_000, () => (calls += 1));
      jest.advanceTimersByTime(999);
      expect(calls).toBe(0);
      jest.advanceTimersByTime(1);
      expect(calls).toBe(1);
      jest.advanceTimersByTime(10_000);
      expect(calls).toBe(1);
    });

    it('take a moment that has passed for now', () => {
      let calls = 0;
      wallClock.after(-5_000, () => (calls += 1));
      jest.advanceTimersByTime(1);
      expect(calls).toBe(1);
    });

    it('can be taken back', () => {
      let calls = 0;
      const cancel = wallClock.after(1_000, () => (calls += 1));
      cancel();
      cancel();
      jest.advanceTimersByTime(5_000);
      expect(calls).toBe(0);
    });

    it('keep a time longer than setTimeout can count, where it would fire at once', () => {
      let calls = 0;
      const days32 = 32 * 86_400_000;
      wallClock.after(days32, () => (calls += 1));
      jest.advanceTimersByTime(2 ** 31 - 1);
      expect(calls).toBe(0);
      jest.advanceTimersByTime(days32 - (2 ** 31 - 1) - 1);
      expect(calls).toBe(0);
      jest.advanceTimersByTime(1);
      expect(calls).toBe(1);
    });

    it('can be taken back in the middle of such a time', () => {
      let calls = 0;
      const cancel = wallClock.after(32 * 86_400_000, () => (calls += 1));
      jest.advanceTimersByTime(2 ** 31);
      cancel();
      jest.advanceTimersByTime(2 ** 31 - 1);
      expect(calls).toBe(0);
    });
  });

  it('never keeps the process alive by a timer', async () => {
    const script = `
      import { wallClock } from ${JSON.stringify(new URL('../../src/base/clock.ts', import.meta.url).href)};
      wallClock.after(600_000, () => {});
      wallClock.after(32 * 86_400_000, () => {});
    `;
    const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'ignore', stderr: 'inherit' });
    expect(await child.exited).toBe(0);
  });
});

describe('sleep', () => {
  it('ends when the time is over', async () => {
    const clock = new HandClock();
    let isOver = false;
    const sleeping = sleep(clock, 1_000).then(() => (isOver = true));
    await clock.turn(999);
    expect(isOver).toBe(false);
    await clock.turn(1);
    await sleeping;
    expect(isOver).toBe(true);
  });

  it('is refused at once where the signal was aborted before, and waits for nothing', async () => {
    const clock = new HandClock();
    const reason = new Error('gone');
    expect(await failureOf(sleep(clock, 1_000, AbortSignal.abort(reason)))).toBe(reason);
    expect(clock.waiting).toBe(0);
  });

  it('ends with the reason of the signal, and leaves no timer behind', async () => {
    const clock = new HandClock();
    const gone = new AbortController();
    const sleeping = sleep(clock, 1_000, gone.signal);
    const reason = new Error('the client left');
    gone.abort(reason);
    expect(await failureOf(sleeping)).toBe(reason);
    expect(clock.waiting).toBe(0);
  });

  it('makes an error of a reason that is none', async () => {
    const failure = await failureOf(sleep(new HandClock(), 1, AbortSignal.abort('left')));
    expect(failure.message).toBe('left');
  });

  it('does not care for an abort that comes afterwards', async () => {
    const clock = new HandClock();
    const gone = new AbortController();
    const sleeping = sleep(clock, 10, gone.signal);
    await clock.turn(10);
    gone.abort();
    await sleeping;
  });
});
