/** What somebody may send to a listener, and what becomes of it. */
export interface HostileRequest {
  readonly name: string;
  /** Latin-1. `GET /last` with `Connection: close` is sent behind it. */
  readonly says: string;
  /** The status of every answer, in order. */
  readonly statuses: readonly number[];
  /** Target and body of the calls that are served. */
  readonly calls: readonly string[];
  /** nginx refuses it, and so do the doors of the proxy; the wire alone does not look at it. */
  readonly isForTheDoors?: boolean;
}

export const last = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

const get = (target: string, fields = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
const post = (fields: string, body: string): string => `POST /1 HTTP/1.1\r\nHost: a\r\n${fields}\r\n${body}`;
const hidden = get('/hidden');

/** Refused, and nothing behind it is read. */
const refused = (name: string, says: string, status = 400): HostileRequest => ({
  name,
  says,
  statuses: [status],
  calls: [],
});

/** Served, and the request behind it, too. */
const served = (name: string, says: string, ...calls: string[]): HostileRequest => ({
  name,
  says,
  statuses: [...calls.map(() => 200), 200],
  calls: [...calls, '/last'],
});

const lengths: HostileRequest[] = [
  refused('both lengths', post(`Content-Length: 5\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${hidden}`)),
  refused(
    'both lengths, the coding first',
    post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'),
  ),
  refused('two lengths', post('Content-Length: 0\r\nContent-Length: 5\r\n', hidden)),
  refused('the same length twice', post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc')),
  refused('a list of lengths', post('Content-Length: 3, 3\r\n', 'abc')),
  refused('a signed length', post('Content-Length: +3\r\n', 'abc')),
  refused('a negative length', post('Content-Length: -3\r\n', 'abc')),
  refused('a hexadecimal length', post('Content-Length: 0x3\r\n', 'abc')),
  refused('an empty length', post('Content-Length:\r\n', 'abc')),
  refused('a length with a blank in it', post('Content-Length: 3 0\r\n', 'abc')),
  refused('a length beyond what can be counted', post('Content-Length: 18446744073709551619\r\n', 'abc')),
  refused('a length behind a tab', post('Content-Length:\t3\r\n', 'abc')),
  refused('a length before a tab', post('Content-Length: 3\t\r\n', 'abc')),
  refused('chunks twice in one', post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n')),
  refused('chunks twice', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')),
  refused('identity', post('Transfer-Encoding: identity\r\n', '')),
  refused('identity beside a length', post('Transfer-Encoding: identity\r\nContent-Length: 3\r\n', 'abc')),
  refused('a coding that nobody knows', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')),
  refused('a coding before the chunks', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')),
  refused('a coding behind the chunks', post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n')),
  refused('a quoted coding', post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n')),
  refused('an empty coding', post('Transfer-Encoding:\r\n', '0\r\n\r\n')),
  refused('a coding behind a vertical tab', post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n')),
  refused('chunks in HTTP/1.0', post('Transfer-Encoding: chunked\r\n', '0\r\n\r\n').replace('1.1', '1.0')),
];

const coded = (body: string): string => post('Transfer-Encoding: chunked\r\n', body);
const chunks: HostileRequest[] = [
  refused('a chunk without a size', coded('\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a size of letters', coded('zz\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a size that overflows', coded('ffffffffffffffff1\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a size of 2^64 + 3', coded('10000000000000003\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a negative size', coded('-3\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a prefix', coded('0x3\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a blank before its size', coded(' 3\r\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a line feed behind its size', coded('3\nabc\r\n0\r\n\r\n')),
  refused('a chunk with a carriage return behind its size', coded('3\rabc\r\n0\r\n\r\n')),
  refused('a chunk with an extension that hides a line feed', coded('3;a\nb\r\nabc\r\n0\r\n\r\n')),
  refused('a last chunk with a line feed', coded('0\n\r\n')),
];
// What is wrong behind data that was valid cannot be answered any more: the call has begun.
const brokenOff: HostileRequest[] = [
  ['a chunk longer than its size', '3\r\nabcd\r\n0\r\n\r\n'],
  ['a chunk shorter than its size', '4\r\nabc\r\n0\r\n\r\n'],
  ['a chunk that ends in a line feed', '3\r\nabc\n0\r\n\r\n'],
  ['an empty line without its line feed', '3\r\nabc\r\n0\r\n\rX'],
  ['a trailer with a length', '3\r\nabc\r\n0\r\nContent-Length: 40\r\n\r\n'],
  ['a trailer with a coding', '3\r\nabc\r\n0\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ['a folded trailer', '3\r\nabc\r\n0\r\nA: b\r\n c\r\n\r\n'],
].map(([name = '', body = '']) => ({ ...refused(name, coded(body)), statuses: [400] }));

const heads: HostileRequest[] = [
  refused('a bare line feed behind the request line', 'GET /1 HTTP/1.1\nHost: a\r\n\r\n'),
  refused('bare line feeds alone', 'GET /1 HTTP/1.1\nHost: a\n\n'),
  refused('a bare line feed behind a header', get('/1', 'A: b\n')),
  refused('a bare carriage return in a header', get('/1', 'A: b\rC: d\r\n')),
  refused('two carriage returns', get('/1', 'A: b\r\r\n')),
  refused('a folded header', get('/1', 'A: b\r\n c\r\n')),
  refused('a header folded with a tab', get('/1', 'A: b\r\n\tc\r\n')),
  refused('a fold before the first header', 'GET /1 HTTP/1.1\r\n Host: a\r\n\r\n'),
  refused('a blank before a colon', get('/1', 'Content-Length : 3\r\n')),
  refused('a tab before a colon', get('/1', 'Transfer-Encoding\t: chunked\r\n')),
  refused('a header without a name', get('/1', ': b\r\n')),
  refused('a header without a colon', get('/1', 'A\r\n')),
  refused('a NUL in a value', get('/1', 'A: b\0c\r\n')),
  refused('a NUL in a name', get('/1', 'A\0: b\r\n')),
  refused('a control character in a value', get('/1', 'A: \x01\r\n')),
  refused('a byte beyond ASCII in a name', get('/1', '\xff: b\r\n')),
  refused('a NUL in the target', get('/\0')),
  refused('a blank in the target', get('/a b')),
  refused('a tab in the request line', 'GET\t/1\tHTTP/1.1\r\nHost: a\r\n\r\n'),
  refused('a target without a slash', get('foo')),
  refused('a target in authority form', get('a:443')),
  refused('CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n'),
  refused('a method in lower case', 'get /1 HTTP/1.1\r\nHost: a\r\n\r\n'),
  refused('a method that nobody knows', 'BREW /1 HTTP/1.1\r\nHost: a\r\n\r\n'),
  refused('the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  refused('HTTP/2 in the request line', 'GET /1 HTTP/2.0\r\nHost: a\r\n\r\n'),
  refused('HTTP/1.2', 'GET /1 HTTP/1.2\r\nHost: a\r\n\r\n'),
  refused('HTTP/0.9', 'GET /1\r\n\r\n'),
  refused('a version that is none', 'GET /1 HTTP/x.y\r\nHost: a\r\n\r\n'),
  refused('TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
  refused('SSH', 'SSH-2.0-OpenSSH_9.6\r\n'),
  refused('an expectation that nobody meets', get('/1', 'Expect: coffee\r\n')),
  refused('a header larger than any', get('/1', `A: ${'b'.repeat(70_000)}\r\n`), 431),
  refused('more headers than any', get('/1', 'A: b\r\n'.repeat(20_000)), 431),
  { ...served('no Host', 'GET /1 HTTP/1.1\r\n\r\n', '/1'), isForTheDoors: true },
  { ...served('two Hosts', get('/1', 'Host: b\r\n'), '/1'), isForTheDoors: true },
  { ...served('a Host that is none', 'GET /1 HTTP/1.1\r\nHost: a/b\r\n\r\n', '/1'), isForTheDoors: true },
];

const fine: HostileRequest[] = [
  served(
    'a body of GET that looks like a request',
    get('/1', `Content-Length: ${hidden.length}\r\n`) + hidden,
    `/1 ${hidden}`,
  ),
  served('a body of HEAD', post('Content-Length: 3\r\n', 'abc').replace('POST', 'HEAD'), '/1 abc'),
  served('a chunked body of DELETE', coded('3\r\nabc\r\n0\r\n\r\n').replace('POST', 'DELETE'), '/1 abc'),
  served('chunks with extensions and a trailer', coded('3;a=b\r\nabc\r\n0;c\r\nX: y\r\n\r\n'), '/1 abc'),
  served(
    'a chunked body that holds a request',
    coded(`${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`),
    `/1 ${hidden}`,
  ),
  served(
    'an upgrade',
    get('/1', 'Upgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Key: a\r\n'),
    '/1',
  ),
  served(
    'an upgrade to HTTP/2',
    get('/1', 'Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n'),
    '/1',
  ),
  served(
    'a header called like a length',
    get('/1', 'Content_Length: 3\r\nX-Transfer-Encoding: chunked\r\n'),
    '/1',
  ),
  served(
    'a Connection that names a length',
    post('Connection: Content-Length\r\nContent-Length: 3\r\n', 'abc'),
    '/1 abc',
  ),
  served('empty lines in front', `\r\n\r\n${get('/1')}`, '/1'),
  served('a target in absolute form', get('http://a/1'), 'http://a/1'),
  served('a length with zeros in front', post('Content-Length: 003\r\n', 'abc'), '/1 abc'),
  served(
    'a hundred headers',
    get('/1', Array.from({ length: 100 }, (_, at) => `X-${at}: y\r\n`).join('')),
    '/1',
  ),
  served(
    'pipelined requests',
    get('/1') + post('Content-Length: 3\r\n', 'abc') + get('/3'),
    '/1',
    '/1 abc',
    '/3',
  ),
  { name: 'HTTP/1.0', says: 'GET /1 HTTP/1.0\r\nHost: a\r\n\r\n', statuses: [200], calls: ['/1'] },
  {
    name: 'HTTP/1.0 that wants to go on',
    says: 'GET /1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n',
    statuses: [200],
    calls: ['/1'],
  },
  {
    name: 'a request behind the last',
    says: get('/1', 'Connection: close\r\n') + hidden,
    statuses: [200],
    calls: ['/1'],
  },
];

export const hostileRequests: readonly HostileRequest[] = [
  ...lengths,
  ...chunks,
  ...brokenOff,
  ...heads,
  ...fine,
];
