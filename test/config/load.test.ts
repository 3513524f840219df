import { describe, expect, test } from 'bun:test';
import { join, resolve } from 'node:path';
import { Problem } from '../../src/base/problem.ts';
import { SettingsProblem } from '../../src/config/flaws.ts';
import { loadSettings, settingsFrom } from '../../src/config/load.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { flawsOf, SettingsFolder } from './a-settings-folder.ts';

const env = { CCPROXY_PORT: '82' };
const flags = { 'server.port': '83' };

test('without file, variables and flags everything is the default', async () => {
  using folder = new SettingsFolder();
  const { settings, sources, content } = await loadSettings(folder.input());
  expect(settings).toEqual(defaultSettings);
  expect(new Set([...sources.values()].map(({ from }) => from))).toEqual(new Set(['default']));
  expect(sources.size).toBeGreaterThan(20);
  expect(content).toBeUndefined();
});

test('flags count before the environment, that before the file, that before the defaults', async () => {
  using folder = new SettingsFolder();
  const portFrom = async (more: object): Promise<unknown> => {
    const { settings, sources } = await loadSettings(folder.input(more));
    return [settings.server.port, sources.get('server.port')];
  };
  expect(await portFrom({})).toEqual([8000, { from: 'default' }]);
  const file = folder.write('[server]\nport = 81');
  expect(await portFrom({})).toEqual([81, { from: 'file', file, line: 2, column: 1 }]);
  expect(await portFrom({ env })).toEqual([82, { from: 'environment', variable: 'CCPROXY_PORT' }]);
  expect(await portFrom({ env, flags })).toEqual([83, { from: 'flag', flag: '--port' }]);
});

test('what the file held is kept, to tell a later change', async () => {
  using folder = new SettingsFolder();
  folder.write('# mine\n');
  expect((await loadSettings(folder.input())).content).toBe('# mine\n');
});

test('a named file must be there', async () => {
  using folder = new SettingsFolder();
  const error = await loadSettings(folder.input({ isConfigNamed: true })).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({
    code: 'config-missing',
    message: `There is no settings file ${folder.config}.`,
  });
});

test('every mistake of every source is told at once, in the order of reading', () => {
  using folder = new SettingsFolder();
  const toml = '[log]\nlevel = "loud"\n[server]\nport = 70000\nprot = 1';
  const mistaken = { CCPROXY_PRT: '1', CCPROXY_CLIENTS_KEYS: 'maybe' };
  const lines = flawsOf(() =>
    settingsFrom(toml, folder.input({ env: mistaken, flags: { 'server.port': 'x' } })),
  );
  expect(lines).toEqual([
    'config.toml:2:1: log.level is "loud"; it must be "debug", "info", "warn" or "error"',
    'config.toml:4:1: server.port is 70000; it must be a whole number from 0 to 65535',
    'config.toml:5:1: server.prot is not a setting; did you mean server.port?',
    'environment CCPROXY_PRT: no such setting; did you mean CCPROXY_PORT?',
    'environment CCPROXY_CLIENTS_KEYS: clients.keys is "maybe"; it must be "auto", "required" or "off"',
    'flag --port: server.port is "x"; it must be a whole number from 0 to 65535',
  ]);
});

test('a bad value is refused also where another source overrules it', () => {
  using folder = new SettingsFolder();
  expect(flawsOf(() => settingsFrom('[server]\nport = -1', folder.input({ flags })))).toHaveLength(1);
});

test('a credential in the wrong place is not repeated', () => {
  using folder = new SettingsFolder();
  const secret = 'sk-ant-api03-planted';
  const toml = [
    `api_key = "${secret}"`,
    '[server]',
    `host = "${secret}"`,
    `tls_key = ["${secret}"]`,
    '[upstream]',
    `base_url = "https://${secret}@x.example"`,
    '[clients]',
    `keys = "${secret}"`,
  ].join('\n');
  const run = (): unknown => settingsFrom(toml, folder.input({ env: { CCPROXY_KEY: secret } }));
  expect(flawsOf(run).length).toBeGreaterThanOrEqual(5);
  expect(flawsOf(run).join('\n')).not.toContain('planted');
});

