import { describe, expect, it } from 'bun:test';
import { readBody } from '../../src/openai/body.ts';
import { thrownBy } from '../help/a-failure.ts';

const read = (text: string): unknown => readBody(Buffer.from(text));

describe('readBody', () => {
  it('gives the object of a body, whatever stands in its strings', () => {
    const body = { a: '[[[{{{,,,"\\', 'b"]': ['\\\\', '\\"', { c: 'ä"👩‍👧' }] };
    expect(read(JSON.stringify(body))).toEqual(body);
  });

  it.each(['', '[]', '"x"', '{', '{"a":"', 'null', '{"a":1}}'])('refuses %p, which is no object', (text) => {
    expect(thrownBy(() => read(text))).toMatchObject({ code: 'bad_request' });
  });

  it('refuses what is nested without end before anything is built of it', () => {
    const deep = `{"a":${'['.repeat(5_000_000)}`;
    expect(thrownBy(() => read(deep)).message).toContain('levels deep');
    expect(thrownBy(() => read(`{"a":${'{"a":'.repeat(201)}`)).message).toContain('levels deep');
  });

  it('refuses more values than any conversation has', () => {
    expect(thrownBy(() => read(`{"a":[${'0,'.repeat(600_000)}0]}`)).message).toContain('values');
    expect(thrownBy(() => read(`{"a":[${'[],'.repeat(400_000)}0]}`)).message).toContain('values');
  });

  it('takes a long text for one value', () => {
    const a = ',[{"'.repeat(1_000_000);
    expect(read(JSON.stringify({ a }))).toEqual({ a });
  });

  it('a key that is the name of a prototype is a key like any other', () => {
    const body = read('{"__proto__":{"polluted":true},"constructor":1}');
    expect(Object.keys(body as object)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
