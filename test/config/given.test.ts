import { expect, test } from 'bun:test';
import { fromFlags, readGiven, type Given } from '../../src/config/given.ts';
import { settingsByKey } from '../../src/config/settings.ts';
import type { Source } from '../../src/config/source.ts';

const fromFile: Source = { from: 'file', file: 'config.toml', line: 4, column: 1 };

function given(key: string, value: unknown): Given {
  return { declared: settingsByKey.get(key)!, value, source: fromFile };
}

test('a good value is read into what the program uses', () => {
  expect(readGiven(given('server.max_body_bytes', '1 MiB'))).toEqual({ value: 2 ** 20 });
  expect(readGiven(given('server.allowed_hosts', ['A.example']))).toEqual({ value: ['a.example'] });
});

test('a bad value is refused with what would be right', () => {
  const right = 'it must be a whole number from 0 to 65535';
  expect(readGiven(given('server.port', -1))).toEqual({
    flaws: [{ source: fromFile, key: 'server.port', wrong: 'is -1', right }],
  });
});

test('a bad item of a list is named by its number and its own place', () => {
  const sourceOf = ([index]: readonly string[]): Source => ({ ...fromFile, line: 10 + Number(index) });
  const list = { ...given('server.trusted_proxies', ['10.0.0.1', 'x', 7]), sourceOf };
  const right = 'it must be an IP address or a range such as "10.0.0.0/8"';
  expect(readGiven(list)).toEqual({
    flaws: [
      { source: { ...fromFile, line: 11 }, key: 'server.trusted_proxies[1]', wrong: 'is "x"', right },
      { source: { ...fromFile, line: 12 }, key: 'server.trusted_proxies[2]', wrong: 'is 7', right },
    ],
  });
});

test('flags are read as text where they are text, and as values where they are not', () => {
  const { given: flags } = fromFlags({ 'server.port': '8080', 'log.level': undefined, 'server.host': '::1' });
  expect(flags.map(({ declared, value, source }) => [declared.key, value, source])).toEqual([
    ['server.port', 8080, { from: 'flag', flag: '--port' }],
    ['server.host', '::1', { from: 'flag', flag: '--host' }],
  ]);
  expect(fromFlags({ 'server.port': 0 }).given[0]?.value).toBe(0);
});

test('a value without a flag is what the command sets by itself', () => {
  expect(fromFlags({ 'upstream.base_url': 'http://127.0.0.1:1' }).given[0]?.source).toEqual({
    from: 'command',
  });
});

test('a key that is no setting is a mistake in the program', () => {
  expect(() => fromFlags({ 'server.prot': '1' })).toThrow('server.prot is not a setting');
});
