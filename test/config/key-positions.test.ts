import { describe, expect, test } from 'bun:test';
import { parse } from 'smol-toml';
import { KeyPositions } from '../../src/config/key-positions.ts';

/** `line:column` of a path in the text. */
function at(toml: string, ...path: string[]): string {
  const position = new KeyPositions(toml).of(path);
  return position === undefined ? 'nowhere' : `${position.line}:${position.column}`;
}

describe('a key', () => {
  test('is found under its table, past comments and blank lines', () => {
    const toml = '# port = 1\n\n[server] # port = 2\n  port = 3 # port\n[log]\nport = 4';
    expect(at(toml, 'server')).toBe('3:2');
    expect(at(toml, 'server', 'port')).toBe('4:3');
    expect(at(toml, 'log', 'port')).toBe('6:1');
  });

  test('is found at the top of the file', () => {
    expect(at('a = 1\nb = 2', 'b')).toBe('2:1');
  });

  test('is found when dotted, also with blanks around the dots', () => {
    const toml = 'server . port = 1\n[a.b]\nc.d = 2';
    expect(at(toml, 'server')).toBe('1:1');
    expect(at(toml, 'server', 'port')).toBe('1:10');
    expect(at(toml, 'a', 'b')).toBe('2:4');
    expect(at(toml, 'a', 'b', 'c', 'd')).toBe('3:3');
  });

  test('is found when quoted, with what the quotes hide', () => {
    const toml = `"a.b#]" = 1\n'c"\\' = 2\n["\\u0041\\"\\x42\\t\\U0001F600"]\nx = 3`;
    expect(at(toml, 'a.b#]')).toBe('1:1');
    expect(at(toml, 'c"\\')).toBe('2:1');
    expect(at(toml, 'A"B\t😀', 'x')).toBe('4:1');
  });

  test('inside a string is none', () => {
    const toml = 'a = """\nport = 1\n[server]\n\\""" still\n"""\nb = \'\'\'\n[x]\n\'\'\'\n[server]\nport = 2';
    expect(at(toml, 'server', 'port')).toBe('10:1');
    expect(at(toml, 'x')).toBe('nowhere');
  });

  test('after a long string that ends in quotes of its own is found', () => {
    expect(at('a = """x"""""\nb = 1', 'b')).toBe('2:1');
    expect(at("a = '''x''''\nb = 1", 'b')).toBe('2:1');
    expect(at('a = """"""\nb = ""\nc = 1', 'c')).toBe('3:1');
  });

  test('in braces is found, also over several lines', () => {
    const toml = 'a = { b = { c = 1 }, "d" = [ { e = "}" } ],\n  f.g = 2 # }\n}\nh = 3';
    expect(at(toml, 'a', 'b', 'c')).toBe('1:13');
    expect(at(toml, 'a', 'd', '0', 'e')).toBe('1:32');
    expect(at(toml, 'a', 'f', 'g')).toBe('2:5');
    expect(at(toml, 'h')).toBe('4:1');
  });

  test('keeps its place with Windows line ends, and columns count as editors do', () => {
    expect(at('a = 1\r\n\r\nb = 2\r\n', 'b')).toBe('3:1');
    expect(at('a = { "😀" = 1, b = 2 }', 'a', 'b')).toBe('1:17');
  });
});

test('items of a list are found by their number', () => {
  const toml = 'a = [ 1, # one\n  "2,]",\n  [3, 4], 1979-05-27 07:32:00,\n]\nb = 1';
  expect(at(toml, 'a', '0')).toBe('1:7');
  expect(at(toml, 'a', '1')).toBe('2:3');
  expect(at(toml, 'a', '2', '1')).toBe('3:7');
  expect(at(toml, 'a', '3')).toBe('3:11');
  expect(at(toml, 'b')).toBe('5:1');
});

test('each element of an array of tables has its own places', () => {
  const toml = '[[a]]\nx = 1\n[a.b]\ny = 2\n[[a]]\nx = 3\n[[a.c]]\nz = 4\n[[a.c]]\nz = 5';
  expect(at(toml, 'a', '0', 'x')).toBe('2:1');
  expect(at(toml, 'a', '0', 'b', 'y')).toBe('4:1');
  expect(at(toml, 'a', '1', 'x')).toBe('6:1');
  expect(at(toml, 'a', '1', 'c', '1', 'z')).toBe('10:1');
});

test('what is not there is answered with the nearest thing around it', () => {
  expect(at('[server]\nhosts = ["a"]', 'server', 'hosts', '7')).toBe('2:1');
  expect(at('[server]', 'server', 'port')).toBe('1:2');
  expect(at('[server]', 'log')).toBe('nowhere');
});

