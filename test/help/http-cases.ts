import type { Random } from './a-random.ts';

/** Messages as bytes, and how they arrive. */
export interface HttpCase {
  readonly kind: 'request' | 'answer';
  /** Latin-1: a byte a character. */
  readonly text: string;
  /** Where it is cut on its way, in order. */
  readonly cuts: readonly number[];
  /** Made by the grammar and not touched since: everybody must read it. */
  readonly isValid: boolean;
  /** What an answer is an answer to. */
  readonly asked: 'GET' | 'HEAD';
  /** The other end closes behind it. */
  readonly ends: boolean;
}

/** The next case: a few messages one behind the other, in half of the cases spoilt in one place or a few. */
export function aCase(random: Random): HttpCase {
  const kind = random.chance(0.55) ? 'request' : 'answer';
  const asked = kind === 'answer' && random.chance(0.1) ? 'HEAD' : 'GET';
  const isStrange = random.chance(0.35);
  let text = '';
  const count = kind === 'request' ? 1 + random.below(4) : 1;
  if (kind === 'answer')
    for (let left = random.below(3) * random.below(2); left > 0; left -= 1) text += interim(random);
  for (let left = count; left > 0; left -= 1)
    text += kind === 'request' ? request(random, isStrange) : answer(random, isStrange, asked);
  let isValid = !isStrange;
  if (random.chance(0.5)) {
    isValid = false;
    for (let left = 1 + random.below(4); left > 0; left -= 1) text = spoilt(text, random);
  }
  return {
    kind,
    text,
    cuts: cutsOf(text, random),
    isValid,
    asked,
    ends: kind === 'answer' && random.chance(0.5),
  };
}

function cutsOf(text: string, random: Random): number[] {
  if (random.chance(0.02)) return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => at + 1);
  const cuts = Array.from({ length: random.below(6) }, () => random.below(text.length + 1));
  return cuts.toSorted((a, b) => a - b);
}

const usualMethods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE'];
const oddMethods = ['CONNECT', 'get', 'G', 'PRI', 'MKCOL', 'M-SEARCH', 'GETT', '', 'SOURCE', 'QUERY'];
const usualTargets = [
  '/',
  '/v1/messages?beta=true',
  '/a/b/c?d=e&f',
  '/%2F',
  '*',
  'http://a.b:1/c?d',
  '/?',
  '//',
  '/a;b=c',
];
const oddTargets = [
  '',
  'a',
  'a:443',
  '/a b',
  '/\xe9',
  '/\x01',
  '/#a',
  'http:/a',
  'ftp://a/',
  '*a',
  '/\x7f',
  'http://u@a/',
  '?a',
  'http://',
  '/\t',
];
const usualVersions = ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'];
const oddVersions = [
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/0.9',
  'http/1.1',
  'HTTP/1.10',
  'HTTP/11',
  'HTTP 1.1',
  'ICE/1.0',
  '',
];
const oddEnds = ['\n', '\r', '\r\r\n', '\n\r', '\r\n\r\n', ' \r\n', '\r\n ', '\0\r\n', '\r\n\t'];

function request(random: Random, isStrange: boolean): string {
  const odd = (share: number): boolean => isStrange && random.chance(share);
  const method = odd(0.1) ? random.one(oddMethods) : random.one(usualMethods);
  const target = odd(0.15) ? random.one(oddTargets) : random.one(usualTargets);
  const version = odd(0.1) ? random.one(oddVersions) : random.one(usualVersions);
  const blank = odd(0.03) ? random.one(['', '  ', '\t', '\x0b']) : ' ';
  const line = `${method}${blank}${target} ${version}${lineEnd(odd)}`;
  const before = random.chance(0.05) ? '\r\n'.repeat(1 + random.below(3)) : '';
  const fields = ['Host: a', ...someFields(random, odd)];
  const hasBody = random.chance(0.6);
  const body = hasBody ? framed(random, odd, version === 'HTTP/1.0') : undefined;
  if (body !== undefined) fields.splice(random.below(fields.length + 1), 0, ...body.fields);
  if (random.chance(0.04)) fields.push('Connection: close');
  if (random.chance(0.04)) fields.push('Upgrade: websocket', 'Connection: upgrade');
  if (random.chance(0.05)) fields.push('Expect: 100-continue');
  return `${before}${line}${fields.map((field) => field + lineEnd(odd)).join('')}${lineEnd(odd)}${body?.bytes ?? ''}`;
}