test('the problem carries its flaws and the way to check again', () => {
  using folder = new SettingsFolder();
  try {
    settingsFrom('[server]\nprot = 1', folder.input());
    throw new Error('nothing was thrown');
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    expect(error.code).toBe('config-invalid');
    expect(error.fix).toContain('claude-code-proxy config validate');
    expect(error.flaws[0]?.source).toEqual({ from: 'file', file: folder.config, line: 2, column: 1 });
  }
});

describe('settings that belong together', () => {
  test('tls_cert and tls_key come together, from wherever', () => {
    using folder = new SettingsFolder();
    const alone = '[server]\ntls_cert = "cert.pem"';
    expect(flawsOf(() => settingsFrom(alone, folder.input()))).toEqual([
      'config.toml:2:1: server.tls_cert stands alone; set server.tls_key as well',
    ]);
    expect(flawsOf(() => settingsFrom('server.tls_key = "k"', folder.input()))).toEqual([
      'config.toml:1:8: server.tls_key stands alone; set server.tls_cert as well',
    ]);
    const other = { CCPROXY_SERVER_TLS_KEY: 'key.pem' };
    expect(flawsOf(() => settingsFrom(alone, folder.input({ env: other })))).toEqual([]);
  });

  test('a body fits into what may be held', () => {
    using folder = new SettingsFolder();
    const both = '[server]\nmax_body_bytes = "3 MiB"\nmax_held_bytes = "2 MiB"';
    expect(flawsOf(() => settingsFrom(both, folder.input()))).toEqual([
      'config.toml:2:1: server.max_body_bytes is 3145728; it must be at most server.max_held_bytes, which is 2097152',
    ]);
    expect(flawsOf(() => settingsFrom('server.max_held_bytes = "1 MiB"', folder.input()))).toEqual([
      'config.toml:1:8: server.max_held_bytes is 1048576; it must be at least server.max_body_bytes, which is 34603008',
    ]);
  });

  test('headers for a collector stand in one place, and travel encrypted', () => {
    using folder = new SettingsFolder();
    const both = '[metrics]\notlp_headers_env = "HEADERS"\notlp_headers_file = "headers"';
    expect(flawsOf(() => settingsFrom(both, folder.input()))).toEqual([
      'config.toml:3:1: metrics.otlp_headers_file stands beside metrics.otlp_headers_env; set one of them',
    ]);
    const to = (url: string): string[] =>
      flawsOf(() =>
        settingsFrom(`[metrics]\notlp_url = "${url}"\notlp_headers_env = "HEADERS"`, folder.input()),
      );
    expect(to('http://collector.example:4318')).toEqual([
      'config.toml:2:1: metrics.otlp_url is not https, and its headers would travel unencrypted; write an https URL',
    ]);
    expect(to('https://collector.example:4318')).toEqual([]);
    expect(to('http://127.0.0.1:4318')).toEqual([]);
  });

  test('one mistake is told once', () => {
    using folder = new SettingsFolder();
    expect(flawsOf(() => settingsFrom('[server]\ntls_cert = "c"\ntls_key = 5', folder.input()))).toEqual([
      'config.toml:3:1: server.tls_key is 5; it must be the path of a file',
    ]);
    const other = { CCPROXY_SERVER_TLS_KEY: 'key.pem' };
    expect(flawsOf(() => settingsFrom('[server\ntls_cert = "c"', folder.input({ env: other })))).toHaveLength(
      1,
    );
  });
});

test('paths start from the folder of the file, the home of the user, or the root', () => {
  using folder = new SettingsFolder();
  const toml =
    '[server]\ntls_cert = "tls/cert.pem"\ntls_key = "~/key.pem"\n[upstream]\nextra_ca = "/etc/ca.pem"';
  const { server, upstream } = settingsFrom(toml, folder.input()).settings;
  expect(server.tlsCert).toBe(join(folder.path, 'tls', 'cert.pem'));
  expect(server.tlsKey).toBe(resolve('/home/ann/key.pem'));
  expect(upstream.extraCa).toBe(resolve('/etc/ca.pem'));
});

test('a text can be checked before it is in the file', () => {
  using folder = new SettingsFolder();
  expect(settingsFrom('log.level = "warn"', folder.input()).settings.log.level).toBe('warn');
});
