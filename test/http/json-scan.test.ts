import { describe, expect, it } from 'bun:test';
import { NotJson, scanArray, scanObject, valueAt } from '../../src/http/json-scan.ts';
import { Random } from '../help/a-random.ts';

const scan = (text: string, ...names: string[]): Record<string, unknown> => {
  const bytes = Buffer.from(text);
  const found = scanObject(bytes, new Set(names));
  return Object.fromEntries([...found].map(([name, span]) => [name, valueAt(bytes, span)]));
};

function refusal(text: string | Buffer): NotJson {
  try {
    scanObject(Buffer.from(text), new Set(['model']));
  } catch (error) {
    if (error instanceof NotJson) return error;
    throw error;
  }
  throw new Error(`${String(text).slice(0, 80)} was taken for an object`);
}

describe('scanObject', () => {
  it('finds the members asked for, of every sort, and no others', () => {
    const text =
      '{"model":"claude","n":-1.5e+3,"yes":true,"no":false,"none":null,"list":[1,[2]],"object":{"model":"inner"},"other":1}';
    expect(scan(text, 'model', 'n', 'yes', 'no', 'none', 'list', 'object', 'absent')).toEqual({
      model: 'claude',
      n: -1500,
      yes: true,
      no: false,
      none: null,
      list: [1, [2]],
      object: { model: 'inner' },
    });
  });

  it('takes members of the outermost object alone, however deep a twin of theirs lies', () => {
    expect(scan('{"a":{"model":"inner"},"b":[{"model":"inner"}]}', 'model')).toEqual({});
    expect(scan('{"a":"{\\"model\\":\\"inner\\"}"}', 'model')).toEqual({});
  });

  it('takes the last of members of one name, as JSON.parse does, and tells that there are two', () => {
    const told: string[] = [];
    const bytes = Buffer.from('{"model":"a","x":1,"x":2,"mod\\u0065l":"b"}');
    const found = scanObject(bytes, new Set(['model']), (name) => told.push(name));
    expect(valueAt(bytes, found.get('model'))).toBe('b');
    expect(told).toEqual(['model']);
  });

  it('reads a name through its escapes, and tells names apart that only look alike', () => {
    expect(scan('{"\\u006d\\u006F\\u0064\\u0065\\u006c":1}', 'model')).toEqual({ model: 1 });
    expect(scan('{"Model":1,"model ":2,"models":3,"mode":4,"mоdel":5}', 'model')).toEqual({});
    expect(scan('{"modèle":1,"\\ud83d\\ude00":2,"größe":3}', 'modèle', '😀', 'größe')).toEqual({
      modèle: 1,
      '😀': 2,
      größe: 3,
    });
  });

  it('is not led astray by names that objects of the language have', () => {
    expect(scan('{"__proto__":1,"constructor":2,"model":3}', 'model')).toEqual({ model: 3 });
    const bytes = Buffer.from('{"__proto__":{"model":1}}');
    expect(scanObject(bytes, new Set(['model'])).size).toBe(0);
  });

  it('passes over white space wherever JSON has it, and a byte order mark', () => {
    expect(scan(' \t\r\n{ \n"model" \t: \r\n "x" , "n":1 } \n ', 'model', 'n')).toEqual({ model: 'x', n: 1 });
    expect(scan('\ufeff{"model":"x"}', 'model')).toEqual({ model: 'x' });
    expect(scan('{}', 'model')).toEqual({});
    expect(scan(' { } ', 'model')).toEqual({});
  });

  it('sees where a string ends, whatever stands before its quote', () => {
    for (const inside of ['', '\\"', '\\\\', '\\\\\\"', 'x\\\\\\\\', '{}[],:', '\\u0022', '"'.repeat(0)])
      expect(scan(`{"a":"${inside}","model":"x"}`, 'model')).toEqual({ model: 'x' });
    for (const length of [0, 1, 22, 23, 24, 25, 26, 47, 48, 49, 50, 1_000])
      for (const end of ['', '\\\\', '\\"', '\\\\\\"', '\\\\\\\\'])
        expect(scan(`{"a":"${'x'.repeat(length)}${end}","model":1}`, 'model')).toEqual({ model: 1 });
  });

  const broken: [what: string, text: string][] = [
    ['nothing', ''],
    ['white space', ' \n '],
    ['an array', '[{"model":"x"}]'],
    ['a string', '"model"'],
    ['a word', 'null'],
    ['a second object', '{"model":"x"}{}'],
    ['something after it', '{"model":"x"} x'],
    ['a NUL after it', '{"model":"x"}\0'],
    ['no end', '{"model":"x"'],
    ['an end in a string', '{"model":"x'],
    ['an end in an escape', '{"model":"x\\'],
    ['an end in a name', '{"mod'],
    ['an end behind a colon', '{"model":'],
    ['an end in an array', '{"a":[1,2'],
    ['a comma too many', '{"model":"x",}'],
    ['a comma first', '{,"model":"x"}'],
    ['two commas', '{"a":1,,"model":"x"}'],
    ['no comma', '{"a":1 "model":"x"}'],
    ['no colon', '{"model" "x"}'],
    ['two colons', '{"model"::"x"}'],
    ['no value', '{"model":}'],
    ['a name without quotes', '{model:"x"}'],
    ['single quotes', "{'model':'x'}"],
    ['a comment', '{/* x */"model":"x"}'],
    ['a wrong closing bracket', '{"a":[1}}'],
    ['a wrong closing brace', '{"a":{"b":1]}'],
    ['NaN', '{"a":NaN}'],
    ['Infinity', '{"a":-Infinity}'],
    ['a word of another case', '{"a":True}'],
    ['a leading zero', '{"a":01}'],
    ['a bare minus', '{"a":-}'],
    ['a leading plus', '{"a":+1}'],
    ['a point without digits', '{"a":1.}'],
    ['digits without a number', '{"a":.5}'],
    ['an exponent without digits', '{"a":1e}'],
    ['a hexadecimal number', '{"a":0x10}'],
    ['a form feed as white space', '{\f"a":1}'],
    ['a no-break space', '{\u00a0"a":1}'],
  ];
  for (const [what, text] of broken) {
    it(`refuses ${what}`, () => {
      expect(refusal(text)).toBeInstanceOf(NotJson);
      expect(() => JSON.parse(text.replace(/^\[.*|^"model"$|^null$/, '!'))).toThrow();
    });
  }

  it('says at which byte it shows', () => {
    expect(refusal('{"größe":1,}')).toMatchObject({ at: 13, message: 'no member name at byte 13' });
  });

  it('refuses nesting that only an attack on parsers needs, and takes what is below', () => {
    const nested = (depth: number): string => `{"a":${'['.repeat(depth)}${']'.repeat(depth)},"model":1}`;
    expect(scan(nested(512), 'model')).toEqual({ model: 1 });
    expect(refusal(nested(513)).message).toContain('nested too deep');
    expect(refusal('{"a":'.repeat(100_000)).message).toContain('nested too deep');
  });

  it('leaves what lies inside a value it skips to whoever reads it', () => {
    expect(scan('{"a":[1 2 tru],"model":"x"}', 'model')).toEqual({ model: 'x' });
    expect(scan('{"model":"\u0001"}', 'model')).toEqual({ model: undefined });
  });

  it('reads bytes that are no UTF-8 without losing its place', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xff, 0xe2, 0xc0, 0xf0]),
      Buffer.from('","model":"x"}'),
    ]);
    const found = scanObject(bytes, new Set(['model']));
    expect(valueAt(bytes, found.get('model'))).toBe('x');
  });
});

