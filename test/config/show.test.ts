import { expect, test } from 'bun:test';
import { settingsFrom } from '../../src/config/load.ts';
import { settingsByKey } from '../../src/config/settings.ts';
import { shownSettings } from '../../src/config/show.ts';
import { SettingsFolder } from './a-settings-folder.ts';

test('every setting is shown with its value and where that comes from', () => {
  using folder = new SettingsFolder();
  const loaded = settingsFrom('[log]\nlevel = "warn"', folder.input({ env: { CCPROXY_PORT: '81' } }));
  const shown = shownSettings(loaded);
  expect(shown.map(({ key }) => key)).toEqual([...settingsByKey.keys()]);
  expect(shown).toContainEqual({
    key: 'log.level',
    value: 'warn',
    source: `${folder.config}:2:1`,
    isLive: true,
  });
  expect(shown).toContainEqual({
    key: 'server.port',
    value: 81,
    source: 'environment CCPROXY_PORT',
    isLive: false,
  });
  expect(shown).toContainEqual({ key: 'server.tls_key', value: undefined, source: 'default', isLive: false });
});

test('settings under a name are shown after the others, each with its place', () => {
  using folder = new SettingsFolder();
  const toml = '[providers.company]\nissuer = "https://idp.example"';
  const shown = shownSettings(settingsFrom(toml, folder.input()));
  expect(shown.length).toBeGreaterThan(settingsByKey.size + 10);
  expect(shown[settingsByKey.size]).toEqual({
    key: 'providers.company.issuer',
    value: 'https://idp.example',
    source: `${folder.config}:2:1`,
    isLive: true,
  });
  expect(shown).toContainEqual({
    key: 'providers.company.client_id',
    value: undefined,
    source: 'default',
    isLive: true,
  });
});
