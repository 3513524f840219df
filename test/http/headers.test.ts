import { describe, expect, it } from 'bun:test';
import {
  header,
  headerValues,
  isHopByHop,
  lowerName,
  namedHops,
  pairs,
  without,
} from '../../src/http/headers.ts';

const list = ['X-One', '1', 'x-two', 'a', 'X-TWO', 'b', 'empty', ''] as const;

describe('header', () => {
  it('is the first value of a name, in whatever case either is written', () => {
    expect(header(list, 'x-one')).toBe('1');
    expect(header(list, 'X-ONE')).toBe('1');
    expect(header(list, 'X-Two')).toBe('a');
  });

  it('tells a header that is empty from one that is not there', () => {
    expect(header(list, 'empty')).toBe('');
    expect(header(list, 'absent')).toBeUndefined();
    expect(header([], 'x-one')).toBeUndefined();
  });

  it('does not take a value for a name', () => {
    expect(header(['x-a', 'x-b', 'x-b', 'right'], 'x-b')).toBe('right');
  });

  it('does not take a name for a longer or a shorter one', () => {
    expect(header(['authorization2', 'a', 'authorizatio', 'b'], 'authorization')).toBeUndefined();
  });
});

describe('headerValues', () => {
  it('is every value in order', () => {
    expect(headerValues(list, 'X-two')).toEqual(['a', 'b']);
    expect(headerValues(list, 'absent')).toEqual([]);
  });
});

describe('pairs', () => {
  it('gives names and values as they stand', () => {
    expect([...pairs(list)]).toEqual([
      ['X-One', '1'],
      ['x-two', 'a'],
      ['X-TWO', 'b'],
      ['empty', ''],
    ]);
  });

  it('leaves out a name without a value', () => {
    expect([...pairs(['a', '1', 'b'])]).toEqual([['a', '1']]);
  });
});

describe('the names of one hop', () => {
  it('are the same for every message', () => {
    for (const name of [
      'connection',
      'keep-alive',
      'te',
      'transfer-encoding',
      'upgrade',
      'proxy-authorization',
    ])
      expect(isHopByHop(name)).toBe(true);
    expect(isHopByHop('content-length')).toBe(false);
  });

  it('and those that the message names in Connection, in any case and any number of lines', () => {
    const names = namedHops(['Connection', 'close, X-Hop ,\tx-other', 'connection', 'X-Third']);
    for (const name of ['x-hop', 'x-other', 'x-third']) expect(names?.has(name)).toBe(true);
  });

  it('are forgotten with the message', () => {
    namedHops(['Connection', 'authorization']);
    expect(namedHops(['Connection', 'keep-alive'])).toBeUndefined();
    expect(namedHops([])).toBeUndefined();
  });
});

describe('lowerName', () => {
  it('is the same the second time, and holds no more than it may', () => {
    for (let at = 0; at < 5_000; at += 1) expect(lowerName(`X-Name-${at}`)).toBe(`x-name-${at}`);
    expect(lowerName('X-Name-4999')).toBe('x-name-4999');
  });
});

describe('without', () => {
  it('keeps order, case and duplicates of the rest', () => {
    expect(without(list, (name) => name === 'x-one')).toEqual(['x-two', 'a', 'X-TWO', 'b', 'empty', '']);
  });

  it('asks with the name in lower case, and leaves the list as it was', () => {
    const asked: string[] = [];
    const before = [...list];
    expect(
      without(list, (name) => {
        asked.push(name);
        return true;
      }),
    ).toEqual([]);
    expect(asked).toEqual(['x-one', 'x-two', 'x-two', 'empty']);
    expect([...list]).toEqual(before);
  });
});
