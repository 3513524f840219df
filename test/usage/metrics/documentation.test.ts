import { describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { declared } from '../../../src/usage/metrics/declared.ts';
import { seriesName } from '../../../src/usage/metrics/family.ts';
import { missingIn } from '../../help/a-query.ts';

const page = readFileSync('docs/metrics.md', 'utf8');

/** The rows of tables of metrics: name, type, labels. */
const rows = [...page.matchAll(/^\| `((?:ccproxy|process)_\w+)` \| (\w+) \| ([^|]*)\| (.+) \|$/gm)].map(
  ([, name, type, labels = '']) => [name, type, [...labels.matchAll(/\w+/g)].join()],
);

describe('the page about metrics', () => {
  it('has every metric with its type and its labels, and no other', () => {
    const all = Object.values(declared).map((metric) => [
      seriesName(metric),
      metric.type,
      metric.labels.join(),
    ]);
    const byName = (a: unknown[], b: unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);
    expect(rows.toSorted(byName)).toEqual(all.toSorted(byName));
  });

  it('says of every label what it may be, where its name does not', () => {
    const labels = new Set(Object.values(declared).flatMap((metric) => metric.labels));
    const plain = ['account', 'model', 'type', 'from', 'to', 'version', 'runtime', 'os', 'arch', 'standing'];
    const explained = [...page.matchAll(/^\| `([a-z]+)` \| /gm)].map(([, label = '']) => label);
    expect([...labels].filter((label) => !explained.includes(label) && !plain.includes(label))).toEqual([]);
  });

  it('asks in its examples for nothing that is not told', () => {
    const [, questions = ''] = page.split('## Questions and queries');
    const queries = [...questions.matchAll(/^\| [A-Z].*? \| `(.+)` \|$/gm)].map(([, query = '']) => query);
    expect(queries.length).toBeGreaterThan(10);
    expect(queries.flatMap(missingIn)).toEqual([]);
  });
});
