import { decidedByName, header, lowerName, type HeaderList } from '../http/headers.ts';

/** How long the body of a message is, as its head says (RFC 9112 §6.3): bytes, or one of the two below. */
export type BodyLength = number;
export const chunked = -1;
export const untilClose = -2;

/** What the head of a message says of its own way over the wire. */
export interface Framing {
  /** -3 where nothing is said. */
  length: BodyLength;
  /** `Connection: close`. */
  closes: boolean;
  /** `Expect: 100-continue`; `other` for what nobody can meet. */
  expects: 'nothing' | 'continue' | 'other';
}

const unsaid = -3;
const digits = /^\d{1,15}$/;

/**
 * Reads the framing. A message that gives its length twice, or in a coding other than `chunked` alone, is
 * refused: what stands between two programs that read it differently is somebody else's request.
 *
 * @returns undefined where the lengths contradict each other or mean nothing
 */
export function framingOf(headers: HeaderList): Framing | undefined {
  const framing: Framing = { length: unsaid, closes: false, expects: 'nothing' };
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? '';
    switch (name.length) {
      case 6:
        if (lowerName(name) === 'expect') framing.expects = expectation(headers[at + 1] ?? '');
        break;
      case 10:
        if (lowerName(name) === 'connection' && namesClose(headers[at + 1] ?? '')) framing.closes = true;
        break;
      case 14:
        if (lowerName(name) !== 'content-length') break;
        if (framing.length !== unsaid || !digits.test(headers[at + 1] ?? '')) return undefined;
        framing.length = Number(headers[at + 1]);
        break;
      case 17:
        if (lowerName(name) !== 'transfer-encoding') break;
        if (framing.length !== unsaid || (headers[at + 1] ?? '').toLowerCase() !== 'chunked')
          return undefined;
        framing.length = chunked;
    }
  }
  return framing;
}

/** The length of a request's body: none where nothing is said. Chunks are of HTTP/1.1. */
export function requestLength({ length }: Framing, minor: number): BodyLength | undefined {
  if (length === chunked && minor === 0) return undefined;
  return length === unsaid ? 0 : length;
}

/** The length of an answer's body: until the connection closes where nothing is said. */
export function answerLength(
  { length }: Framing,
  { minor, status }: { readonly minor: number; readonly status: number },
  method: string,
): BodyLength | undefined {
  if (method === 'HEAD' || status === 204 || status === 304) return 0;
  if (length === chunked && minor === 0) return undefined;
  return length === unsaid ? untilClose : length;
}

/** Whether a head says nothing of a body at all: interim answers and trailers must not (RFC 9110 §6.5.1, §15.2). */
export function isBodiless(headers: HeaderList): boolean {
  return (
    header(headers, 'content-length') === undefined && header(headers, 'transfer-encoding') === undefined
  );
}

/** Whether a value of `Connection` holds `close`. They are as few as names are. */
const namesClose = decidedByName((value) => value.split(',').some((option) => option.trim() === 'close'));

function expectation(value: string): Framing['expects'] {
  return value.toLowerCase() === '100-continue' ? 'continue' : 'other';
}
