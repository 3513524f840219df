/** What an upstream may say, and what becomes of it. */
export interface HostileAnswer {
  readonly name: string;
  /** Latin-1. */
  readonly says: string;
  /** It closes its side behind it. */
  readonly ends?: boolean;
  readonly method?: 'GET' | 'HEAD';
  /** `lost`: no answer; `broken`: its body fails; else its whole body. */
  readonly becomes: 'lost' | 'broken' | { readonly status: number; readonly body: string };
  /** The connection serves the next request. */
  readonly isKept?: boolean;
}

const answer = (fields: string, body: string, status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\n${fields}\r\n${body}`;
const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil';

const lost = (name: string, says: string, more: Partial<HostileAnswer> = {}): HostileAnswer => ({
  name,
  says,
  becomes: 'lost',
  ...more,
});
const broken = (name: string, says: string, more: Partial<HostileAnswer> = {}): HostileAnswer => ({
  name,
  says,
  becomes: 'broken',
  ...more,
});
const whole = (
  name: string,
  says: string,
  body: string,
  more: Partial<HostileAnswer> = {},
): HostileAnswer => ({
  name,
  says,
  becomes: { status: Number(/(?:^|\r\n\r\n)HTTP\/1\.\d ([2-9]\d\d)/.exec(says)?.[1]), body },
  ...more,
});

const chunked = 'Transfer-Encoding: chunked\r\n';

export const hostileAnswers: readonly HostileAnswer[] = [
  lost('both lengths', answer(`Content-Length: 5\r\n${chunked}`, '0\r\n\r\n')),
  lost('two lengths', answer('Content-Length: 2\r\nContent-Length: 3\r\n', 'abc')),
  lost('the same length twice', answer('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc')),
  lost('a list of lengths', answer('Content-Length: 3, 3\r\n', 'abc')),
  lost('a signed length', answer('Content-Length: +3\r\n', 'abc')),
  lost('a length beyond what can be counted', answer('Content-Length: 99999999999999999999\r\n', 'abc')),
  lost('a coding of its own', answer('Transfer-Encoding: gzip\r\n', 'abc')),
  lost('two codings', answer('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')),
  lost('chunks twice', answer(`${chunked}${chunked}`, '0\r\n\r\n')),
  lost('identity', answer('Transfer-Encoding: identity\r\n', 'abc')),
  lost('chunks in HTTP/1.0', answer(chunked, '3\r\nabc\r\n0\r\n\r\n').replace('1.1', '1.0')),
  lost('bare line feeds', 'HTTP/1.1 200 OK\nContent-Length: 3\n\nabc'),
  lost('a bare line feed behind a header', answer('A: b\nContent-Length: 3\r\n', 'abc')),
  lost('a bare carriage return', answer('A: b\rC: d\r\nContent-Length: 3\r\n', 'abc')),
  lost('a folded header', answer('A: b\r\n c\r\nContent-Length: 3\r\n', 'abc')),
  lost('a blank before a colon', answer('Content-Length : 3\r\n', 'abc')),
  lost('a header without a name', answer(': b\r\nContent-Length: 3\r\n', 'abc')),
  lost('a NUL in a value', answer('A: \0\r\nContent-Length: 3\r\n', 'abc')),
  lost('a control character in the reason', answer('Content-Length: 3\r\n', 'abc', '200 O\x1bK')),
  lost('HTTP/0.9', '<html>hello</html>', { ends: true }),
  lost('HTTP/2', 'HTTP/2.0 200 OK\r\nContent-Length: 3\r\n\r\nabc'),
  lost('another protocol', 'ICY 200 OK\r\n\r\n'),
  lost('TLS', '\x15\x03\x03\x00\x02\x02\x28'),
  lost('a status of two digits', answer('Content-Length: 3\r\n', 'abc', '20 OK')),
  lost('a status below 100', answer('Content-Length: 3\r\n', 'abc', '099 OK')),
  lost(
    'an upgrade that nobody asked for',
    answer('Upgrade: x\r\nConnection: upgrade\r\n', '', '101 Switching Protocols'),
  ),
  lost('interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(50)),
  lost('an interim answer with a body', answer('Content-Length: 3\r\n', 'abc', '103 Early Hints')),
  lost('a head without end', answer('A: b\r\n'.repeat(50_000), '')),
  lost('nothing', '', { ends: true }),
  lost('half a head', 'HTTP/1.1 200 OK\r\nContent-', { ends: true }),
  lost('only an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n', { ends: true }),

  broken('a body shorter than its length', answer('Content-Length: 5\r\n', 'abc'), { ends: true }),
  broken('chunks without the last', answer(chunked, '3\r\nabc\r\n'), { ends: true }),
  broken('a last chunk without its empty line', answer(chunked, '3\r\nabc\r\n0\r\n'), { ends: true }),
  broken('half a chunk', answer(chunked, '5\r\nabc'), { ends: true }),
  broken('a chunk size that is none', answer(chunked, '3\r\nabc\r\nzz\r\n')),
  broken('a chunk size that overflows', answer(chunked, '3\r\nabc\r\nfffffffffffffffff\r\n')),
  broken('a chunk longer than its size', answer(chunked, '3\r\nabcd\r\n0\r\n\r\n')),
  broken('a chunk with line feeds', answer(chunked, '3\r\nabc\n0\n\n')),
  broken('an empty line without its line feed', answer(chunked, `3\r\nabc\r\n0\r\n\r${evil}`)),
  broken('a trailer with a length', answer(chunked, '3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n')),

  whole('an answer as it should be', answer('Content-Length: 3\r\n', 'abc'), 'abc', { isKept: true }),
  whole('chunks as they should be', answer(chunked, '3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n'), 'abc', {
    isKept: true,
  }),
  whole(
    'interim answers before it',
    `HTTP/1.1 103 x\r\nLink: a\r\n\r\nHTTP/1.1 100 x\r\n\r\n${answer('Content-Length: 3\r\n', 'abc')}`,
    'abc',
    { isKept: true },
  ),
  whole('a length to HEAD', answer('Content-Length: 3\r\n', ''), '', { method: 'HEAD', isKept: true }),
  whole('a body to HEAD', answer('Content-Length: 3\r\n', 'abc'), '', { method: 'HEAD' }),
  whole('another answer behind it', answer('Content-Length: 3\r\n', `abc${evil}`), 'abc'),
  whole('a body of 204', answer('Content-Length: 3\r\n', 'abc', '204 No Content'), ''),
  whole('a body of 304', answer('Content-Length: 3\r\n', 'abc', '304 Not Modified'), ''),
  whole('an answer in 204', answer(`Content-Length: ${evil.length}\r\n`, evil, '204 No Content'), ''),
  whole('chunks in 304', answer(chunked, `0\r\n\r\n${evil}`, '304 Not Modified'), ''),
  whole('an answer that closes', answer('Connection: close\r\nContent-Length: 3\r\n', 'abc'), 'abc'),
  whole('HTTP/1.0', answer('Content-Length: 3\r\n', 'abc').replace('1.1', '1.0'), 'abc'),
  whole('until it closes', answer('', 'abc'), 'abc', { ends: true }),
  whole('until it closes, in HTTP/1.0', answer('', `abc${evil}`).replace('1.1', '1.0'), `abc${evil}`, {
    ends: true,
  }),
];
