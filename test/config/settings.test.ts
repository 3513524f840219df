import { expect, test } from 'bun:test';
import { product } from '../../src/base/product.ts';
import {
  defaultSettings,
  keyedSections,
  sections,
  settingsByKey,
  settingsIn,
  settingsOf,
  settingsUnder,
  valueIn,
} from '../../src/config/settings.ts';

const named = [...keyedSections.keys()].flatMap((section) => settingsUnder(section, 'x'));
const all = [...settingsByKey.values(), ...named];

test('every section of the file is there, in order', () => {
  expect([...sections.keys()]).toEqual([
    'server',
    'admin',
    'upstream',
    'accounts',
    'routing',
    'clients',
    'openai',
    'vault',
    'database',
    'ledger',
    'capture',
    'log',
    'metrics',
    'update',
  ]);
  expect([...keyedSections.keys()]).toEqual(['providers', 'budgets', 'prices']);
});

test('the defaults are safe and fit Claude Code', () => {
  const { server, upstream, routing, clients, log } = defaultSettings;
  expect(server).toMatchObject({ host: '127.0.0.1', port: 8000, drainSeconds: 25 });
  expect([server.maxBodyBytes, server.maxHeldBytes, server.maxHeaderBytes]).toEqual([
    33 * 2 ** 20,
    512 * 2 ** 20,
    64 * 2 ** 10,
  ]);
  expect([server.tlsCert, server.tlsKey, server.publicUrl]).toEqual([undefined, undefined, undefined]);
  expect([server.trustedProxies, server.allowedHosts, server.allowedOrigins]).toEqual([[], [], []]);
  expect(upstream).toEqual({
    baseUrl: 'https://api.anthropic.com',
    connectTimeoutSeconds: 120,
    firstByteTimeoutSeconds: 120,
    answerTimeoutSeconds: 600,
    idleTimeoutSeconds: 330,
    allowAdminPaths: false,
    extraCa: undefined,
  });
  expect(routing).toEqual({
    policy: 'balanced',
    priceFactors: [],
    softLimit: 0.98,
    maxWaitSeconds: 15,
    queueSeconds: 30,
    maxWaiting: 200,
    waitedSecondUsd: 0.0005,
    rateLimitHeaders: 'auto',
    sessionTtlSeconds: 3600,
    maxSessions: 100_000,
    subagents: 'with-session',
    batchResultsUrl: 'proxy',
  });
  expect(clients).toEqual({ keys: 'auto', maxConcurrentCalls: 0, budgetsWhenUnreadable: 'open' });
  expect(log).toEqual({
    level: 'info',
    format: 'auto',
    terminal: true,
    file: true,
    maxFileBytes: 10 * 2 ** 20,
    keepFiles: 30,
    keepDays: 30,
  });
});

test('every default passes the check of its own setting and comes out the same', () => {
  for (const { key, setting } of all.filter((one) => one.setting.fallback !== undefined)) {
    const result = setting.kind.schema().safeParse(setting.fallback);
    expect(result, key).toMatchObject({ success: true, data: setting.fallback });
  }
});

test('every example passes the check of its own setting', () => {
  for (const { key, setting } of all.filter((one) => one.setting.example !== undefined)) {
    const value = setting.kind.fromText(setting.example ?? '');
    expect(setting.kind.schema().safeParse(value).success, key).toBe(true);
  }
});

test('a setting that is not set by default shows an example', () => {
  const bare = all.filter(({ setting }) => setting.fallback === undefined && setting.example === undefined);
  expect(bare.map(({ key }) => key)).toEqual([]);
});

test('every setting explains itself in whole sentences on one line', () => {
  for (const { key, setting } of all) expect(setting.help, key).toMatch(/^[A-Z`].*[.]$/);
});

test('no two settings share a variable or a flag, and none takes a reserved name', () => {
  const names = all.flatMap(({ variables, flag }) => (flag === undefined ? variables : [...variables, flag]));
  expect(names.length).toBeGreaterThan(settingsByKey.size);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => /^CCPROXY_(HOME|CONFIG|VAULT_KEY|VAULT_PASSPHRASE)$/.test(name))).toEqual([]);
});

test('the short variables are those people expect, with the prefix of the product', () => {
  expect(settingsByKey.get('server.host')?.variables).toEqual(['CCPROXY_SERVER_HOST', 'CCPROXY_HOST']);
  expect(settingsByKey.get('server.port')?.variables).toEqual(['CCPROXY_SERVER_PORT', 'CCPROXY_PORT']);
  expect(settingsByKey.get('log.level')?.variables).toEqual(['CCPROXY_LOG_LEVEL']);
  expect(product.envPrefix).toBe('CCPROXY_');
});

test('the flags that scripts rely on are there', () => {
  expect(settingsByKey.get('server.host')?.flag).toBe('--host');
  expect(settingsByKey.get('server.port')?.flag).toBe('--port');
});

test('values replace defaults by key, and nothing can be changed afterwards', () => {
  const settings = settingsOf(new Map<string, unknown>([['server.max_body_bytes', 5_000_000]]));
  expect(settings.server.maxBodyBytes).toBe(5_000_000);
  expect(settings.server.port).toBe(8000);
  expect(Object.isFrozen(settings) && Object.isFrozen(settings.server)).toBe(true);
  expect(defaultSettings.server.maxBodyBytes).toBe(33 * 2 ** 20);
});

test('a setting left out on purpose stays left out', () => {
  expect(settingsOf(new Map([['server.tls_cert', undefined]])).server.tlsCert).toBeUndefined();
});

test('a value can be asked for by its declaration', () => {
  const port = settingsByKey.get('server.port');
  expect(port && valueIn(defaultSettings, port)).toBe(8000);
});

test('settings under a name are there by that name, complete and frozen', () => {
  const settings = settingsOf(new Map([['providers.a-b.client_id', 'x']]));
  const provider = settings.providers.get('a-b');
  expect(provider).toMatchObject({
    clientId: 'x',
    issuer: undefined,
    redirectUri: 'http://127.0.0.1/callback',
  });
  expect(Object.isFrozen(provider)).toBe(true);
  expect(defaultSettings.providers.size).toBe(0);
  const clientId = settingsIn(settings).find(({ key }) => key === 'providers.a-b.client_id');
  expect(clientId && valueIn(settings, clientId)).toBe('x');
  expect(clientId && valueIn(defaultSettings, clientId)).toBeUndefined();
});

test('no section has a setting that could be taken for a name', () => {
  expect(settingsUnder('server', 'x')).toEqual([]);
  expect(settingsIn(defaultSettings)).toHaveLength(settingsByKey.size);
});
