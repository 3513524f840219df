import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorStatuses } from '../../src/simulator/errors.ts';
import { faultNames, optionNames, places, readScenario } from '../../src/simulator/faults.ts';
import { markerNames } from '../../src/simulator/markers.ts';
import { oauthSettingNames } from '../../src/simulator/oauth-admin.ts';
import { oauthPaths } from '../../src/simulator/oauth-endpoints.ts';
import { Objects } from '../../src/simulator/objects.ts';
import { usageNames } from '../../src/simulator/usage-wish.ts';

const page = readFileSync(join(import.meta.dir, '..', '..', 'docs', 'simulator.md'), 'utf8');

test('the page names every fault, place, option and status', () => {
  for (const name of faultNames) expect(page).toMatch(new RegExp('`' + name + '(`|-)'));
  for (const place of places) expect(page).toContain(`\`${place}\``);
  for (const option of optionNames) expect(page).toMatch(new RegExp(`[;\`]${option}[=\`]`));
  expect(page).toContain(errorStatuses.join(', '));
});

test('the page names every marker and collection', () => {
  for (const name of markerNames) expect(page).toMatch(new RegExp(`\`\\[\\[${name}[:\\]]`));
  for (const name of usageNames) expect(page).toMatch(new RegExp(`[\`:,]${name}[\`=]`));
  for (const name of Objects.names) expect(page).toContain(`\`/v1/${name}\``);
});

test('the page names every path and setting of signing in', () => {
  for (const path of Object.values(oauthPaths)) expect(page).toMatch(new RegExp(`[ \`]${path}\``));
  expect(oauthSettingNames.length).toBeGreaterThan(5);
  for (const name of oauthSettingNames) expect(page).toContain(`\`${name}\``);
});

test('the scenarios of the page exist', () => {
  const block = /```\n(error-529[^`]*)```/.exec(page)?.[1] ?? '';
  const scenarios = block
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
  expect(scenarios).toHaveLength(3);
  for (const scenario of scenarios) expect(readScenario(scenario).faults.length).toBeGreaterThan(0);
});
