import { describe, expect, test } from 'bun:test';
import { fromFile } from '../../src/config/file.ts';
import { flawText } from '../../src/config/flaws.ts';

function flaws(toml: string): string[] {
  return fromFile('c.toml', toml).flaws.map(flawText);
}

test('tables with names are read, each with its place', () => {
  const toml = '[providers.one]\nissuer = "https://one.example"\n[providers.two]\nclient_id = "x"';
  const { given, tables, flaws: none } = fromFile('c.toml', toml);
  expect(none).toEqual([]);
  expect(given.map(({ declared, value }) => [declared.key, value])).toEqual([
    ['providers.one.issuer', 'https://one.example'],
    ['providers.two.client_id', 'x'],
  ]);
  expect(tables?.map(({ key, source }) => [key, 'line' in source ? source.line : 0])).toEqual([
    ['providers.one', 1],
    ['providers.two', 3],
  ]);
});

test('dotted keys and braces say the same', () => {
  for (const toml of [
    'providers.one.issuer = "https://one.example"',
    'providers = { one = { issuer = "https://one.example" } }',
    '[providers]\none.issuer = "https://one.example"',
  ])
    expect(fromFile('c.toml', toml).given.map(({ declared }) => declared.key)).toEqual([
      'providers.one.issuer',
    ]);
});

test('a part of a value has a place of its own', () => {
  const { given } = fromFile('c.toml', '[providers.one]\nextra_params = { a = "1",\n  b = 2 }');
  expect(given[0]?.sourceOf?.(['b'])).toMatchObject({ line: 3, column: 3 });
});

describe('a mistake in a table with a name', () => {
  test.each([
    [
      '[providers.one]\nclient-id = "x"',
      'c.toml:2:1: providers.one.client-id is not a setting; did you mean providers.one.client_id?',
    ],
    [
      '[providers.one]\nclient_secret = "x"',
      'c.toml:2:1: providers.one.client_secret is not a setting; did you mean providers.one.client_secret_env?',
    ],
    [
      '[providers.one]\nisuer = "x"',
      'c.toml:2:1: providers.one.isuer is not a setting; did you mean providers.one.issuer?',
    ],
    [
      '[providers.one]\nport = 1',
      'c.toml:2:1: providers.one.port is not a setting; did you mean server.port?',
    ],
    [
      '[providers]\nissuer = "x"',
      'c.toml:2:1: providers.issuer stands outside a table with a name; write [providers.NAME] above it, NAME being a provider',
    ],
    [
      '[providers]\none = 1',
      'c.toml:2:1: providers.one is 1; it must be a table: write [providers.one] on a line of its own',
    ],
    [
      '[[providers.one]]',
      'c.toml:1:13: providers.one is a list; it must be a table: write [providers.one] on a line of its own',
    ],
    [
      '[providers."One Two"]\nissuer = "x"',
      'c.toml:1:12: providers.One Two has a name that is not taken; use lower case letters, digits, "-" and "_", up to 40',
    ],
    [
      'providers = 1',
      'c.toml:1:1: providers is 1; it must be a section: write [providers.NAME] on a line of its own',
    ],
    ['[provider.one]\nissuer = "x"', 'c.toml:1:2: provider is not a section; did you mean [providers.NAME]?'],
  ])('%p is refused', (toml, line) => {
    expect(flaws(toml)).toEqual([line]);
  });

  test('is told with what there is, where nothing is near', () => {
    expect(flaws('[providers.one]\nzzzzzzzz = 1')[0]).toStartWith(
      'c.toml:2:1: providers.one.zzzzzzzz is not a setting; [providers.one] has issuer, client_id, ',
    );
  });
});

test('names that JavaScript knows are names like others, or none', () => {
  for (const name of ['__proto__', '"__proto__"'])
    expect(flaws(`[providers.${name}]\nissuer = "https://x.example"`)).toHaveLength(1);
  const { given } = fromFile('c.toml', '[providers.constructor]\nissuer = "https://x.example"');
  expect(given.map(({ declared }) => declared.key)).toEqual(['providers.constructor.issuer']);
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
});
