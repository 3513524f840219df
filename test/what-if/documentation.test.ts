import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { readScenario } from '../../src/what-if/scenario-file.ts';
import { shippedScenarios } from '../../src/what-if/shipped-scenarios.ts';

const page = readFileSync('docs/what-if.md', 'utf8');
const [, example = ''] = /```toml\n(.*?)```/s.exec(page) ?? [];

test('the page shows the defaults of made-up traffic as they are', () => {
  const { traffic } = readScenario('docs', example, 'toml');
  expect(traffic).toEqual(readScenario('least', '[[accounts]]\nname = "a"\n', 'toml').traffic);
});

test('the page shows every key of a scenario', () => {
  const shown = parse(example);
  const keys = Object.values(shown).flatMap((part) =>
    Object.keys(Array.isArray(part) ? Object(part[0]) : part),
  );
  // An account that has everything, and the trouble of one.
  for (const key of ['max_concurrent', 'requests_per_minute', 'windows', 'share', 'hour_cache', 'agents'])
    expect(keys).toContain(key);
  expect(Object.keys(shown)).toEqual(['traffic', 'accounts', 'troubles']);
});

test('the page names every scenario that is shipped', () => {
  for (const name of shippedScenarios.keys()) expect(page).toContain(`| \`${name}\` |`);
});
