import { expect, test } from 'bun:test';
import { changedSettings, needsRestart, withLiveChanges } from '../../src/config/changes.ts';
import { defaultSettings, settingsOf } from '../../src/config/settings.ts';

const loaded = settingsOf(
  new Map<string, unknown>([
    ['server.port', 9000],
    ['server.allowed_hosts', ['proxy.example.com']],
    ['clients.keys', 'off'],
    ['log.level', 'debug'],
  ]),
);

test('what differs is named in the order of declaration', () => {
  expect(changedSettings(defaultSettings, loaded)).toEqual([
    'server.port',
    'server.allowed_hosts',
    'clients.keys',
    'log.level',
  ]);
});

test('equal lists are no change', () => {
  const again = settingsOf(new Map([['server.allowed_hosts', ['proxy.example.com']]]));
  const other = settingsOf(new Map([['server.allowed_hosts', ['proxy.example.com']]]));
  expect(changedSettings(again, other)).toEqual([]);
});

test('what needs a restart is told apart', () => {
  expect(needsRestart(defaultSettings, loaded)).toEqual(['server.port', 'clients.keys']);
  expect(needsRestart(loaded, loaded)).toEqual([]);
});

test('only live settings change in a running proxy', () => {
  const now = withLiveChanges(defaultSettings, loaded);
  expect(now.log.level).toBe('debug');
  expect(now.server.allowedHosts).toEqual(['proxy.example.com']);
  expect(now.server.port).toBe(8000);
  expect(now.clients.keys).toBe('auto');
});

test('nothing that decides who may come in loosens while the proxy runs', () => {
  const open = settingsOf(
    new Map<string, unknown>([
      ['server.host', '0.0.0.0'],
      ['server.public_url', 'https://x.example'],
      ['server.trusted_proxies', ['0.0.0.0/0']],
      ['clients.keys', 'off'],
    ]),
  );
  expect(withLiveChanges(defaultSettings, open)).toEqual(defaultSettings);
});

test('a table with a name that comes, changes or goes is a change of its settings', () => {
  const one = settingsOf(new Map([['providers.a.issuer', 'https://a.example']]));
  const other = settingsOf(
    new Map<string, unknown>([
      ['providers.a.issuer', 'https://b.example'],
      ['providers.a.client_id', 'x'],
    ]),
  );
  expect(changedSettings(one, other)).toEqual(['providers.a.issuer', 'providers.a.client_id']);
  expect(changedSettings(one, one)).toEqual([]);
  expect(changedSettings(defaultSettings, one)).toContain('providers.a.issuer');
  expect(changedSettings(one, defaultSettings)).toContain('providers.a.issuer');
});

test('providers come, change and go in a running proxy', () => {
  const one = settingsOf(new Map([['providers.a.issuer', 'https://a.example']]));
  const other = settingsOf(new Map([['providers.b.issuer', 'https://b.example']]));
  expect(withLiveChanges(defaultSettings, one)).toEqual(one);
  expect(withLiveChanges(one, other)).toEqual(other);
  expect(withLiveChanges(one, defaultSettings)).toEqual(defaultSettings);
  expect(needsRestart(one, other)).toEqual([]);
});
