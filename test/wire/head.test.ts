import { describe, expect, it } from 'bun:test';
import {
  endOfHead,
  hasBareLineFeed,
  isTrailerValid,
  mayBecomeAnswer,
  mayBecomeRequest,
  readAnswerHead,
  readRequestHead,
  withoutEmptyLines,
} from '../../src/wire/head.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
/** The request head in `text`, somewhere in the middle of a buffer. */
function request(text: string): ReturnType<typeof readRequestHead> {
  const bytes = latin1(`before${text}behind`);
  return readRequestHead(bytes, 6, 6 + text.length);
}
function answer(text: string): ReturnType<typeof readAnswerHead> {
  const bytes = latin1(`before${text}behind`);
  return readAnswerHead(bytes, 6, 6 + text.length);
}

describe('the end of a head', () => {
  it('is found behind the empty line, however much was searched before', () => {
    const bytes = latin1('GET / HTTP/1.1\r\nA: b\r\n\r\nrest');
    for (let from = 0; from < 24; from += 1) expect(endOfHead(bytes, from)).toBe(24);
  });

  it('is not there yet before the last line feed', () => {
    expect(endOfHead(latin1('GET / HTTP/1.1\r\n\r'), 0)).toBe(-1);
  });

  it('is no pair of line feeds', () => {
    expect(endOfHead(latin1('GET / HTTP/1.1\n\nX'), 0)).toBe(-1);
  });
});

describe('a line feed alone', () => {
  it.each([['\n'], ['a\n'], ['a\r\nb\n'], ['\r\r\n\n']])('is seen in %j', (text) => {
    expect(hasBareLineFeed(latin1(text), 0)).toBe(true);
  });

  it('is told from one whose carriage return was looked at before', () => {
    expect(hasBareLineFeed(latin1('a\r\nb'), 2)).toBe(false);
    expect(hasBareLineFeed(latin1('a\n\r\n'), 2)).toBe(false);
  });
});

describe('empty lines in front of a request', () => {
  it('are left out', () => {
    expect(withoutEmptyLines(latin1('\r\n\r\nGET')).toString()).toBe('GET');
  });

  it('end where a line does not', () => {
    expect(withoutEmptyLines(latin1('\r\n\rGET')).toString()).toBe('\rGET');
  });
});

describe('the beginning of a request', () => {
  it.each([[''], ['\r'], ['G'], ['GET / HTTP/1.1\r'], ['POST / HTTP/1.1\r\nA'], ['zGET'.slice(1)]])(
    'may be %j',
    (text) => {
      expect(mayBecomeRequest(latin1(text), 0)).toBe(true);
    },
  );

  it.each([['\n'], ['\rG'], ['get'], [' GET'], ['\x16\x03\x01\x02\x00'], ['\0'], ['GET / HTTP/1.1\n']])(
    'is not %j',
    (text) => {
      expect(mayBecomeRequest(latin1(text), 0)).toBe(false);
    },
  );
});

describe('the beginning of an answer', () => {
  it.each([[''], ['H'], ['HTTP/1.'], ['HTTP/1.1 200 OK\r'], ['HTTP/1.1 200 OK\r\nA: b']])(
    'may be %j',
    (text) => {
      expect(mayBecomeAnswer(latin1(text), 0)).toBe(true);
    },
  );

  it.each([['\r'], ['h'], ['HTTP/2'], ['SSH-2.0-x'], ['\x15\x03\x03'], ['HTTP/1.1 200 OK\n']])(
    'is not %j',
    (text) => {
      expect(mayBecomeAnswer(latin1(text), 0)).toBe(false);
    },
  );
});

