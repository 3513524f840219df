import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import data from '../../data/prices.json' with { type: 'json' };
import { settingsFrom } from '../../src/config/load.ts';
import { costOf } from '../../src/prices/cost.ts';
import { openPriceBook } from '../../src/prices/price-book.ts';
import type { Usage } from '../../src/prices/usage.ts';
import { SettingsFolder } from '../config/a-settings-folder.ts';
import { aUsage, today } from '../help/a-usage.ts';

const page = readFileSync('docs/prices.md', 'utf8').replaceAll('\r\n', '\n');
const examples = [...page.matchAll(/^\| `(claude-[\w-]+)` \| (.+) \| ([\d.]+) \|$/gm)];

test('the page has examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(10);
});

test.each(examples.map(([, model = '', used = '', usd = '']) => [model, used, Number(usd)] as const))(
  'its example %s with %s costs %p',
  (model, used, usd) => {
    const parts = used.split(', ').map((part) => part.split(' '));
    const usage: Partial<Usage> = Object.fromEntries(
      parts.map(([name, value = '']) => [name, /^\d+$/.test(value) ? Number(value) : value]),
    );
    const cost = costOf(aUsage(usage), model, today, openPriceBook());
    expect(cost.microUsd).toBeCloseTo(usd * 1e6, 6);
    expect(cost).toMatchObject({ basis: 'listed', isEstimate: false });
  },
);

test('the page names every short name, multiplier and source', () => {
  for (const alias of Object.keys(data.aliases)) expect(page).toContain(`\`${alias}\``);
  for (const source of Object.keys(data.sources)) expect(page).toContain(`\`${source}\``);
  expect(page).toContain(`\`inference_geo: us\`: ${data.multipliers.inferenceGeo.us};`);
  expect(page).toContain(`\`service_tier: batch\`: ${data.multipliers.serviceTier.batch},`);
  expect(page).toContain(`$${data.fees.webSearch} each`);
  expect(page).toContain(`the rates of \`${data.unknown.like}\``);
});

test('its settings work as they stand there', () => {
  using folder = new SettingsFolder();
  const [, toml = ''] = /```toml\n([^`]+)```/.exec(page) ?? [];
  const { prices } = settingsFrom(toml, folder.input()).settings;
  const book = openPriceBook(() => prices);
  expect(book.priceOf('house-model-9', today)).toMatchObject({ basis: 'set', bands: [{ input: 3 }] });
  expect(book.priceOf('us.anthropic.claude-opus-5-5-v1:0', today)).toMatchObject({ sourceName: 'contract' });
  expect(book.priceOf('claude-opus-5-5', today).bands[0].input).toBeCloseTo(3.4, 12);
  expect(book.priceOf('claude-opus-5-5', Date.parse('2026-10-31')).basis).toBe('listed');
  expect(book.priceOf('qwen3:32b', today).bands[0]).toMatchObject({ input: 0, output: 0 });
});
