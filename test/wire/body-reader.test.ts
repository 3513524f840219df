import { describe, expect, it } from 'bun:test';
import { BodyReader } from '../../src/wire/body-reader.ts';
import { chunked, untilClose } from '../../src/wire/framing.ts';

describe('a body of known length', () => {
  it('ends where its length does, however it is cut', () => {
    for (let at = 0; at <= 5; at += 1) {
      const reader = new BodyReader(5);
      expect(reader.read(Buffer.from('hello'.slice(0, at)), 0)).toBe(at);
      expect(reader.isOver).toBe(at === 5);
      if (at === 5) continue;
      expect(reader.read(Buffer.from(`${'hello'.slice(at)}GET`), 0)).toBe(5 - at);
      expect(reader.isOver).toBe(true);
      expect(reader.restAt).toBe(5 - at);
    }
  });

  it('begins where it is told to', () => {
    const reader = new BodyReader(2);
    expect(reader.read(Buffer.from('headhirest'), 4)).toBe(6);
    expect(reader.restAt).toBe(6);
  });

  it('of nothing is over at once', () => {
    expect(new BodyReader(0).isOver).toBe(true);
  });

  it('is never wrong, and does not end with the connection', () => {
    const reader = new BodyReader(5);
    reader.read(Buffer.from('\0\0\0'), 0);
    expect(reader.isWrong).toBe(false);
    expect(reader.endsWithLine).toBe(false);
  });
});

describe('a body in chunks', () => {
  it('ends where its chunks do', () => {
    const reader = new BodyReader(chunked);
    const bytes = Buffer.from('2\r\nhi\r\n0\r\n\r\nGET');
    expect(bytes.toString('latin1', 0, reader.read(bytes, 0))).toBe('hi');
    expect(reader.isOver).toBe(true);
    expect(bytes.toString('latin1', reader.restAt)).toBe('GET');
  });

  it('is wrong where they are', () => {
    const reader = new BodyReader(chunked);
    reader.read(Buffer.from('x'), 0);
    expect(reader.isWrong).toBe(true);
    expect(reader.isOver).toBe(false);
  });
});

describe('a body until the connection ends', () => {
  it('is never over by itself', () => {
    const reader = new BodyReader(untilClose);
    expect(reader.read(Buffer.alloc(100_000), 0)).toBe(100_000);
    expect(reader.isOver).toBe(false);
    expect(reader.endsWithLine).toBe(true);
  });
});
