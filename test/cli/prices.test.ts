import { expect, test } from 'bun:test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from '../help/a-command.ts';

const bench = benches();

const config = `
[prices.house]
models = ["house-*"]
input = 1
output = 2

[prices.discount]
models = ["claude-opus-*"]
factor = 0.85
`;

test('what the settings say of prices is shown as theirs', async () => {
  const made = bench();
  mkdirSync(made.home, { recursive: true });
  writeFileSync(join(made.home, 'config.toml'), config);
  const priceOf = async (model: string): Promise<string> =>
    (await made.run(['prices', model])).out.split('\n')[1]!.replaceAll(/ +/g, ' ').trim();
  expect(await priceOf('house-large')).toBe('house-large any 1 2 0.1 1.25 2 ? settings, house');
  expect(await priceOf('claude-opus-5-5')).toBe(
    'claude-opus-5-5 any 3.4 17 0.17 4.25 6.8 x 2 settings, discount',
  );
  const all = await made.run(['prices']);
  expect(all.err).toContain('[prices.house] is for house-*');
  expect(all.out.split('\n').length).toBeGreaterThan(20);
});

test('a price of the settings that cannot be is told, and nothing is shown', async () => {
  const made = bench();
  mkdirSync(made.home, { recursive: true });
  writeFileSync(join(made.home, 'config.toml'), '[prices.house]\nmodels = ["x"]\n');
  const { out, err, code } = await made.run(['prices']);
  expect([out, code]).toEqual(['', 3]);
  expect(err).toContain('prices.house says no whole price');
});
