import { expect, test } from 'bun:test';
import { sleep } from '../../src/base/clock.ts';
import { Seeded } from '../../src/what-if/seeded.ts';
import { VirtualClock } from '../../src/what-if/virtual-clock.ts';

test('what falls due first fires first, and of one moment what was set first', async () => {
  const clock = new VirtualClock(1000);
  const fired: [number, number][] = [];
  const random = new Seeded(3);
  const moments = Array.from({ length: 500 }, () => Math.floor(random.next() * 50));
  for (const [at, ms] of moments.entries()) clock.after(ms, () => fired.push([clock.now(), at]));
  await clock.run();
  const expected = moments.map((ms, at): [number, number] => [1000 + ms, at]);
  expect(fired).toEqual(expected.toSorted(([a, one], [b, other]) => a - b || one - other));
});

test('a timer that was taken back neither fires nor moves the time', async () => {
  const clock = new VirtualClock(0);
  let hasFired = false;
  const cancel = clock.after(5000, () => {
    hasFired = true;
  });
  clock.after(10, cancel);
  await clock.run();
  expect([hasFired, clock.now()]).toEqual([false, 10]);
});

test('a week of waiting is over at once, and promises go on in between', async () => {
  const clock = new VirtualClock(0);
  const seen: number[] = [];
  const waiting = (async () => {
    for (let day = 0; day < 7; day += 1) {
      await sleep(clock, 86_400_000);
      seen.push(clock.now() / 86_400_000);
    }
  })();
  await clock.run();
  await waiting;
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
