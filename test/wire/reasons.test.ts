import { describe, expect, it } from 'bun:test';
import { statusLine } from '../../src/wire/reasons.ts';

describe('a status line', () => {
  it('has the reason that belongs to the status', () => {
    expect(statusLine(200)).toBe('HTTP/1.1 200 OK\r\n');
    expect(statusLine(414)).toBe('HTTP/1.1 414 URI Too Long\r\n');
    expect(statusLine(429)).toBe('HTTP/1.1 429 Too Many Requests\r\n');
  });

  it('has none where nobody knows one', () => {
    expect(statusLine(529)).toBe('HTTP/1.1 529 \r\n');
    expect(statusLine(999)).toBe('HTTP/1.1 999 \r\n');
  });

  it.each([0, 99, 100, 101, 199, 1000, 200.5, -200, Number.NaN, Number.POSITIVE_INFINITY])(
    'is not made of %p',
    (status) => {
      expect(() => statusLine(status)).toThrow(RangeError);
    },
  );
});
