import { expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import { flawsOf, SettingsFolder } from './a-settings-folder.ts';

/** The last part of the first flaw, or nothing. */
function refusal(line: string): string | undefined {
  using folder = new SettingsFolder();
  const toml = `[prices.house]\nmodels = ["x"]\ninput = 1\noutput = 2\n${line}`;
  return flawsOf(() => settingsFrom(toml, folder.input()))[0]?.replace(/^\S+ prices\.house\./, '');
}

test('a day stands in quotes and is in the calendar', () => {
  const right = 'it must be a day in quotes, such as "2026-11-01"';
  expect(refusal('from = "2028-02-29"')).toBeUndefined();
  expect(refusal('from = "2026-02-29"')).toBe(`from is "2026-02-29"; ${right}`);
  expect(refusal('from = 2026-11-01')).toBe(`from is a date; ${right}`);
  expect(refusal('from = "11/01/2026"')).toBe(`from is "11/01/2026"; ${right}`);
});

test('a rate is a number that is not below nothing', () => {
  const right = 'it must be US dollars per million tokens from 0 to 100000, such as 2.5';
  expect(refusal('cache_write_5m = 0')).toBeUndefined();
  expect(refusal('cache_write_1h = "3"')).toBe(`cache_write_1h is "3"; ${right}`);
  expect(refusal('cache_read = inf')).toBe(`cache_read is Infinity; ${right}`);
  expect(refusal('cache_read = nan')).toBe(`cache_read is NaN; ${right}`);
});

test('a factor is a number from 0 to 100', () => {
  expect(refusal('factor = 101')).toBe(
    'factor is 101; it must be a number from 0 to 100, such as 0.85 for 15 % less',
  );
});

test('a pattern of models has no blanks', () => {
  using folder = new SettingsFolder();
  const toml = '[prices.house]\nmodels = ["a b"]\nfactor = 1';
  expect(flawsOf(() => settingsFrom(toml, folder.input()))).toEqual([
    'config.toml:2:11: prices.house.models[0] is "a b"; it must be a model name without blanks, with * for any run of characters',
  ]);
});
