import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { settingsFrom } from '../../src/config/load.ts';
import { flawsOf, SettingsFolder } from './a-settings-folder.ts';

function flaws(toml: string): string[] {
  using folder = new SettingsFolder();
  return flawsOf(() => settingsFrom(toml, folder.input()));
}

test('a provider has an issuer, or at least a token endpoint', () => {
  const line = (at: string): string =>
    `config.toml:${at}: providers.one says nothing of who signs people in; set providers.one.issuer, or providers.one.token_endpoint and what else the way in needs`;
  expect(flaws('[providers.one]')).toEqual([line('1:12')]);
  expect(flaws('[log]\n[providers.one]\nclient_id = "x"')).toEqual([line('2:12')]);
  expect(flaws('[providers.one]\nissuer = "https://idp.example"')).toEqual([]);
  expect(flaws('[providers.one]\ntoken_endpoint = "https://idp.example/token"')).toEqual([]);
});

test('a client secret is in one place', () => {
  const toml =
    '[providers.one]\nissuer = "https://idp.example"\nclient_secret_env = "A"\nclient_secret_file = "b"';
  expect(flaws(toml)).toEqual([
    'config.toml:1:12: providers.one has its client secret in two places; set providers.one.client_secret_env or providers.one.client_secret_file, not both',
  ]);
});

test('one mistake is told once', () => {
  expect(flaws('[providers.one]\nissuer = "http://idp.example"')).toHaveLength(1);
  expect(flaws('[providers.one]\nisuer = "https://idp.example"')).toHaveLength(1);
});

test('a provider by which people sign in at the page is there, and says who it is and who we are', () => {
  const by = (names: string): string => `[admin]\nproviders = [${names}]\n`;
  const company = '[providers.company]\nissuer = "https://idp.example"\n';
  expect(flaws(by('"company"'))).toEqual([
    'config.toml:2:1: admin.providers names "company", and there is no [providers.company]; add that table, or leave "company" out',
  ]);
  expect(flaws(`${by('"company"')}${company}`)).toEqual([
    'config.toml:2:1: admin.providers names "company", by which nobody can sign in at the page; set providers.company.client_id',
  ]);
  const endpoints = '[providers.company]\ntoken_endpoint = "https://idp.example/token"\n';
  expect(flaws(`${by('"company"')}${endpoints}`)).toEqual([
    'config.toml:2:1: admin.providers names "company", by which nobody can sign in at the page; set providers.company.issuer and providers.company.client_id',
  ]);
  expect(flaws(`${by('"company"')}${company}client_id = "page"\n`)).toEqual([]);
  expect(flaws(`${by('"company", "other"')}${company}client_id = "page"\n`)).toHaveLength(1);
  // What is wrong with the provider itself is told once.
  expect(flaws(`${by('"company"')}[providers.company]\nissuer = "http://idp.example"\n`)).toHaveLength(1);
  expect(flaws(`${by('"company"')}[providers.company]\n`)).toHaveLength(1);
});

test('a path starts from the folder of the file here too', () => {
  using folder = new SettingsFolder();
  const toml = '[providers.one]\nissuer = "https://idp.example"\nclient_secret_file = "secret"';
  const { settings } = settingsFrom(toml, folder.input());
  expect(settings.providers.get('one')?.clientSecretFile).toBe(join(folder.path, 'secret'));
});