function interim(random: Random): string {
  const status = random.one(['100 Continue', '103 Early Hints', '102 Processing']);
  return `HTTP/1.1 ${status}\r\n${random.chance(0.3) ? 'Link: </a>\r\n' : ''}\r\n`;
}

const oddStatuses = [
  '20',
  '2000',
  '099',
  '000',
  '2 0',
  '-20',
  '',
  '101 Switching Protocols',
  '1e2',
  '200\t',
  '200\0',
];

function answer(random: Random, isStrange: boolean, asked: string): string {
  const odd = (share: number): boolean => isStrange && random.chance(share);
  const usual = random.one([
    '200 OK',
    '200 OK',
    '200 OK',
    '204 No Content',
    '304 Not Modified',
    '404 Not Found',
    '529 ',
    '200',
  ]);
  const status = odd(0.15) ? random.one(oddStatuses) : usual;
  const version = odd(0.1) ? random.one(oddVersions) : random.one(usualVersions);
  const hasNone = asked === 'HEAD' || /^[23]04/.test(status);
  const body = framed(random, odd, version === 'HTTP/1.0');
  const fields = [...someFields(random, odd), ...body.fields];
  if (random.chance(0.1)) fields.push('Connection: close');
  const bytes = hasNone && !odd(0.5) ? '' : body.bytes;
  return `${version} ${status}${lineEnd(odd)}${fields.map((field) => field + lineEnd(odd)).join('')}${lineEnd(odd)}${bytes}`;
}

/** Whether this place is an odd one, in a case that has odd places at all. */
type Odd = (share: number) => boolean;

function lineEnd(odd: Odd): string {
  if (!odd(0.02)) return '\r\n';
  return oddEnds.find(() => odd(0.3)) ?? '\n';
}

function someFields(random: Random, odd: Odd): string[] {
  return Array.from({ length: random.below(5) * random.below(3) }, () => {
    if (odd(0.1)) return random.one(oddFields);
    const name = random.one([
      'Accept',
      'x-api-key',
      'User-Agent',
      'X',
      'Via',
      "a!#$%&'*+-.^_`|~0",
      'Cookie',
      'TE',
      'Trailer',
    ]);
    const value = random.one([
      'a',
      '',
      'text/html, */*',
      '\xe9\xff',
      '"quoted; value"',
      'a\tb',
      '  x  ',
      'sk-ant-1234',
      'x'.repeat(random.below(300)),
    ]);
    return `${name}:${random.one(['', ' ', '  ', '\t'])}${value}${random.one(['', '', ' ', '\t'])}`;
  });
}

const oddFields = [
  'A : b',
  ' A: b',
  'A',
  ': b',
  'A\xe9: b',
  'A(: b',
  'A: b\0',
  'A: \x01',
  'A: b\x7f',
  'A: b\r c',
  'A: b\n c',
  'A: b\r\n c',
  'Content-Length: 3',
  'content-length: 0',
  'Content-Length: +3',
  'Content-Length: 3, 3',
  'Content-Length: -1',
  'Content-Length: 0x3',
  'Content-Length: ',
  'Content-Length: 3 3',
  'Content-Length: 99999999999999999999',
  'Content-Length: 00000000000000000003',
  'Content-Length : 3',
  'Content_Length: 3',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding: gzip',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, gzip',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: xchunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding:',
  'Transfer-Encoding: chunked;a=b',
  'Transfer-Encoding: \x0bchunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding: chunked\t',
  'Transfer-Encoding:\tchunked',
  'Content-Length:\t3',
  'Content-Length: 3\t',
  'Transfer-Encoding : chunked',
  'Transfer-Encoding: "chunked"',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: close, upgrade',
  'Connection: foo, Close',
  'Connection: Upgrade',
  'Upgrade: h2c',
  'HTTP2-Settings: x',
  'Expect: 100-continue',
  'Expect: x',
  'Proxy-Connection: keep-alive',
  'Keep-Alive: 1',
];

/** Headers that announce a body, and the body. */
function framed(random: Random, odd: Odd, isOld: boolean): { fields: string[]; bytes: string } {
  const isChunked = !isOld && random.chance(0.55);
  if (isChunked) {
    const name = random.one(['Transfer-Encoding', 'transfer-encoding']);
    const fields = [`${name}: ${random.one(['chunked', 'chunked', 'Chunked'])}`];
    return { fields, bytes: chunks(random, odd) };
  }
  const body = someBytes(random);
  const length = odd(0.1) ? body.length + random.below(7) - 3 : body.length;
  return { fields: [`${random.one(['Content-Length', 'content-length'])}: ${length}`], bytes: body };
}

