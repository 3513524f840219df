import { expect, test } from 'bun:test';
import { readingsIn } from '../../src/accounts/headroom/readings.ts';
import { PlanWindow } from '../../src/what-if/plan-window.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 2, 9);

test('a window begins with the first call, is used up, and is whole again when its time is over', () => {
  const window = new PlanWindow({ name: '5h', lengthMs: 5 * hour, microUsd: 100 });
  window.take(60, now);
  expect(window.usedUpUntil(now + hour)).toBeUndefined();
  window.take(60, now + hour);
  expect(window.usedUpUntil(now + 2 * hour)).toBe(now + 5 * hour);
  expect(window.usedUpUntil(now + 5 * hour)).toBeUndefined();
  window.take(1, now + 7 * hour);
  expect(window.headers(now + 7 * hour)).toContain('0.01');
});

test('its headers are those of the API, as the proxy reads them', () => {
  const window = new PlanWindow({ name: '7d', lengthMs: 168 * hour, microUsd: 200 });
  expect(window.headers(now)).toEqual([]);
  window.take(190, now);
  expect(readingsIn(window.headers(now), now)).toMatchObject([
    { window: '7d', kind: 'plan', used: 0.95, status: 'allowed_warning', resetAt: now + 168 * hour },
  ]);
});