describe('a request head', () => {
  it('is read with its headers in their own case and order, blanks around the values left out', () => {
    expect(
      request('POST /v1/x?a=%2F&&b HTTP/1.1\r\nhOst: a\r\nX-Dup:1\r\nx-dup:\t 2 \t\r\nEmpty:\r\n\r\n'),
    ).toEqual({
      method: 'POST',
      target: '/v1/x?a=%2F&&b',
      minor: 1,
      headers: ['hOst', 'a', 'X-Dup', '1', 'x-dup', '2', 'Empty', ''],
    });
  });

  it('may have no headers, and be of HTTP/1.0', () => {
    expect(request('GET / HTTP/1.0\r\n\r\n')).toEqual({ method: 'GET', target: '/', minor: 0, headers: [] });
  });

  it('keeps every byte of a value', () => {
    const value = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code))
      .filter((char) => char === '\t' || (char >= ' ' && char !== '\x7f'))
      .join('');
    expect(request(`GET / HTTP/1.1\r\nx: a${value}z\r\n\r\n`)?.headers).toEqual(['x', `a${value}z`]);
  });

  it('keeps names apart that come in one after the other', () => {
    for (const name of ['Accept', 'accept', 'ACCEPT', 'X'.repeat(65), 'x'.repeat(65), 'Accept'])
      expect(request(`GET / HTTP/1.1\r\n${name}: 1\r\n\r\n`)?.headers).toEqual([name, '1']);
  });

  it.each(['GET', 'POST', 'HEAD', 'OPTIONS', 'DELETE', 'PUT', 'PATCH', 'TRACE'])('may be of %s', (method) => {
    expect(request(`${method} / HTTP/1.1\r\n\r\n`)?.method).toBe(method);
  });

  it.each([
    '/',
    '/?',
    '//',
    '/a//b/../c',
    '/%00',
    '/{"}',
    '*',
    'http://a',
    'https://a:1/b?c',
    'http://[::1]/',
    'http://a?b',
  ])('may ask for %s', (target) => {
    expect(request(`GET ${target} HTTP/1.1\r\n\r\n`)?.target).toBe(target);
  });

  it.each([
    ['an unknown method', 'BREW / HTTP/1.1'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1'],
    ['a method in lower case', 'get / HTTP/1.1'],
    ['a method without end', `${'A'.repeat(70)} / HTTP/1.1`],
    ['no method', '/ HTTP/1.1'],
    ['no target', 'GET HTTP/1.1'],
    ['an empty target', 'GET  HTTP/1.1'],
    ['two blanks', 'GET  / HTTP/1.1'],
    ['a blank in the target', 'GET /a b HTTP/1.1'],
    ['a tab in the target', 'GET /a\tb HTTP/1.1'],
    ['a byte beyond ASCII in the target', 'GET /\xe9 HTTP/1.1'],
    ['a control character in the target', 'GET /\x01 HTTP/1.1'],
    ['DEL in the target', 'GET /\x7f HTTP/1.1'],
    ['a target that is a word', 'GET foo HTTP/1.1'],
    ['a target in authority form', 'GET a:443 HTTP/1.1'],
    ['another scheme', 'GET ftp://a/ HTTP/1.1'],
    ['a scheme with one slash', 'GET http:/a HTTP/1.1'],
    ['a scheme without a host', 'GET http:///a HTTP/1.1'],
    ['a user in the target', 'GET http://u:p@a/ HTTP/1.1'],
    ['more behind a star', 'GET *a HTTP/1.1'],
    ['HTTP/0.9', 'GET /'],
    ['HTTP/2', 'PRI * HTTP/2.0'],
    ['HTTP/1.2', 'GET / HTTP/1.2'],
    ['a long version', 'GET / HTTP/1.10'],
    ['a version in lower case', 'GET / http/1.1'],
    ['a blank behind the version', 'GET / HTTP/1.1 '],
    ['a blank in front', ' GET / HTTP/1.1'],
    ['another protocol', 'GET / ICE/1.1'],
  ])('is none with %s', (_, line) => {
    expect(request(`${line}\r\nHost: a\r\n\r\n`)).toBeUndefined();
  });

  it.each([
    ['a blank before the colon', 'A : b\r\n'],
    ['a tab before the colon', 'A\t: b\r\n'],
    ['no colon', 'A\r\n'],
    ['no name', ': b\r\n'],
    ['a blank before the name', ' A: b\r\n'],
    ['a folded line', 'A: b\r\n c\r\n'],
    ['a line folded with a tab', 'A: b\r\n\tc\r\n'],
    ['a byte beyond ASCII in the name', '\xe9: b\r\n'],
    ['a bracket in the name', 'A(: b\r\n'],
    ['a NUL in the name', 'A\0: b\r\n'],
    ['a NUL in the value', 'A: b\0c\r\n'],
    ['a control character in the value', 'A: b\x1bc\r\n'],
    ['DEL in the value', 'A: b\x7fc\r\n'],
    ['a carriage return in the value', 'A: b\rc\r\n'],
    ['two carriage returns', 'A: b\r\r\n'],
    ['a line feed in the value', 'A: b\nc: d\r\n'],
    ['a line feed alone at the end', 'A: b\n'],
    ['a tab behind a length', 'Content-Length: 3\t\r\n'],
    ['a tab before a length', 'content-length:\t3\r\n'],
    ['a tab behind a coding', 'Transfer-Encoding: chunked \t\r\n'],
  ])('is none with %s', (_, field) => {
    expect(request(`GET / HTTP/1.1\r\n${field}\r\n`)).toBeUndefined();
    expect(request(`GET / HTTP/1.1\r\nHost: a\r\n${field}Z: z\r\n\r\n`)).toBeUndefined();
    expect(answer(`HTTP/1.1 200 OK\r\nHost: a\r\n${field}Z: z\r\n\r\n`)).toBeUndefined();
  });

  it('is none where a carriage return alone ends the request line', () => {
    expect(request('GET / HTTP/1.1\rHost: a\r\n\r\n')).toBeUndefined();
  });
});