function someBytes(random: Random): string {
  const length = random.chance(0.1) ? random.below(3_000) : random.below(40);
  const kind = random.below(4);
  if (kind === 0) return 'x'.repeat(length);
  if (kind === 1) return 'GET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n'.slice(0, length);
  if (kind === 2) return '0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'.slice(0, length);
  return Array.from({ length: Math.min(length, 60) }, () => String.fromCharCode(random.below(256))).join('');
}

const usualExtensions = ['', '', '', ';a', ';a=b', ';a="b c"', ';a="\\"";b', ';a=b;c=d', ';a="\xe9"'];
const oddExtensions = [
  ' ',
  ';',
  '; a',
  ' ;a',
  ';a=',
  ';a="',
  ';a="b',
  ';=b',
  ';a\0',
  ';\xe9',
  ';a="\0"',
  ';a="b"c',
  ';a=b c',
  '\t',
  ';a\n',
  ';;a',
];
const oddSizes = [
  '',
  'g',
  '0x3',
  '+3',
  '-3',
  ' 3',
  '3 ',
  'ffffffffffffffff',
  '10000000000000003',
  '000000000000003',
  '3.',
  '\r\n3',
];

function chunks(random: Random, odd: Odd): string {
  let text = '';
  for (let left = random.below(5); left > 0; left -= 1) {
    const data = someBytes(random) || 'x';
    const digits = random.chance(0.5) ? data.length.toString(16) : data.length.toString(16).toUpperCase();
    const size = odd(0.05) ? random.one(oddSizes) : random.chance(0.1) ? `0${digits}` : digits;
    const extension = odd(0.05) ? random.one(oddExtensions) : random.one(usualExtensions);
    text += `${size}${extension}${lineEnd(odd)}${data}${odd(0.03) ? 'x' : ''}${lineEnd(odd)}`;
  }
  const last = `${random.one(['0', '0', '000'])}${odd(0.05) ? random.one(oddExtensions) : random.one(usualExtensions)}${lineEnd(odd)}`;
  return text + last + trailer(random, odd) + lineEnd(odd);
}

function trailer(random: Random, odd: Odd): string {
  if (random.chance(0.8)) return '';
  const fields = odd(0.3) ? [random.one(oddFields)] : random.one([['A: b'], ['A: b', 'C:'], ['Digest: x=y']]);
  return fields.map((field) => field + lineEnd(odd)).join('');
}

const specials = [
  '\r',
  '\n',
  '\r\n',
  '\0',
  ' ',
  '\t',
  ':',
  ';',
  ',',
  '0',
  '3',
  'a',
  '\x80',
  '\xff',
  '\x7f',
  '\x0b',
  '"',
  '\\',
  '-',
  '+',
  '=',
  '/',
];

/** `text` with one mistake: a byte changed, put in or left out, a piece doubled, moved or cut off. */
function spoilt(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + random.below(12));
  switch (random.below(10)) {
    case 0:
      return text.slice(0, at) + random.one(specials) + text.slice(at);
    case 1:
      return text.slice(0, at) + random.one(specials) + text.slice(at + 1);
    case 2:
      return text.slice(0, at) + text.slice(to);
    case 3:
      return text.slice(0, to) + text.slice(at);
    case 4:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 5: {
      const lines = text.split('\r\n');
      const from = random.below(lines.length);
      lines.splice(random.below(lines.length), 0, lines[from] ?? '');
      return lines.join('\r\n');
    }
    case 6: {
      const lines = text.split('\r\n');
      const broken = random.below(lines.length);
      return lines.reduce(
        (all, line, index) => all + (index === broken ? random.one(oddEnds) : '\r\n') + line,
      );
    }
    case 7:
      return text.slice(0, at);
    case 8: {
      // Of what ends a line, one half.
      const found = text.slice(at).search(/[\r\n]/);
      const half = found === -1 ? at : at + found;
      return text.slice(0, half) + random.one(specials) + text.slice(half + 1);
    }
    default: {
      const lines = text.split('\r\n');
      lines.splice(random.below(lines.length + 1), 0, random.one(oddFields));
      return lines.join('\r\n');
    }
  }
}
