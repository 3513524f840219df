import { expect, test } from 'bun:test';
import { KeptSeries } from '../../../../src/admin/pages/usage/kept-series.ts';
import { HandClock } from '../../../help/a-clock.ts';
import { aSeriesView } from '../../../help/a-view.ts';

/** Reports that take `ms` each; says how many were made. */
function reports(ms: number) {
  const clock = new HandClock();
  const kept = new KeptSeries(clock);
  let made = 0;
  const get = (name = 'x') =>
    kept.get(name, async () => {
      made += 1;
      await clock.turn(ms);
      return aSeriesView();
    });
  return { clock, get, made: () => made };
}

test('what is made in a moment is made each time', async () => {
  const { get, made } = reports(20);
  await get();
  await get();
  expect(made()).toBe(2);
});

test('what took long is shown again for ten times as long, and then made anew', async () => {
  const { clock, get, made } = reports(2_000);
  await get();
  await clock.turn(19_000);
  await get();
  expect(made()).toBe(1);
  await get('another question');
  expect(made()).toBe(2);
  await clock.turn(2_000);
  await get();
  expect(made()).toBe(3);
});

test('of many questions the oldest are forgotten', async () => {
  const { get, made } = reports(1_000_000);
  for (let at = 0; at < 40; at += 1) await get(`question ${at}`);
  await get('question 39');
  expect(made()).toBe(40);
  await get('question 0');
  expect(made()).toBe(41);
});