describe('scanObject beside JSON.parse', () => {
  const names = ['model', 'stream', 'a', '', 'größe', '😀', '"', '\\', 'x'.repeat(40), '__proto__', 'mod'];

  /** Writes random JSON in every way the grammar allows. */
  class Writer {
    readonly #random: Random;

    constructor(random: Random) {
      this.#random = random;
    }

    object(depth: number): string {
      const members: string[] = [];
      while (this.#random.chance(0.7) && members.length < 8)
        members.push(
          `${this.space()}${this.string(this.#random.one(names))}${this.space()}:${this.value(depth)}`,
        );
      return `{${members.length === 0 ? this.space() : members.join(',')}}`;
    }

    value(depth: number): string {
      const inner = this.#plainValue(depth);
      return `${this.space()}${inner}${this.space()}`;
    }

    #plainValue(depth: number): string {
      const sort = this.#random.below(depth > 0 ? 8 : 5);
      if (sort === 0) return this.#number();
      if (sort === 1) return this.#random.one(['true', 'false', 'null']);
      if (sort < 5) return this.string(this.#text());
      if (sort < 7) return this.object(depth - 1);
      const elements: string[] = [];
      while (this.#random.chance(0.7) && elements.length < 8) elements.push(this.value(depth - 1));
      return `[${elements.length === 0 ? this.space() : elements.join(',')}]`;
    }

    #number(): string {
      const one = (of: readonly string[]): string => this.#random.one(of);
      return `${one(['', '-'])}${one(['0', '1', '42', '9007199254740993', '7'.repeat(30)])}${one(['', '.0', '.25', '.999'])}${one(['', 'e1', 'E+2', 'e-3', 'E05'])}`;
    }

    #text(): string {
      let text = '';
      while (this.#random.chance(0.85) && text.length < 80)
        text += this.#random.one([
          'a',
          '"',
          '\\',
          '/',
          '{',
          '}',
          '[',
          ']',
          ':',
          ',',
          '\n',
          '\u0000',
          'ß',
          '漢',
          '😀',
          '\u2028',
          '\u007f',
          'model',
          '"model":',
        ]);
      return text;
    }

    string(text: string): string {
      let written = '"';
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        const isPlain = unit >= 0x20 && unit !== 0x22 && unit !== 0x5c && (unit < 0xd800 || unit > 0xdfff);
        if (isPlain && this.#random.chance(0.8)) written += text.charAt(at);
        else if (unit === 0x22 && this.#random.chance(0.7)) written += '\\"';
        else if (unit === 0x5c && this.#random.chance(0.7)) written += '\\\\';
        else if (unit === 0x0a && this.#random.chance(0.5)) written += '\\n';
        else if (unit === 0x2f && this.#random.chance(0.5)) written += '\\/';
        else written += this.#hex(unit);
      }
      return `${written}"`;
    }

    #hex(unit: number): string {
      const hex = unit.toString(16).padStart(4, '0');
      return `\\u${this.#random.chance(0.5) ? hex.toUpperCase() : hex}`;
    }

    space(): string {
      let space = '';
      while (this.#random.chance(0.15)) space += this.#random.one([' ', '\n', '\t', '\r']);
      return space;
    }
  }

  function parsed(text: string): { value: unknown } | undefined {
    try {
      return { value: JSON.parse(text) };
    } catch {
      return undefined;
    }
  }

  /** Fails where the two disagree; says whether the text was an object. */
  function compare(bytes: Buffer): boolean {
    const text = bytes.toString();
    const right = parsed(text)?.value;
    const isObject = typeof right === 'object' && right !== null && !Array.isArray(right);
    let found: ReturnType<typeof scanObject> | undefined;
    try {
      found = scanObject(bytes, new Set(names));
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      if (isObject) throw new Error(`refused (${error.message}): ${text}`, { cause: error });
      return false;
    }
    if (!isObject) {
      // What it skips it does not check; but only an object may be found at all.
      if (parsed(text) !== undefined) throw new Error(`taken for an object: ${text}`);
      return false;
    }
    const expected = Object.keys(right).filter((name) => names.includes(name));
    expect([...found.keys()].toSorted()).toEqual(expected.toSorted());
    for (const [name, span] of found) {
      const value: unknown = Object.getOwnPropertyDescriptor(right, name)?.value;
      if (!Bun.deepEquals(valueAt(bytes, span), value, true)) throw new Error(`${name} differs: ${text}`);
    }
    return true;
  }

  it('finds the same members and values in 4,000 random objects', () => {
    const random = new Random(20261122);
    const writer = new Writer(random);
    let objects = 0;
    for (let round = 0; round < 4_000; round += 1) {
      const text = `${writer.space()}${writer.object(4)}${writer.space()}`;
      expect(compare(Buffer.from(text))).toBe(true);
      objects += 1;
    }
    expect(objects).toBe(4_000);
  });

  it('agrees on 15,000 texts that were valid until something was cut, put in, swapped or doubled', () => {
    const random = new Random(5);
    const writer = new Writer(random);
    const pieces = [
      '"',
      '\\',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      ' ',
      '\0',
      '0',
      'e',
      '-',
      'null',
      '\\"',
      'ß',
      '\\u',
    ];
    let valid = 0;
    for (let round = 0; round < 15_000; round += 1) {
      let bytes = Buffer.from(writer.object(3));
      for (let times = 1 + random.below(3); times > 0; times -= 1) {
        const at = random.below(bytes.length + 1);
        const upTo = Math.min(bytes.length, at + random.below(4));
        const piece = Buffer.from(random.one(pieces));
        const how = random.below(5);
        if (how === 0) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(upTo)]);
        else if (how === 1) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
        else if (how === 2) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(upTo)]);
        else if (how === 3) bytes = Buffer.concat([bytes.subarray(0, upTo), bytes.subarray(at)]);
        else bytes = bytes.subarray(0, at);
      }
      if (compare(bytes)) valid += 1;
    }
    // Neither all of them may be broken nor all whole, or nothing was compared.
    expect(valid).toBeGreaterThan(500);
    expect(valid).toBeLessThan(14_500);
  });

  it('agrees on every text of up to five of the characters that matter', () => {
    const letters = ['{', '}', '"', '\\', ':', ',', '1', '[', ']', 'a'];
    const all = (length: number): string[] =>
      length === 0 ? [''] : all(length - 1).flatMap((rest) => letters.map((one) => rest + one));
    for (const inner of all(4)) {
      compare(Buffer.from(`{${inner}`));
      compare(Buffer.from(`{"a":${inner}}`));
    }
    for (const text of all(3)) compare(Buffer.from(text));
  });
});

