import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from '../help/a-command.ts';

const page = readFileSync(join(import.meta.dir, '../../docs/routing.md'), 'utf8');
const [, example = ''] = page.split('\n### A worked example\n');
const [, scenario = ''] = /```toml\n(.*?)```/s.exec(example) ?? [];
/** Each command of the example with what it is shown to print. */
const shown = [...example.matchAll(/```\n\$ claude-code-proxy (what-if .*)\n([^`]*)```/g)].map(
  ([, command = '', output = '']) => ({ words: command.split(' '), output }),
);
const newBench = benches();

/** What the command prints where the team's scenario is what it was, or as it is after the change. */
async function printed(words: readonly string[], mine: string): Promise<string> {
  const bench = newBench();
  writeFileSync(join(bench.folder, 'mine.toml'), mine);
  const { code, out } = await bench.run(words);
  expect(code).toBe(0);
  return out;
}

const beside = scenario.replace('priority = 2', 'priority = 1');

/** The cell of a printed table that has one row of figures. */
function cell(table: string, heading: string): number {
  const [head = '', row = ''] = table.split('\n');
  const end = head.indexOf(heading) + heading.length;
  const [text = ''] = /\S+$/.exec(row.slice(0, end)) ?? [];
  return Number(text.replace(/^\$/, ''));
}

describe('the worked example of docs/routing.md', () => {
  test.each([
    ['the key behind the plans', 0, scenario],
    ['the key beside them', 1, beside],
    ['each call to the next account', 2, scenario],
  ])('shows what is printed: %s', async (_, at, mine) => {
    const { words, output } = shown[at]!;
    expect(await printed(words, mine)).toBe(output);
  });

  test('says what its figures say', () => {
    const [behind, next, byCall] = shown.map(({ output }) => output);
    expect(beside).not.toBe(scenario);
    expect(cell(next!, 'FAILED')).toBeLessThan(cell(behind!, 'FAILED'));
    expect(cell(byCall!, 'COST')).toBeGreaterThan(1.3 * cell(behind!, 'COST'));
  });
});

test('the page shows its picture, and the picture says what it is', () => {
  const [, words = '', file = ''] = /!\[([^\]]+)\]\(([^)]+\.svg)\)/.exec(page) ?? [];
  const path = join(import.meta.dir, '../../docs', file);
  expect([words.length > 20, existsSync(path)]).toEqual([true, true]);
  const picture = readFileSync(path, 'utf8');
  expect(picture).toContain('<title');
  // Readable on a dark page, and without anything from elsewhere.
  expect(picture).toContain('prefers-color-scheme: dark');
  expect(picture.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|xlink/);
});
