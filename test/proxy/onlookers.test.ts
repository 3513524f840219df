import { expect, test } from 'bun:test';
import { Onlookers } from '../../src/proxy/onlookers.ts';

test('somebody looks until the last one has left, however often each says so', () => {
  const onlookers = new Onlookers();
  expect(onlookers.any).toBe(false);
  const one = onlookers.enter();
  const other = onlookers.enter();
  one();
  one();
  expect(onlookers.any).toBe(true);
  other();
  expect(onlookers.any).toBe(false);
});
