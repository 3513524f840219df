import { describe, expect, it } from 'bun:test';
import { declare } from '../../../src/usage/metrics/family.ts';
import { contentTypes, endOf, familyText } from '../../../src/usage/metrics/text.ts';

const counter = declare('counter', 'sample_bytes', ['who'], 'A sample, "quoted" with \\ and\nlines.');

describe('a counter in text', () => {
  it('has help and type under its full name for Prometheus', () => {
    const text = familyText({ declared: counter, points: [{ values: ['ann'], value: 3 }] }, 'prometheus');
    expect(text).toBe(
      '# HELP ccproxy_sample_bytes_total A sample, "quoted" with \\\\ and\\nlines.\n' +
        '# TYPE ccproxy_sample_bytes_total counter\n' +
        'ccproxy_sample_bytes_total{who="ann"} 3\n',
    );
  });

  it('has type, unit and help under the name of its family for OpenMetrics', () => {
    const text = familyText({ declared: counter, points: [{ values: ['ann'], value: 3 }] }, 'openmetrics');
    expect(text).toBe(
      '# TYPE ccproxy_sample_bytes counter\n' +
        '# UNIT ccproxy_sample_bytes bytes\n' +
        '# HELP ccproxy_sample_bytes A sample, \\"quoted\\" with \\\\ and\\nlines.\n' +
        'ccproxy_sample_bytes_total{who="ann"} 3\n',
    );
  });

  it('cannot be broken apart by the value of a label', () => {
    const values = ['a"} 9\nevil{x="\\'];
    const text = familyText({ declared: counter, points: [{ values, value: 1 }] }, 'prometheus');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      'ccproxy_sample_bytes_total{who="a\\"} 9\\nevil{x=\\"\\\\"} 1',
    );
  });

  it('is left out where it has no numbers', () => {
    expect(familyText({ declared: counter, points: [] }, 'prometheus')).toBe('');
  });
});

describe('a histogram in text', () => {
  const declared = declare('histogram', 'sample_seconds', ['who'], 'Lengths.');
  const family = {
    declared,
    bounds: [0.5, 1],
    distributed: [{ values: ['ann'], counts: [2, 0, 3], sum: 9.5 }],
  };

  it('adds its buckets up, bounds as floats in both formats', () => {
    for (const format of ['prometheus', 'openmetrics'] as const) {
      const lines = familyText(family, format).split('\n');
      expect(lines.filter((line) => line.startsWith('ccproxy'))).toEqual([
        'ccproxy_sample_seconds_bucket{who="ann",le="0.5"} 2',
        'ccproxy_sample_seconds_bucket{who="ann",le="1.0"} 2',
        'ccproxy_sample_seconds_bucket{who="ann",le="+Inf"} 5',
        'ccproxy_sample_seconds_sum{who="ann"} 9.5',
        'ccproxy_sample_seconds_count{who="ann"} 5',
      ]);
    }
  });

  it('needs no labels', () => {
    const bare = declare('histogram', 'bare_seconds', [], 'Lengths.');
    const text = familyText(
      { declared: bare, bounds: [1], distributed: [{ values: [], counts: [1, 0], sum: 1 }] },
      'prometheus',
    );
    expect(text).toContain('ccproxy_bare_seconds_bucket{le="1.0"} 1\n');
    expect(text).toContain('ccproxy_bare_seconds_sum 1\n');
  });
});

it('facts about the program are a gauge for Prometheus, under the same name', () => {
  const declared = declare('info', 'sample', ['version'], 'The program.');
  const family = { declared, points: [{ values: ['1'], value: 1 }] };
  expect(familyText(family, 'prometheus')).toContain(
    '# TYPE ccproxy_sample_info gauge\nccproxy_sample_info{',
  );
  expect(familyText(family, 'openmetrics')).toContain('# TYPE ccproxy_sample info\n');
});

it('numbers beyond numbers are written as the formats want them', () => {
  const declared = declare('gauge', 'sample', ['n'], 'Numbers.');
  const points = [Number.NaN, Infinity, -Infinity, 1e21].map((value, at) => ({
    values: [String(at)],
    value,
  }));
  const lines = familyText({ declared, points }, 'prometheus').trimEnd().split('\n').slice(2);
  expect(lines.map((line) => line.split(' ')[1])).toEqual(['NaN', '+Inf', '-Inf', '1e+21']);
});

it('only OpenMetrics has an end', () => {
  expect([endOf('prometheus'), endOf('openmetrics')]).toEqual(['', '# EOF\n']);
  expect(contentTypes.openmetrics).toContain('version=1.0.0');
});
