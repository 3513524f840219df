import { expect, it } from 'bun:test';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeWords, detailWords } from '../../../src/access/people/change-words.ts';

it('whatever the program writes down has words', () => {
  const files = readdirSync('src', { recursive: true }).map(String);
  const used = files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => [
      ...readFileSync(join('src', file), 'utf8').matchAll(/\bwhat: '([a-z-]+(?:\.[a-z-]+)?)'/g),
    ])
    .map(([, what = '']) => what);
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((what) => what.includes('.') && changeWords(what) === what)).toEqual([]);
});

it('what has none is shown as it is, and details as a list', () => {
  expect(changeWords('account.painted')).toBe('account.painted');
  expect(detailWords({ kind: 'api-key', empty: '', on: 'true' })).toBe('kind: api-key, on: true');
});
