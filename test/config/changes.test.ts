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
