// What llhttp, the parser of Node, makes of messages. Runs on Node: one case a line on standard input (see
// test/help/a-llhttp.ts), one reading a line on standard output.
import * as common from 'node:_http_common';
import { createInterface } from 'node:readline';

if (process.versions.bun !== undefined)
  throw new Error('this needs Node itself: the parser is the reference');

const { HTTPParser } = common;
// Newer versions of Node tell apart what a server takes and what the parser knows.
const methods = common.allMethods ?? common.methods;
const parser = new HTTPParser();
const lineFeed = 0x0a;

/** Larger than any case: how much of a head is too much is no question of reading it. */
const maxHeadBytes = 1 << 24;

let message;
parser[HTTPParser.kOnHeaders | 0] = (fields) => {
  // Too many headers to be told at once, or trailers.
  if (message.head === undefined) message.early.push(...fields);
};
parser[HTTPParser.kOnHeadersComplete | 0] = (
  _major,
  minor,
  headers,
  method,
  target,
  status,
  _reason,
  _upgrade,
  keeps,
) => {
  message.head = {
    minor,
    headers: [...message.early, ...(headers ?? [])],
    method: methods[method],
    target,
    status,
    keeps,
  };
  // 1: there is no body, whatever the head says.
  return message.asked === 'HEAD' ? 1 : 0;
};
parser[HTTPParser.kOnBody | 0] = (bytes) => {
  message.body.push(bytes.toString('latin1'));
};
parser[HTTPParser.kOnMessageComplete | 0] = () => {
  message.isWhole = true;
};

/**
 * One message of `bytes` from `start`. Fed in pieces that end wherever a message can end: behind a line, and
 * behind the bytes that its length announces.
 */
function readMessage(bytes, start, { kind, asked, ends }) {
  parser.initialize(kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {}, maxHeadBytes, 0);
  message = { asked, early: [], head: undefined, body: [], isWhole: false };
  let at = start;
  let error;
  while (at < bytes.length && !message.isWhole && error === undefined) {
    const announced = lengthOf(message);
    const line = bytes.indexOf(lineFeed, at) + 1;
    const end = announced === undefined ? (line === 0 ? bytes.length : line) : at + announced;
    const piece = bytes.subarray(at, end);
    const result = parser.execute(piece);
    if (result instanceof Error) error = result.code;
    at += piece.length;
  }
  if (ends && error === undefined && !message.isWhole) {
    const result = parser.finish();
    if (result instanceof Error) error = result.code;
  }
  const { head, body, isWhole } = message;
  return { head, body: body.join(''), isWhole, end: at, error };
}

/** The bytes that are still to come of a body with a length; undefined where it has none. */
function lengthOf({ head, body }) {
  if (head === undefined) return undefined;
  const at = head.headers.findIndex((name, index) => index % 2 === 0 && /^content-length$/i.test(name));
  if (at === -1) return undefined;
  const left = Number(head.headers[at + 1]) - body.join('').length;
  return Number.isSafeInteger(left) && left > 0 ? left : undefined;
}

function read({ bytes: coded, kind, asked, ends }) {
  const bytes = Buffer.from(coded, 'base64');
  const messages = [];
  let at = 0;
  let error;
  while (at < bytes.length && error === undefined) {
    const found = readMessage(bytes, at, { kind, asked, ends });
    error = found.error;
    at = found.end;
    if (found.head !== undefined)
      messages.push({ ...found.head, body: found.body, isWhole: found.isWhole, end: found.end });
  }
  return { messages, error };
}

for await (const line of createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(JSON.parse(line).map(read))}\n`);
