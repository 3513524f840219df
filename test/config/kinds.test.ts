import { describe, expect, test } from 'bun:test';
import { listenHost } from '../../src/config/addresses.ts';
import {
  byteCount,
  bytesText,
  choice,
  decimal,
  filePath,
  linesFile,
  listOf,
  numberOr,
  optional,
  seconds,
  wholeNumber,
  yesNo,
} from '../../src/config/kinds.ts';
import type { Kind } from '../../src/config/setting.ts';

/** What the value becomes, or "refused". */
function inFile(kind: Kind<unknown>, value: unknown): unknown {
  const result = kind.schema().safeParse(value);
  return result.success ? result.data : 'refused';
}

function inVariable(kind: Kind<unknown>, text: string): unknown {
  return inFile(kind, kind.fromText(text));
}

describe('a whole number', () => {
  const kind = wholeNumber(0, 10);

  test('is taken at and between its limits', () => {
    expect([0, 5, 10].map((value) => inFile(kind, value))).toEqual([0, 5, 10]);
    expect(inVariable(kind, '7')).toBe(7);
  });

  test('is refused outside them, with a fraction, or as anything else', () => {
    for (const value of [-1, 11, 1.5, '5', true, Number.NaN, Infinity, [], {}, null]) {
      expect(inFile(kind, value)).toBe('refused');
    }
    for (const text of ['', ' ', '1e1', '0x5', '5 ', '+5', '١'])
      expect(inVariable(kind, text)).toBe('refused');
  });
});

test('a number or a word is that word, or a whole number within its limits', () => {
  const kind = numberOr('auto', 1, 64);
  expect(['auto', 1, 64].map((value) => inFile(kind, value))).toEqual(['auto', 1, 64]);
  expect(['auto', '8'].map((text) => inVariable(kind, text))).toEqual(['auto', 8]);
  for (const value of [0, 65, 1.5, '8', 'all', true, null]) expect(inFile(kind, value)).toBe('refused');
});

describe('a length of time', () => {
  const kind = seconds(0.01, 60);

  test('may have a fraction', () => {
    expect(inFile(kind, 0.5)).toBe(0.5);
    expect(inVariable(kind, '2.25')).toBe(2.25);
  });

  test('is refused with a unit or outside its limits', () => {
    expect(['2s', '-1', '0', '61'].map((text) => inVariable(kind, text))).toEqual(Array(4).fill('refused'));
  });
});

describe('an amount of bytes', () => {
  const kind = byteCount(1, 2 ** 32);

  test.each([
    ['64 KiB', 65_536],
    ['64KiB', 65_536],
    ['64 kB', 64_000],
    ['64 KB', 64_000],
    ['1.5 MiB', 1_572_864],
    ['1 GiB', 2 ** 30],
    ['2 MB', 2_000_000],
    ['17 B', 17],
  ])('%s is %d', (text, bytes) => {
    expect(inFile(kind, text)).toBe(bytes);
    expect(inVariable(kind, text)).toBe(bytes);
  });

  test('may be a plain number', () => {
    expect(inFile(kind, 4096)).toBe(4096);
    expect(inVariable(kind, '4096')).toBe(4096);
  });

  test('is refused where two people would read two amounts, or none', () => {
    for (const text of [
      '64K',
      '64',
      '64 kb',
      '64  KiB',
      '1.5 B',
      '0 B',
      '-1 KiB',
      '5 GiB',
      'KiB',
      '1_0 KiB',
    ]) {
      expect(inFile(kind, text)).toBe('refused');
    }
  });

  test('reads back as it is written for people', () => {
    expect([34_603_008, 65_536, 2 ** 30, 1000, 1025].map(bytesText)).toEqual([
      '33 MiB',
      '64 KiB',
      '1 GiB',
      '1000 bytes',
      '1025 bytes',
    ]);
  });
});

test('a choice takes its words only, as they are written', () => {
  const kind = choice(['auto', 'never']);
  expect(inFile(kind, 'never')).toBe('never');
  expect(['Never', '', 'aut'].map((word) => inVariable(kind, word))).toEqual(Array(3).fill('refused'));
  expect(kind.expects).toBe('"auto" or "never"');
});

test('yes and no have several words in a variable and two in the file', () => {
  const kind = yesNo();
  expect(['true', '1', 'YES', 'on'].map((text) => inVariable(kind, text))).toEqual([true, true, true, true]);
  expect(['False', '0', 'no', 'off'].map((text) => inVariable(kind, text))).toEqual([
    false,
    false,
    false,
    false,
  ]);
  expect([inFile(kind, 'true'), inFile(kind, 1), inVariable(kind, 'ja')]).toEqual(Array(3).fill('refused'));
});

test('a path is any text but none and NUL', () => {
  expect(inFile(filePath(), 'tls/cert.pem')).toBe('tls/cert.pem');
  expect(['', 'a\0b', 5].map((value) => inFile(filePath(), value))).toEqual(Array(3).fill('refused'));
});

test('what is optional is still checked when it is there', () => {
  expect(inFile(optional(wholeNumber(1, 2)), 3)).toBe('refused');
});

describe('a list', () => {
  const kind = listOf(wholeNumber(0, 9), 'digits');

  test('is separated by commas in a variable', () => {
    expect(inVariable(kind, ' 1, 2,,3 ,')).toEqual([1, 2, 3]);
    expect(inVariable(kind, '')).toEqual([]);
  });

  test('is refused for one bad item, for a single value, and when it is endless', () => {
    expect(inFile(kind, [1, 10])).toBe('refused');
    expect(inFile(kind, 1)).toBe('refused');
    expect(inFile(kind, Array(1001).fill(1))).toBe('refused');
  });
});

describe('what a kind is sure of without its schema', () => {
  const kinds: readonly Kind<unknown>[] = [
    wholeNumber(0, 10),
    numberOr('auto', 1, 64),
    decimal(0, 1),
    seconds(0, 10),
    byteCount(0, 2 ** 40),
    choice(['on', 'off']),
    yesNo(),
    filePath(),
    linesFile(),
    listenHost(),
  ];
  const numbers = [0, -0, 1, 10, 11, 64, 0.5, -1, 2 ** 53, Number.NaN, Infinity];
  const words = ['', 'auto', 'on', 'true', '5', '64 KiB', 'a.log', 'a\0b'];
  const hosts = ['127.0.0.1', '::1', '0.0.0.0', 'localhost', '*'];
  const others = [true, false, null, undefined, [], {}, [1], new Date(0)];
  const values: readonly unknown[] = [...numbers, ...words, ...hosts, ...others];

  test('the schema takes as it stands', () => {
    for (const kind of kinds)
      for (const value of values)
        if (kind.isPlain?.(value) === true)
          expect([kind.expects, inFile(kind, value)]).toEqual([kind.expects, value]);
  });

  test('is what most people write', () => {
    const usual: readonly unknown[] = [
      7,
      'auto',
      0.5,
      2.5,
      1024,
      'off',
      true,
      '/var/lib/proxy',
      false,
      '0.0.0.0',
    ];
    kinds.forEach((kind, at) => expect([at, kind.isPlain?.(usual[at])]).toEqual([at, true]));
  });
});