describe('scanArray', () => {
  const elements = (text: string, most: number): unknown[] => {
    const bytes = Buffer.from(text);
    return scanArray(bytes, { start: 0, end: bytes.length }, most).map((span) => valueAt(bytes, span));
  };

  it('gives the first elements and no more than asked for', () => {
    expect(elements('[1, "a" ,{"b":[2]},[3],null]', 9)).toEqual([1, 'a', { b: [2] }, [3], null]);
    expect(elements('[1,2,3]', 2)).toEqual([1, 2]);
    expect(elements('[1,2,3]', 0)).toEqual([]);
  });

  it('gives none of an empty array', () => {
    expect(elements('[]', 3)).toEqual([]);
    expect(elements('[ \n ]', 3)).toEqual([]);
  });

  it('refuses what is no element', () => {
    for (const text of ['[,]', '[1,,2]', '[tru]', '[:]']) expect(() => elements(text, 9)).toThrow(NotJson);
  });

  it('does not look at what comes after those asked for', () => {
    expect(elements('[1, tru]', 1)).toEqual([1]);
  });
});

describe('valueAt', () => {
  it('is undefined of no span, and of what is no JSON after all', () => {
    expect(valueAt(Buffer.from('x'), undefined)).toBeUndefined();
    expect(valueAt(Buffer.from('[1 2]'), { start: 0, end: 5 })).toBeUndefined();
  });
});

