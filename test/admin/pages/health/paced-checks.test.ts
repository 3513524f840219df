import { expect, test } from 'bun:test';
import { PacedChecks } from '../../../../src/admin/pages/health/paced-checks.ts';
import { HandClock } from '../../../help/a-clock.ts';

/** Checks that take `ms` each time, and fail where `reason` says so; says how often they were made. */
function theChecks(ms: number, reason?: string) {
  const clock = new HandClock();
  let made = 0;
  const checks = new PacedChecks(async () => {
    made += 1;
    await new Promise<void>((resolve) => clock.after(ms, resolve));
    if (reason !== undefined) throw new Error(reason);
    return { ok: true, checks: [] };
  }, clock);
  return { clock, checks, made: () => made };
}

test('who follows looks at once, and again after ten times as long: what was found last is enough until then', async () => {
  const { clock, checks, made } = theChecks(30_000);
  const first = checks.follow();
  await clock.turn(30_000);
  const { at } = await first;
  await clock.turn(299_999);
  expect((await checks.follow()).at).toBe(at);
  expect([made(), checks.turn]).toEqual([1, 0]);
  await clock.turn(1);
  // Who got what was found before is told once.
  expect([checks.turn, checks.turn]).toEqual([1, 1]);
  const second = checks.follow();
  await clock.turn(30_000);
  expect((await second).at).toBe(at + 330_000);
  expect(made()).toBe(2);
});

test('nobody is told of anything who has the newest', async () => {
  const { clock, checks } = theChecks(1_000);
  void checks.follow();
  await clock.turn(60_000);
  expect(checks.turn).toBe(0);
});

test('what changes while they are made is looked at afterwards', async () => {
  const { clock, checks, made } = theChecks(1_000);
  const first = checks.look();
  const second = checks.follow();
  await clock.turn(1_000);
  expect(await second).toEqual(await first);
  expect([made(), checks.turn]).toEqual([1, 1]);
});

test('checks that fail are not made again at once', async () => {
  const { clock, checks, made } = theChecks(90_000, 'no end');
  const first = checks.follow();
  first.catch(() => {});
  await clock.turn(90_000);
  for (const asked of [first, checks.follow()]) await expect(asked).rejects.toThrow('no end');
  expect(made()).toBe(1);
  await clock.turn(600_000);
  expect(checks.turn).toBe(1);
});

test('who wants them now has them now', async () => {
  const { clock, checks, made } = theChecks(30_000);
  void checks.look();
  await clock.turn(30_000);
  void checks.look();
  await clock.turn(30_000);
  expect(made()).toBe(2);
  // And what changes after that is looked at without a pause, once.
  void checks.follow();
  await clock.turn(30_000);
  void checks.follow();
  expect(made()).toBe(3);
});
