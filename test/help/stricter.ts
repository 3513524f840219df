import type { Reference } from './a-llhttp.ts';
import type { Reading } from './a-reading.ts';
import type { HttpCase } from './http-cases.ts';

/** The message that the wire refuses and llhttp takes. */
interface Refused {
  readonly kind: HttpCase['kind'];
  /** Its start line and the lines behind it; of an answer, with the interim answers in front of it. */
  readonly head: string;
  readonly lines: readonly string[];
  /** The end of a line stands in front of the start line. */
  readonly isLate: boolean;
  /** Everything behind the head. */
  readonly body: string;
}

const methods = /^(?:GET|POST|HEAD|OPTIONS|DELETE|PUT|PATCH|TRACE) /;
const target = /^\S+ (?:\/[\x21-\x7e]*|https?:\/\/[\w.:[\]-]+(?:[/?][\x21-\x7e]*)?|\*) /;

/**
 * Where the wire is stricter than llhttp, each by name and in the order in which it shows. A refusal that none of
 * these explains is a difference nobody has decided on.
 */
const reasons: readonly (readonly [name: string, applies: (refused: Refused) => boolean])[] = [
  ['a line end in front of an answer', ({ isLate }) => isLate],
  ['a method that has no meaning here', ({ kind, head }) => kind === 'request' && !methods.test(head)],
  [
    'a target that is no path, no URL and no asterisk',
    ({ kind, head }) => kind === 'request' && !target.test(head),
  ],
  [
    'more than one blank in a start line',
    ({ kind, lines }) => kind === 'request' && /^\S+ \S+ {2,}HTTP/.test(lines[0] ?? ''),
  ],
  ['a switch of protocols', ({ kind, head }) => kind === 'answer' && /^HTTP\/1\.[01] 101/m.test(head)],
  ['a version other than HTTP/1.0 and HTTP/1.1', ({ lines }) => !/HTTP\/1\.[01](?: |$)/.test(lines[0] ?? '')],
  [
    'a status that is none',
    ({ kind, lines }) => kind === 'answer' && !/^\S+ [1-9]\d\d(?: |$)/.test(lines[0] ?? ''),
  ],
  [
    'a control character in a reason',
    ({ kind, head }) => kind === 'answer' && /^HTTP\/.*[^\t\x20-\x7e\x80-\xff\r\n]/m.test(head),
  ],
  // llhttp goes on behind it as if the line had ended (RFC 9112, section 2.2 has it refused or replaced).
  [
    'a carriage return that ends no line of an answer',
    ({ kind, head }) => kind === 'answer' && /\r(?!\n)/.test(head),
  ],
  ['a tab beside a length or a coding', ({ lines }) => told(lines).some(({ raw }) => raw.includes('\t'))],
  ['a length that is told twice', ({ lines }) => told(lines).length > 1],
  [
    'a length of more than 15 digits',
    ({ lines }) => told(lines).some(({ value }) => /^\d{16,}$/.test(value)),
  ],
  [
    'a coding other than chunked alone',
    ({ lines }) => codings(lines).some(({ value }) => value.toLowerCase() !== 'chunked'),
  ],
  ['chunks in HTTP/1.0', ({ lines }) => codings(lines).length > 0 && /HTTP\/1\.0/.test(lines[0] ?? '')],
  [
    'an expectation that nobody meets',
    ({ kind, lines }) =>
      kind === 'request' &&
      fields(lines, /^expect$/i).some(({ value }) => value.toLowerCase() !== '100-continue'),
  ],
  [
    'an interim answer that tells of a body',
    ({ kind, head }) =>
      kind === 'answer' && /^HTTP\/1\.[01] 1\d\d[^]*?(?:content-length|transfer-encoding)/i.test(head),
  ],
  ['a chunk size with more than 11 digits', ({ body }) => /(?:^|\r\n)[0-9a-f]{12,}/i.test(body)],
  [
    'a trailer that tells of a body',
    ({ body }) => /\r\n(?:content-length|transfer-encoding)[^]*$/i.test(body),
  ],
  // llhttp leaves what is behind the head of an upgrade to whoever takes the connection over.
  ['an upgrade whose body is not valid', ({ head, body }) => /\r\nUpgrade:/i.test(head) && body !== ''],
  [
    'an extension of a chunk that is not of the grammar',
    ({ body }) => /(?:^|\r\n)[0-9a-f]+[^\r\n]/i.test(body),
  ],
];

