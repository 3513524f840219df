import { expect, test } from 'bun:test';
import { flawText, isValue, SettingsProblem, type Flaw } from '../../src/config/flaws.ts';

const flaw: Flaw = {
  source: { from: 'file', file: '/etc/config.toml', line: 3, column: 1 },
  key: 'server.port',
  wrong: 'is 70000',
  right: 'it must be a whole number from 0 to 65535',
};

test('a flaw says where, what is wrong and what would be right', () => {
  expect(flawText(flaw)).toBe(
    '/etc/config.toml:3:1: server.port is 70000; it must be a whole number from 0 to 65535',
  );
  expect(flawText({ ...flaw, key: undefined, wrong: 'not valid TOML' })).toStartWith(
    '/etc/config.toml:3:1: not valid TOML; ',
  );
});

test('a problem tells every flaw and keeps them for programs', () => {
  const problem = new SettingsProblem([flaw, { ...flaw, key: 'server.prot' }]);
  expect(problem.code).toBe('config-invalid');
  expect(problem.message).toStartWith('There are 2 mistakes in the settings:\n  /etc');
  expect(problem.message).toContain('\n  /etc/config.toml:3:1: server.prot');
  expect(problem.flaws).toHaveLength(2);
  expect(problem.fix).toContain('config validate');
  expect(new SettingsProblem([flaw]).message).toStartWith('There is a mistake in the settings:\n');
});

test('a key with control characters cannot drive the terminal', () => {
  expect(flawText({ ...flaw, key: 'a\x1b[2J\u202e\u009bb' })).toContain(
    String.raw`a\u{1b}[2J\u{202e}\u{9b}b is 70000`,
  );
});

test('a refused value is repeated where that helps', () => {
  expect([70_000, true, 'inof', '10.0.0.0/33', '', [1], {}, new Date()].map(isValue)).toEqual([
    'is 70000',
    'is true',
    'is "inof"',
    'is "10.0.0.0/33"',
    'is empty',
    'is a list',
    'is a table',
    'is a date',
  ]);
});

test('a refused value that may be a credential, or is long or strange, is not repeated', () => {
  const values = ['sk-ant-1', 'ccp-1', 'SK-1', 'abcdefghij0123456789', 'a"b', 'a\x1bb', 'word '.repeat(9)];
  expect(new Set(values.map(isValue))).toEqual(new Set(['has a value that is not understood']));
});
