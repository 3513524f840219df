import { expect, test } from 'bun:test';
import { Pace } from '../../../src/admin/pages/pace.ts';
import { HandClock, settled } from '../../help/a-clock.ts';

/** Something that takes `ms` each time; says how often it was made. */
function aThing(ms: number) {
  const clock = new HandClock();
  const pace = new Pace(clock);
  let made = 0;
  const ask = (name = 'x'): Promise<number> =>
    pace.turn(name, async () => {
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      made += 1;
      return made;
    });
  return { clock, pace, ask, made: () => made };
}

test('what is made in a moment is made whenever somebody asks', async () => {
  const { clock, ask, made } = aThing(20);
  for (const count of [1, 2, 3]) {
    void ask();
    await clock.turn(20);
    expect(made()).toBe(count);
  }
});

test('what took long is made again after ten times as long, and then it comes by itself', async () => {
  const { clock, ask, made } = aThing(2_000);
  void ask();
  await clock.turn(2_000);
  const second = ask();
  await clock.turn(19_999);
  expect(made()).toBe(1);
  await clock.turn(2_001);
  expect(await second).toBe(2);
});

test('how far apart two of it are is known, and nothing where it is made in a moment', async () => {
  for (const [ms, every] of [
    [20, 0],
    [300, 3_300],
    [60_000, 90_000],
  ] as const) {
    const { clock, pace, ask } = aThing(ms);
    void ask();
    await clock.turn(ms);
    expect([ms, pace.every('x'), pace.every('another')]).toEqual([ms, every, 0]);
  }
});

test('another question has a pace of its own', async () => {
  const { clock, ask, made } = aThing(2_000);
  void ask();
  await clock.turn(2_000);
  void ask('another');
  await clock.turn(2_000);
  expect(made()).toBe(2);
});

test('nobody waits longer than half a minute', async () => {
  const { clock, ask, made } = aThing(60_000);
  void ask();
  await clock.turn(60_000);
  void ask();
  await clock.turn(30_000 + 60_000);
  expect(made()).toBe(2);
});

test('what fails has its pause as well', async () => {
  const { clock, pace } = aThing(0);
  let tries = 0;
  const ask = (): Promise<void> =>
    pace.turn('x', async () => {
      tries += 1;
      await new Promise<void>((resolve) => clock.after(2_000, resolve));
      throw new Error('no');
    });
  const first = ask();
  first.catch(() => {});
  await clock.turn(2_000);
  await expect(first).rejects.toThrow('no');
  ask().catch(() => {});
  await clock.turn(19_999);
  expect(tries).toBe(1);
  await clock.turn(1);
  expect(tries).toBe(2);
});

test('who waits when the proxy stops, gets an answer at once', async () => {
  const { clock, pace, ask, made } = aThing(2_000);
  void ask();
  await clock.turn(2_000);
  const second = ask();
  await settled();
  pace.close();
  await clock.turn(2_000);
  expect(await second).toBe(2);
  expect(made()).toBe(2);
});
