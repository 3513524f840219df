import { describe, expect, test } from 'bun:test';
import { killRefresh, refreshOnFullDisk, refreshUndisturbed, type DeathPoint } from './killed-refresh.ts';

// A process is killed in the middle of a refresh whose provider gives a new refresh token each time. All steps,
// hundreds of times: refresh-kill.full.ts.

type Point = Exclude<DeathPoint, { after: number }>;

const nameOf = (point: Point): string =>
  'before' in point ? `before "${point.before}"` : `when the request has ${doing[point.atProvider]}`;
const doing = {
  arrived: 'arrived at the provider',
  committed: 'been carried out there',
  answering: 'been answered in part',
};

describe('with a provider that takes a replaced token for a while, a refresh recovers that is killed', () => {
  const points: Point[] = [
    { before: 'rename credentials.json#1' },
    { before: 'request#1' },
    { atProvider: 'arrived' },
    { atProvider: 'committed' },
    { atProvider: 'answering' },
    { before: 'answer#1' },
    { before: 'rename credentials.json#2' },
    { before: 'rename credentials.json.bak#2' },
  ];
  test.each(points.map((point) => [nameOf(point), point] as const))('%s', async (_, point) => {
    expect((await killRefresh(point, 60)).over).toBeUndefined();
  });
});

describe('without such a provider, a refresh is lost only between its commit and our disk; killed', () => {
  const points: [Point, isLost: boolean][] = [
    [{ before: 'open credentials.json.lock#1' }, false],
    [{ before: 'request#1' }, false],
    [{ atProvider: 'arrived' }, false],
    [{ atProvider: 'committed' }, true],
    [{ before: 'answer#1' }, true],
    [{ before: 'sync temporary#3' }, true],
    [{ before: 'rename credentials.json#2' }, true],
    [{ before: 'sync home#3' }, false],
    [{ before: 'write refresh-acc_ann#2' }, false],
  ];
  test.each(points.map(([point, isLost]) => [nameOf(point), point, isLost] as const))(
    '%s',
    async (_, point, isLost) => {
      const { over, isCommitted, isStored } = await killRefresh(point, 0);
      expect([over !== undefined, isCommitted && !isStored]).toEqual([isLost, isLost]);
      if (isLost) expect(over).toStartWith('refresh interrupted: ');
    },
  );
});

test('on a full disk no refresh begins, and nothing is left behind that others would wait for', async () => {
  const { steps, asked, locks } = await refreshOnFullDisk();
  expect(steps).toContain('open refresh-acc_ann#1');
  expect([steps.includes('request#1'), asked, locks]).toEqual([false, 0, []]);
});

test('a refresh has one write before its request, and one after', async () => {
  const { steps } = await refreshUndisturbed();
  const milestones = steps.filter((step) => /^(rename credentials.json#|request|answer)/.test(step));
  expect(milestones).toEqual([
    'rename credentials.json#1',
    'request#1',
    'answer#1',
    'rename credentials.json#2',
  ]);
});
