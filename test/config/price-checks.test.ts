import { expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import { flawsOf, SettingsFolder } from './a-settings-folder.ts';

function flaws(lines: string): string[] {
  using folder = new SettingsFolder();
  return flawsOf(() => settingsFrom(`[prices.house]\n${lines}`, folder.input()));
}

test('a price names its models', () => {
  const line = 'config.toml:1:9: prices.house names no model; set prices.house.models, ["*"] for all';
  expect(flaws('input = 1\noutput = 2')).toEqual([line]);
  expect(flaws('models = []\ninput = 1\noutput = 2')).toEqual([line]);
  expect(flaws('models = ["*"]\ninput = 1\noutput = 2')).toEqual([]);
});

test('a price has input and output, or a factor', () => {
  const line =
    'config.toml:1:9: prices.house says no whole price; set prices.house.input and prices.house.output, or prices.house.factor';
  expect(flaws('models = ["x"]')).toEqual([line]);
  expect(flaws('models = ["x"]\ninput = 1')).toEqual([line]);
  expect(flaws('models = ["x"]\ncache_read = 1\noutput = 2')).toEqual([line]);
  expect(flaws('models = ["x"]\nfactor = 0.85')).toEqual([]);
});

test('a price has not both', () => {
  expect(flaws('models = ["x"]\nfactor = 0.85\ncache_read = 1')).toEqual([
    'config.toml:1:9: prices.house has a factor and rates; set prices.house.factor or the rates, not both',
  ]);
});

test('one mistake is told once', () => {
  expect(flaws('models = ["x"]\ninput = -1\noutput = 2')).toEqual([
    'config.toml:3:1: prices.house.input is -1; it must be US dollars per million tokens from 0 to 100000, such as 2.5',
  ]);
});

test('a price of nothing is a price', () => {
  expect(flaws('models = ["local-*"]\ninput = 0\noutput = 0')).toEqual([]);
});