describe('an answer head', () => {
  it.each([
    ['HTTP/1.1 200 OK', 200, 1],
    ['HTTP/1.0 404 Not Found', 404, 0],
    ['HTTP/1.1 200 ', 200, 1],
    ['HTTP/1.1 200', 200, 1],
    ['HTTP/1.1 599 \xe9\t!', 599, 1],
    ['HTTP/1.1 100 Continue', 100, 1],
    ['HTTP/1.1 999 x', 999, 1],
  ])('may begin with %j', (line, status, minor) => {
    expect(answer(`${line}\r\nA: b\r\n\r\n`)).toEqual({
      status,
      minor: minor === 1 ? 1 : 0,
      headers: ['A', 'b'],
    });
  });

  it.each([
    ['no status', 'HTTP/1.1'],
    ['a status of two digits', 'HTTP/1.1 20 OK'],
    ['a status of four digits', 'HTTP/1.1 2000 OK'],
    ['a status below 100', 'HTTP/1.1 099 OK'],
    ['a status with a sign', 'HTTP/1.1 -20 OK'],
    ['two blanks', 'HTTP/1.1  200 OK'],
    ['a tab behind the status', 'HTTP/1.1 200\tOK'],
    ['HTTP/2', 'HTTP/2 200 OK'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK'],
    ['a version in lower case', 'http/1.1 200 OK'],
    ['another protocol', 'ICY 200 OK'],
    ['a NUL in the reason', 'HTTP/1.1 200 O\0K'],
    ['a line feed in the reason', 'HTTP/1.1 200 O\nK'],
    ['a carriage return in the reason', 'HTTP/1.1 200 O\rK'],
    ['a request', 'GET / HTTP/1.1'],
  ])('is none with %s', (_, line) => {
    expect(answer(`${line}\r\nA: b\r\n\r\n`)).toBeUndefined();
  });
});

describe('a trailer', () => {
  it.each(['\r\n', 'A: b\r\n\r\n', 'A:\r\nB: c\r\n\r\n'])('may be %j', (text) => {
    expect(isTrailerValid(latin1(`${text}GET`), text.length)).toBe(true);
  });

  it.each([
    '\rX',
    'A\r\n\r\n',
    'A: b\n\r\n\r\n',
    'Content-Length: 1\r\n\r\n',
    'transfer-encoding: x\r\n\r\n',
  ])('is not %j', (text) => {
    expect(isTrailerValid(latin1(`${text}GET`), text.length)).toBe(false);
  });
});