test('the first place counts where a table is named several times', () => {
  expect(at('a.b = 1\na.c = 2', 'a')).toBe('1:1');
});

/** A generator of numbers that gives the same ones in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

const nameForms = ['a', 'b-1', '"q.q"', "'l#l'", '"e\\u0065"', '1979-05-27', '"]"'];
const simpleValues = [
  '1',
  'true',
  '-inf',
  '1979-05-27 07:32:00',
  '"s # ] } = \\" \\\\"',
  "'l\\'",
  '"""\n[no]\n  no = 1 \\""" ""\n"""""',
  "'''\n# no = 1\n''''",
  '""',
];

/** A document of every construct, in random order; keys are numbered so that none is defined twice. */
function randomDocument(pick: (below: number) => number): string {
  let count = 0;
  const name = (): string => {
    count += 1;
    const form = nameForms[pick(nameForms.length)]!;
    return /["']$/.test(form) ? `${form.slice(0, -1)}${count}${form.at(-1)}` : `${form}${count}`;
  };
  const blank = (): string => ['', ' ', '\t', '  '][pick(4)]!;
  const line = (): string => ['', '\n', ' # [c] = "\n', '\r\n'][pick(4)]!;
  const value = (depth: number): string => {
    const kind = depth > 2 ? 0 : pick(4);
    if (kind === 1) {
      const items = Array.from({ length: pick(4) }, () => `${line()}${value(depth + 1)}${line()}`);
      return `[${items.join(',')}${line()}]`;
    }
    if (kind === 2) return `{${Array.from({ length: pick(3) }, () => ` ${pair(depth + 1)} `).join(',')}}`;
    return simpleValues[pick(simpleValues.length)]!;
  };
  const key = (): string => Array.from({ length: 1 + pick(3) }, name).join(`${blank()}.${blank()}`);
  const pair = (depth: number): string => `${key()}${blank()}=${blank()}${value(depth)}`;
  const lines: string[] = [];
  for (let part = 0; part < 6; part += 1) {
    const heading = key();
    const isArray = pick(3) === 0;
    if (part > 0) lines.push(isArray ? `[[${heading}]]` : `[${blank()}${heading}${blank()}] # x`);
    for (let more = pick(4); more > 0; more -= 1) lines.push(blank() + pair(0), ['', '# c'][pick(2)]!);
    if (part > 0 && isArray && pick(2) === 0) lines.push(`[[${heading}]]`, pair(0), `[${heading}.${name()}]`);
  }
  return lines.join(['\n', '\r\n'][pick(2)]);
}

/** Every path in what the parser made of the document. */
function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return [path];
  return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))];
}

test('every path the parser finds is found, and no other, in documents of every construct', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const toml = randomDocument(numbers(seed));
    const expected = pathsIn(parse(toml))
      .slice(1)
      .map((path) => path.join('\0'));
    const found = new KeyPositions(toml).paths().map((path) => path.join('\0'));
    expect(found.toSorted(), toml).toEqual(expected.toSorted());
  }
});

test('each place begins with the name that is looked for', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const toml = randomDocument(numbers(seed));
    const positions = new KeyPositions(toml);
    const lines = toml.split('\n');
    for (const path of positions.paths()) {
      const name = path.at(-1)!;
      const { line, column } = positions.of(path)!;
      const rest = lines[line - 1]!.slice(column - 1);
      // Items of lists and elements of arrays of tables have a number, not a name.
      if (/^\d+$/.test(name)) continue;
      expect(rest.replaceAll('\\u0065', 'e').replace(/^["']/, ''), toml).toStartWith(name);
    }
  }
});

test('a text that is no TOML ends all the same', () => {
  for (const text of [
    '[',
    '[[',
    '[a',
    'a',
    'a =',
    '= 1',
    'a = [',
    'a = {',
    'a = {b',
    'a = "',
    'a = """',
    '"',
    '.',
    ']',
    '}',
    ',',
    'a = [}',
    '\0',
  ]) {
    expect(() => new KeyPositions(text)).not.toThrow();
    expect(() => new KeyPositions(`x = 1\n${text.repeat(50)}`)).not.toThrow();
  }
});

test('a file of a mebibyte is read in a straight line', () => {
  const toml = `a = """\n${'x = 1 # "\n'.repeat(100_000)}"""\nb = 1`;
  expect(at(toml, 'b')).toBe('100003:1');
});
