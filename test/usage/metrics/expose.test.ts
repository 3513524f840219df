import { describe, expect, it } from 'bun:test';
import { expose } from '../../../src/usage/metrics/expose.ts';
import { declare, single } from '../../../src/usage/metrics/family.ts';

const families = Array.from({ length: 20 }, (_, at) =>
  single(declare('gauge', `sample_${'x'.repeat(at + 1)}`, [], 'A sample for a test.'), at),
);

describe('an exposition', () => {
  it('has every metric once, in their order', async () => {
    const { text } = await expose(families, undefined);
    const names = text.split('\n').filter((line) => line.startsWith('ccproxy_'));
    expect(names).toEqual(families.map(({ declared }, at) => `${declared.name} ${at}`));
  });

  it('lets others have their turn between two metrics', async () => {
    let turns = 0;
    let isOver = false;
    const take = (): void => {
      turns += 1;
      if (!isOver) setImmediate(take);
    };
    setImmediate(take);
    await expose(families, undefined);
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(families.length);
  });
});
