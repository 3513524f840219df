import { describe, expect, it } from 'bun:test';
import {
  answerLength,
  chunked,
  framingOf,
  isBodiless,
  requestLength,
  untilClose,
} from '../../src/wire/framing.ts';

/** The length of the body of a request with these headers. */
function ofRequest(headers: string[], minor = 1): number | undefined {
  const framing = framingOf(headers);
  return framing && requestLength(framing, minor);
}

/** The length of the body of an answer with these headers. */
function ofAnswer(headers: string[], status = 200, method = 'GET', minor = 1): number | undefined {
  const framing = framingOf(headers);
  return framing && answerLength(framing, { minor, status }, method);
}

describe('the length of a body', () => {
  it('is what the head says', () => {
    expect(ofRequest(['content-LENGTH', '12'])).toBe(12);
    expect(ofAnswer(['Content-Length', '0'])).toBe(0);
    expect(ofRequest(['Content-Length', '000012'])).toBe(12);
  });

  it('is told by the chunks where those are announced', () => {
    expect(ofRequest(['Transfer-Encoding', 'chunked'])).toBe(chunked);
    expect(ofAnswer(['transfer-encoding', 'CHUNKED'])).toBe(chunked);
  });

  it('is none of a request that says nothing, and open of an answer', () => {
    expect(ofRequest(['Host', 'a'])).toBe(0);
    expect(ofAnswer(['Server', 'a'])).toBe(untilClose);
  });

  it.each([
    ['both lengths', ['Content-Length', '3', 'Transfer-Encoding', 'chunked']],
    ['both lengths, the other way round', ['transfer-encoding', 'chunked', 'content-length', '3']],
    ['two lengths', ['Content-Length', '3', 'content-length', '4']],
    ['the same length twice', ['Content-Length', '3', 'Content-Length', '3']],
    ['two lengths in one', ['Content-Length', '3, 3']],
    ['chunks twice', ['Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked']],
    ['chunks twice in one', ['Transfer-Encoding', 'chunked, chunked']],
    ['a coding before the chunks', ['Transfer-Encoding', 'gzip, chunked']],
    ['a coding behind the chunks', ['Transfer-Encoding', 'chunked, gzip']],
    ['a coding alone', ['Transfer-Encoding', 'gzip']],
    ['identity', ['Transfer-Encoding', 'identity']],
    ['an unknown coding', ['Transfer-Encoding', 'xchunked']],
    ['a coding with a parameter', ['Transfer-Encoding', 'chunked;q=1']],
    ['a quoted coding', ['Transfer-Encoding', '"chunked"']],
    ['a coding with a strange blank', ['Transfer-Encoding', '\xa0chunked']],
    ['no coding', ['Transfer-Encoding', '']],
    ['no length', ['Content-Length', '']],
    ['a sign', ['Content-Length', '+3']],
    ['less than nothing', ['Content-Length', '-1']],
    ['a fraction', ['Content-Length', '3.0']],
    ['an exponent', ['Content-Length', '1e3']],
    ['another base', ['Content-Length', '0x3']],
    ['blanks in between', ['Content-Length', '3 3']],
    ['digits of another script', ['Content-Length', '٣']],
    ['more than can be counted', ['Content-Length', '9999999999999999']],
  ])('is not said by %s', (_, headers) => {
    expect(framingOf(headers)).toBeUndefined();
  });

  it('is not said by chunks in HTTP/1.0', () => {
    expect(ofRequest(['Transfer-Encoding', 'chunked'], 0)).toBeUndefined();
    expect(ofAnswer(['Transfer-Encoding', 'chunked'], 200, 'GET', 0)).toBeUndefined();
  });

  it.each([
    ['to HEAD', 200, 'HEAD'],
    ['of 204', 204, 'GET'],
    ['of 304', 304, 'GET'],
  ])('is none of an answer %s, whatever its head says', (_, status, method) => {
    for (const headers of [[], ['Content-Length', '5'], ['Transfer-Encoding', 'chunked']])
      expect(ofAnswer(headers, status, method)).toBe(0);
  });

  it('is not read from headers that only look like it', () => {
    expect(ofRequest(['Content_Length', '3', 'X-Content-Length', '4', 'Transfer_Encoding', 'chunked'])).toBe(
      0,
    );
  });
});

describe('the connection', () => {
  it.each(['close', 'Close', 'keep-alive, close', 'close,x', 'x ,\tCLOSE '])('closes at %j', (value) => {
    expect(framingOf(['Connection', value])?.closes).toBe(true);
  });

  it.each(['keep-alive', 'closed', 'x-close', '', 'upgrade'])('stays at %j', (value) => {
    expect(framingOf(['Connection', value])?.closes).toBe(false);
  });

  it('closes when one of several says so', () => {
    expect(framingOf(['Connection', 'close', 'Connection', 'keep-alive'])?.closes).toBe(true);
  });
});

describe('an expectation', () => {
  it('is the one there is, or one that nobody can meet', () => {
    expect(framingOf(['Expect', '100-Continue'])?.expects).toBe('continue');
    expect(framingOf(['Expect', '100-continue, x'])?.expects).toBe('other');
    expect(framingOf(['Expect', ''])?.expects).toBe('other');
    expect(framingOf(['Host', 'a'])?.expects).toBe('nothing');
  });
});

describe('a head without a body', () => {
  it('has neither a length nor a coding', () => {
    expect(isBodiless(['A', 'b'])).toBe(true);
    expect(isBodiless(['content-length', '0'])).toBe(false);
    expect(isBodiless(['A', 'b', 'TRANSFER-encoding', 'x'])).toBe(false);
  });
});
