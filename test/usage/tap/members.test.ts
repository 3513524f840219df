import { describe, expect, it } from 'bun:test';
import { Members } from '../../../src/usage/tap/members.ts';
import { Random } from '../../help/a-random.ts';

const wanted = new Set(['id', 'usage', 'größe']);

function read(...chunks: (string | Uint8Array)[]): Record<string, unknown> | undefined {
  const members = new Members(wanted);
  for (const chunk of chunks) members.chunk(Buffer.from(chunk));
  return members.found && Object.fromEntries(members.found);
}

/** The same by JSON.parse. */
function byTheBook(text: string): Record<string, unknown> {
  const all = JSON.parse(text) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has(name)));
}

function someValue(random: Random, depth: number): unknown {
  const parts = ['a', '"', '\\', '\\"', '}', ']', ',', ':', '{"id":1}', 'größe', '😀', ' ', 'x'.repeat(30)];
  const text = (): string => Array.from({ length: random.below(8) }, () => random.one(parts)).join('');
  const kind = random.below(depth > 3 ? 3 : 5);
  if (kind === 0) return random.one([null, true, false, 0, -1.5e3, 12345678]);
  if (kind < 3) return text();
  const length = random.below(4);
  if (kind === 3) return Array.from({ length }, () => someValue(random, depth + 1));
  const names = Array.from({ length }, () => random.one(['id', 'usage', 'größe', text()]));
  return Object.fromEntries(names.map((name) => [name, someValue(random, depth + 1)]));
}

function someObject(random: Random): string {
  const object = { a: someValue(random, 0), id: someValue(random, 1), b: [1], usage: someValue(random, 1) };
  return JSON.stringify(object, undefined, random.one([0, 1, '\t']));
}

describe('the members of a body', () => {
  it('are those that JSON.parse finds, however it is cut', () => {
    const random = new Random(3);
    for (let round = 0; round < 500; round += 1) {
      const text = someObject(random);
      const bytes = Buffer.from(text);
      const expected = byTheBook(text);
      expect(read(bytes)).toEqual(expected);
      const cuts = [random.below(bytes.length), random.below(bytes.length)].toSorted((a, b) => a - b);
      expect(
        read(bytes.subarray(0, cuts[0]), bytes.subarray(cuts[0], cuts[1]), bytes.subarray(cuts[1])),
      ).toEqual(expected);
      expect(read(...[...bytes].map((byte) => new Uint8Array([byte])))).toEqual(expected);
    }
  });

  it('are found under any spelling of their names', () => {
    expect(read('{"\\u0069d":1,"gr\\u00f6\\u00dfe":2}')).toEqual({ id: 1, größe: 2 });
  });

  it('are the last of those that occur twice', () => {
    expect(read('{"id":1,"usage":{"id":5},"id":2}')).toEqual({ id: 2, usage: { id: 5 } });
  });

  it('are none of what lies deeper, or in a string', () => {
    expect(read('{"a":{"id":1},"b":[{"usage":2}],"c":"{\\"id\\":3}"}')).toEqual({});
  });

  it('that are too long are not told', () => {
    expect(read(`{"id":"${'x'.repeat(70_000)}","usage":1}`)).toEqual({ id: undefined, usage: 1 });
    expect(read(`{"${'x'.repeat(70_000)}":1,"usage":1}`)).toEqual({ usage: 1 });
  });

  it('are not told before the object is at its end, and not of what is no object', () => {
    for (const text of [
      '',
      '{',
      '{"id":1',
      '{"id":"1}',
      'null',
      '[{"id":1}]',
      '"{}"',
      '<html>',
      '{}{}',
      '{} x',
    ])
      expect(read(text)).toBeUndefined();
    expect(read('\ufeff {} \r\n\t')).toEqual({});
  });

  it('are no reason to fail, whatever the bytes are', () => {
    const random = new Random(4);
    for (let round = 0; round < 3_000; round += 1) {
      const bytes = Buffer.from(someObject(random));
      for (let times = random.below(5); times >= 0; times -= 1)
        bytes[random.below(bytes.length)] = random.one([
          0x22,
          0x5c,
          0x7b,
          0x7d,
          0x5b,
          0x5d,
          random.below(256),
        ]);
      const at = random.below(bytes.length);
      expect(read(bytes.subarray(0, at), bytes.subarray(at))).toEqual(read(bytes));
    }
  });
});
