import { describe, expect, it } from 'bun:test';
import { product } from '../../../src/base/product.ts';
import { declared } from '../../../src/usage/metrics/declared.ts';
import { seriesName } from '../../../src/usage/metrics/family.ts';

const all = Object.values(declared);

describe('every metric', () => {
  it('has a name of its own, with our prefix or that of every process', () => {
    const names = all.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(
      names.filter((name) => !name.startsWith(product.metricPrefix) && !name.startsWith('process_')),
    ).toEqual([]);
    expect(names.filter((name) => !/^[a-z]+(?:_[a-z0-9]+)*$/.test(name))).toEqual([]);
  });

  it('has nothing in its name that a format appends', () => {
    expect(all.filter(({ name }) => /_(?:total|count|sum|bucket|info|created)$/.test(name))).toEqual([]);
  });

  it('that is a histogram or counts money or bytes says its unit', () => {
    const measured = all.filter(
      ({ type, name }) => type === 'histogram' || /(?:cost|bytes|saved)/.test(name),
    );
    expect(measured.filter(({ unit }) => unit === undefined)).toEqual([]);
  });

  it('is explained in a sentence, and has labels in lower case', () => {
    expect(all.filter(({ help }) => !/^[A-Z].{10,}\.$/.test(help))).toEqual([]);
    expect(all.flatMap(({ labels }) => labels).filter((label) => !/^[a-z]+$/.test(label))).toEqual([]);
  });

  it('is known to queries by what it is', () => {
    expect(seriesName(declared.calls)).toBe('ccproxy_calls_total');
    expect(seriesName(declared.build)).toBe('ccproxy_build_info');
    expect(seriesName(declared.heldBytes)).toBe('ccproxy_held_bytes');
  });
});
