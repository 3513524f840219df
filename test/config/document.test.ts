import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { sampleSettings, settingsPage } from '../../src/config/document.ts';
import { settingsFrom } from '../../src/config/load.ts';
import {
  defaultSettings,
  keyedSections,
  sections,
  settingsByKey,
  settingsUnder,
} from '../../src/config/settings.ts';
import { SettingsFolder } from './a-settings-folder.ts';

const named = [...keyedSections.keys()].flatMap((section) => settingsUnder(section, 'NAME'));
const all = [...settingsByKey.values(), ...named];

test('the page has a row for every setting, with all its names', () => {
  const rows = settingsPage()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(all.length);
  for (const [index, { fileName, variables, flag, setting }] of all.entries()) {
    const row = rows[index] ?? '';
    expect(row).toStartWith(`| \`${fileName}\` | ${setting.kind.expects} |`);
    for (const variable of variables) expect(row).toContain(`\`${variable}\``);
    if (variables.length === 0) expect(row).toContain('| – |');
    if (flag !== undefined) expect(row).toContain(`\`${setting.flag}\``);
    expect(row).toContain(setting.isLive ? '| live |' : '| restart |');
    expect(row.split('|')).toHaveLength(8);
  }
});

test('the page has a heading for every section and tells defaults in units', () => {
  const page = settingsPage();
  for (const section of sections.keys()) expect(page).toContain(`\n## [${section}]\n`);
  for (const section of keyedSections.keys()) expect(page).toContain(`\n## [${section}.NAME]\n`);
  expect(page).toContain('| 33 MiB |');
  expect(page).toContain('| 330 s |');
  expect(page).toContain('| not set |');
  expect(page).toEndWith('|\n');
});

test('the page in the repository is the page of these declarations', () => {
  expect(readFileSync('docs/settings.md', 'utf8').replaceAll('\r\n', '\n')).toBe(settingsPage());
});

test('the sample file changes nothing as it is', () => {
  using folder = new SettingsFolder();
  expect(settingsFrom(sampleSettings(), folder.input()).settings).toEqual(defaultSettings);
});

test('the sample file with every line switched on gives the defaults, and examples where there are none', () => {
  using folder = new SettingsFolder();
  const toml = sampleSettings()
    .replaceAll(/^# (\w+ = )/gm, '$1')
    // Headers stand in a variable or a file, not in both.
    .replace(/^otlp_headers_file/m, '# otlp_headers_file')
    // What names a table needs that table.
    .replace(/^providers = /m, '# providers = ');
  const { settings, sources } = settingsFrom(toml, folder.input());
  const others = [...sources].filter(([, { from }]) => from !== 'file');
  expect(others.map(([key]) => key)).toEqual(['admin.providers', 'metrics.otlp_headers_file']);
  expect(settings.server).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    publicUrl: 'https://proxy.example.com',
    trustedProxies: ['10.0.0.0/8'],
    maxBodyBytes: defaultSettings.server.maxBodyBytes,
  });
  expect(settings.log).toEqual(defaultSettings.log);
});

/** The sample file with one example of a table switched on: its heading, and its lines but those with `left`. */
function exampleOf(section: string, left: readonly string[]): string {
  const [before = '', heading = '', after = ''] = sampleSettings().split(
    new RegExp(`^# (\\[${section}\\.[a-z-]+\\])`, 'm'),
  );
  const end = after.search(/^# \[/m);
  const own = end === -1 ? after : after.slice(0, end);
  const lines = own.replaceAll(/^# {3}((\w+) = )/gm, (line, start: string, name: string) =>
    left.includes(name) ? line : start,
  );
  return `${before}${heading}${lines}`;
}

test('its example of a provider is one that works, when its heading and its lines are switched on', () => {
  using folder = new SettingsFolder();
  const toml = exampleOf('providers', ['client_secret_file']);
  const { settings, sources } = settingsFrom(toml, folder.input());
  expect([...settings.providers.keys()]).toEqual(['company']);
  expect(settings.providers.get('company')).toMatchObject({
    issuer: 'https://login.example.com/realms/team',
    clientId: 'claude-code-proxy',
    ways: ['loopback', 'paste', 'device'],
    tokenLifetimeSeconds: 3600,
  });
  const all = settingsUnder('providers', 'company');
  expect(all.filter(({ key }) => sources.get(key)?.from === 'file')).toHaveLength(all.length - 1);
});

test('its example of a price is one that works, by rates and by a factor', () => {
  using folder = new SettingsFolder();
  const rates = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'];
  const priceBy = (left: readonly string[]) =>
    settingsFrom(exampleOf('prices', left), folder.input()).settings.prices.get('house-model');
  expect(priceBy(['factor'])).toEqual({
    models: ['house-model-*'],
    input: 3,
    output: 15,
    cacheRead: 0.3,
    cacheWrite5m: 3.75,
    cacheWrite1h: 6,
    factor: undefined,
    from: '2026-11-01',
  });
  expect(priceBy(rates)).toMatchObject({ input: undefined, factor: 0.85 });
});

test('the sample file is easy on the eye', () => {
  const lines = sampleSettings().split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.filter((line) => /\s$/.test(line))).toEqual([]);
  expect(lines.at(-1)).toBe('');
});
