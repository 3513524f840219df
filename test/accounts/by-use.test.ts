import { expect, it } from 'bun:test';
import { ByUse } from '../../src/accounts/by-use.ts';
import { Random } from '../help/a-random.ts';

it('knows which entry was not used for longest', () => {
  const map = new ByUse<number>();
  expect(map.oldest).toBeUndefined();
  for (const key of ['a', 'b', 'c', 'a']) map.use(key, 1);
  expect([map.oldest, map.size]).toEqual(['b', 3]);
  map.delete('b');
  expect([map.oldest, map.size, map.get('b')]).toEqual(['c', 2, undefined]);
});

it('lets the entry that is looked at be deleted, and goes on with the next', () => {
  const map = new ByUse<number>();
  for (const key of ['a', 'b', 'c']) map.use(key, 1);
  for (const [key] of map) map.delete(key);
  expect([map.size, map.oldest]).toEqual([0, undefined]);
});

it('is what a map is whose entries are set anew at each use', () => {
  const random = new Random(7);
  const map = new ByUse<number>();
  const plain = new Map<string, number>();
  for (let step = 0; step < 5_000; step += 1) {
    const key = `key-${random.below(30)}`;
    if (random.chance(0.2)) {
      map.delete(key);
      plain.delete(key);
    } else {
      plain.delete(key);
      plain.set(key, step);
      map.use(key, step);
    }
    expect([map.size, map.oldest, map.get(key)]).toEqual([plain.size, [...plain.keys()][0], plain.get(key)]);
  }
  expect([...map]).toEqual([...plain]);
});
