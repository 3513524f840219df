import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../base/clock.ts';
import type { ByteSource } from '../../http/bytes.ts';
import type { Answer } from '../../http/call.ts';
import { header, pairs, type HeaderList } from '../../http/headers.ts';

/** How long an unread upload may still run after its answer, so that the client sees the answer (ms). */
const lingerMs = 2_000;

/**
 * Writes `answer` with its headers as they stand; adds framing only. A body that fails resets the
 * connection: a clean end would tell the client that the answer is whole.
 */
export function writeAnswer(
  response: ServerResponse,
  answer: Answer,
  message: IncomingMessage,
  clock: Clock,
): void {
  response.sendDate = false;
  const { body } = answer;
  const mayHaveBody = message.method !== 'HEAD' && answer.status !== 204 && answer.status !== 304;
  if (!message.complete) lingerAfter(response, message, clock);
  if (body === undefined || !mayHaveBody || body instanceof Uint8Array) {
    const bytes = mayHaveBody && body instanceof Uint8Array ? body : undefined;
    response.writeHead(answer.status, withLength(answer, mayHaveBody, bytes?.length ?? 0));
    response.end(bytes);
    if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
    return;
  }
  response.writeHead(answer.status, [...answer.headers]);
  relay(body, response);
}

function withLength(answer: Answer, mayHaveBody: boolean, length: number): string[] {
  const list = [...answer.headers];
  // HEAD and 304 may tell the length of the body they leave out; 204 must not (RFC 9110 §8.6).
  if (mayHaveBody && header(list, 'content-length') === undefined)
    list.push('content-length', String(length));
  return list;
}

function relay(source: ByteSource, response: ServerResponse): void {
  let flowing = false;
  const resume = (): void => {
    source.resume();
  };
  response.on('close', () => {
    if (!response.writableFinished) source.cancel();
  });
  source.start({
    chunk(bytes) {
      flowing = true;
      if (response.write(bytes)) return;
      source.pause();
      response.once('drain', resume);
    },
    end() {
      flowing = true;
      response.end();
    },
    fail() {
      flowing = true;
      (response.socket ?? response.req.socket).resetAndDestroy();
    },
  });
  // The head goes out at once, even when the first byte of the body lets wait for itself.
  if (!flowing) response.flushHeaders();
}

/** An answer that comes before the upload is read ends the connection, after a moment of reading on. */
function lingerAfter(response: ServerResponse, message: IncomingMessage, clock: Clock): void {
  response.shouldKeepAlive = false;
  response.on('finish', () => {
    if (message.complete) return;
    message.resume();
    const cancel = clock.after(lingerMs, () => message.socket.destroy());
    message.socket.once('close', cancel);
  });
}

/** A whole answer as bytes, for a connection on which no request could be read. */
export function plainAnswer(answer: Answer): Uint8Array {
  const body = answer.body instanceof Uint8Array ? answer.body : new Uint8Array();
  const lines = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`];
  const list: HeaderList = [...answer.headers, 'content-length', String(body.length), 'connection', 'close'];
  for (const [name, value] of pairs(list)) lines.push(`${name}: ${value}`);
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}
