import { expect, it } from 'bun:test';
import { Sparsely } from '../../../src/access/people/sparsely.ts';
import { HandClock } from '../../help/a-clock.ts';

it('the first, second, fourth, eighth … of each is told, with how many it were', () => {
  const sparsely = new Sparsely(new HandClock());
  const told = Array.from({ length: 20 }, () => sparsely.count('vera')).filter(
    (count) => count !== undefined,
  );
  expect(told).toEqual([1, 2, 4, 8, 16]);
  expect(sparsely.count('vito')).toBe(1);
});

it('after half an hour of quiet it begins anew', async () => {
  const clock = new HandClock();
  const sparsely = new Sparsely(clock);
  for (let at = 0; at < 3; at += 1) sparsely.count('vera');
  await clock.turn(30 * 60_000);
  expect(sparsely.count('vera')).toBe(1);
});

it('who has been quiet for longest is forgotten, and memory stays bounded', () => {
  const sparsely = new Sparsely(new HandClock());
  for (let at = 0; at < 1_001; at += 1) sparsely.count(`viewer ${at}`);
  expect(sparsely.count('viewer 0')).toBe(1);
  expect(sparsely.count('viewer 1000')).toBe(2);
});