describe('bodies of an attacker', () => {
  /** Anything but linear work would take minutes on these, and the test would run out of time. */
  const size = 30_000_000;
  const repeated = (piece: string): string => piece.repeat(Math.floor(size / piece.length));
  const bodies: [what: string, text: () => string][] = [
    ['a string of backslashes', () => `{"a":"${repeated('\\\\')}","model":1}`],
    ['a string of escaped quotes', () => `{"a":"${repeated('\\"')}","model":1}`],
    [
      'a string of runs of backslashes and quotes',
      () => `{"a":"${repeated(`${'\\\\'.repeat(400)}\\"`)}","model":1}`,
    ],
    ['empty strings', () => `{"a":[${repeated('"",')}""],"model":1}`],
    ['brackets', () => `{"a":[${repeated('[],')}[]],"model":1}`],
    ['members without end', () => `{${repeated('"x":1,')}"model":1}`],
    ['members whose names are escaped', () => `{${repeated('"\\u006d\\u006f":1,')}"model":1}`],
    ['a name of thirty million characters', () => `{"${repeated('x')}":1,"model":1}`],
    ['white space', () => `{${repeated(' ')}"model":1}`],
    ['plain text', () => `{"a":"${repeated('hello ')}","model":1}`],
  ];
  for (const [what, text] of bodies) {
    it(`are read in one go: ${what}`, () => {
      expect(scan(text(), 'model')).toEqual({ model: 1 });
    });
  }

  it('are refused in one go: a string without end, brackets without end, a number without end', () => {
    expect(refusal(`{"a":"${repeated('\\"')}`).message).toContain('a string without an end');
    expect(refusal(`{"a":${repeated('[')}`).message).toContain('nested too deep');
    expect(refusal(`{"a":${repeated('1')}.}`).message).toContain('no value');
  });
});