/** Why the wire alone refuses this case, by name; undefined where nobody has decided so. */
export function strictnessOf(given: HttpCase, ours: Reading, theirs: Reference): string | undefined {
  const whole = ours.messages.filter(({ isWhole }) => isWhole).length;
  const from = given.kind === 'request' && whole > 0 ? (theirs.messages[whole - 1]?.end ?? 0) : 0;
  const said = given.text.slice(from);
  // In front of a request empty lines are left out by both.
  const text = given.kind === 'request' ? said.replace(/^(?:\r\n)+/, '') : said;
  const refused = { kind: given.kind, ...parts(text, given.kind) };
  return reasons.find(([, applies]) => applies(refused))?.[0];
}

export const strictnesses: readonly string[] = reasons.map(([name]) => name);

const get = (start: string, more = ''): string => `${start}\r\nHost: a\r\n${more}\r\n`;
const coded = (body: string): string => `${get('POST / HTTP/1.1', 'Transfer-Encoding: chunked\r\n')}${body}`;
const answer = (start: string, more = 'Content-Length: 0\r\n'): string => `${start}\r\n${more}\r\n`;

/** One message for each reason, by its name. */
export const strictExamples: Readonly<Record<string, string>> = {
  'a line end in front of an answer': `\r\n${answer('HTTP/1.1 200 OK')}`,
  'a method that has no meaning here': get('MKCOL / HTTP/1.1'),
  'a target that is no path, no URL and no asterisk': get('GET ftp://a/ HTTP/1.1'),
  'more than one blank in a start line': get('GET /  HTTP/1.1'),
  'a version other than HTTP/1.0 and HTTP/1.1': get('GET / HTTP/0.9'),
  'a switch of protocols': answer(
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: x\r\nConnection: upgrade\r\n',
  ),
  'a status that is none': answer('HTTP/1.1 099 OK'),
  'a control character in a reason': answer('HTTP/1.1 200 O\x01K'),
  'a carriage return that ends no line of an answer': 'HTTP/1.1 200 OK\r\rContent-Length: 0\r\n\r\n',
  'a tab beside a length or a coding': get('GET / HTTP/1.1', 'Content-Length:\t0\r\n'),
  'a length that is told twice': answer(
    'HTTP/1.1 200 OK',
    'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n',
  ),
  'a length of more than 15 digits': get('GET / HTTP/1.1', 'Content-Length: 0000000000000000\r\n'),
  'a coding other than chunked alone': `${get('POST / HTTP/1.1', 'Transfer-Encoding: gzip, chunked\r\n')}0\r\n\r\n`,
  'chunks in HTTP/1.0': `${get('POST / HTTP/1.0', 'Transfer-Encoding: chunked\r\n')}0\r\n\r\n`,
  'an expectation that nobody meets': get('GET / HTTP/1.1', 'Expect: x\r\n'),
  'an interim answer that tells of a body': `${answer('HTTP/1.1 103 Early Hints')}${answer('HTTP/1.1 200 OK')}`,
  'a chunk size with more than 11 digits': coded('000000000003\r\nabc\r\n0\r\n\r\n'),
  'a trailer that tells of a body': `${answer('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked\r\n')}0\r\nTransfer-Encoding: chunked\r\n\r\n`,
  'an extension of a chunk that is not of the grammar': coded('3;a=\r\nabc\r\n0\r\n\r\n'),
  'an upgrade whose body is not valid': `${get('POST / HTTP/1.1', 'Upgrade: x\r\nConnection: upgrade\r\nTransfer-Encoding: chunked\r\n')}zz\r\n`,
};

function parts(text: string, kind: HttpCase['kind']): Omit<Refused, 'kind'> {
  const interims =
    kind === 'answer' ? (/^(?:HTTP\/1\.[01] 1\d\d[^]*?\r\n\r\n)*/.exec(text)?.[0].length ?? 0) : 0;
  const found = /\n\r?\n/.exec(text.slice(interims));
  const end = found === null ? text.length : interims + found.index + found[0].length;
  const head = text.slice(0, end);
  const lines = head
    .slice(interims)
    .split(/\r?\n/)
    .filter((line) => line !== '');
  return { head, lines, isLate: /^[\r\n]/.test(text.slice(interims)), body: text.slice(end) };
}

interface Field {
  readonly raw: string;
  readonly value: string;
}

function fields(lines: readonly string[], name: RegExp): Field[] {
  return lines.slice(1).flatMap((line) => {
    const [, given = '', raw = ''] = /^([^:]*):(.*)$/.exec(line) ?? [];
    return name.test(given) ? [{ raw, value: raw.trim() }] : [];
  });
}

const lengths = (lines: readonly string[]): Field[] => fields(lines, /^content-length$/i);
const codings = (lines: readonly string[]): Field[] => fields(lines, /^transfer-encoding$/i);
const told = (lines: readonly string[]): Field[] => [...lengths(lines), ...codings(lines)];
