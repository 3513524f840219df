import { expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import { flawsOf, SettingsFolder } from './a-settings-folder.ts';

function flaws(toml: string): string[] {
  using folder = new SettingsFolder();
  return flawsOf(() => settingsFrom(toml, folder.input()));
}

test('a budget has one limit', () => {
  expect(flaws('[budgets.one]')).toEqual([
    'config.toml:1:10: budgets.one has no limit; set budgets.one.limit_usd or budgets.one.limit_tokens',
  ]);
  expect(flaws('[budgets.one]\nlimit_usd = 5\nlimit_tokens = 5')).toEqual([
    'config.toml:1:10: budgets.one has two limits; set budgets.one.limit_usd or budgets.one.limit_tokens, not both; a second budget may hold the other',
  ]);
  expect(flaws('[budgets.one]\nlimit_usd = 0.5')).toEqual([]);
  expect(flaws('[budgets.one]\nlimit_tokens = 5000000')).toEqual([]);
});

test('a budget of keys or accounts says whose it is, and one of everybody does not', () => {
  expect(flaws('[budgets.one]\nlimit_usd = 5\nscope = "key"')).toEqual([
    'config.toml:1:10: budgets.one says nothing of which key it is for; set budgets.one.of',
  ]);
  expect(flaws('[budgets.one]\nlimit_usd = 5\nscope = "account"')).toHaveLength(1);
  expect(flaws('[budgets.one]\nlimit_usd = 5\nof = ["ann"]')).toEqual([
    'config.toml:1:10: budgets.one is for everybody and names somebody; set budgets.one.scope, or leave budgets.one.of out',
  ]);
  expect(flaws('[budgets.one]\nlimit_usd = 5\nscope = "each-key"')).toEqual([]);
  expect(flaws('[budgets.one]\nlimit_usd = 5\nscope = "each-key"\nof = ["ann"]')).toEqual([]);
});

test('one mistake is told once', () => {
  expect(flaws('[budgets.one]\nlimit_usd = 0')).toHaveLength(1);
  expect(flaws('[budgets.one]\nlimit_eur = 5')).toHaveLength(1);
  expect(flaws('[budgets.one]\nlimit_usd = 5\nperiod = "yearly"')).toHaveLength(1);
});

test('what is left out is a hard monthly budget that warns at three quarters', () => {
  using folder = new SettingsFolder();
  const { settings } = settingsFrom('[budgets.one]\nlimit_usd = 5', folder.input());
  expect(settings.budgets.get('one')).toEqual({
    scope: 'total',
    of: [],
    period: 'monthly',
    limitUsd: 5,
    limitTokens: undefined,
    warnAt: 0.75,
    hard: true,
  });
});
