import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Answer } from '../../src/http/call.ts';
import { listen } from '../../src/wire/listen.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCertificate } from './a-certificate.ts';
import type { Random } from './a-random.ts';

/** A listener that passes every call on to another one, which sends its body back. */
export interface Echo {
  readonly port: number;
  /** The certificate to trust, where it is TLS on both sides. */
  readonly pem: string | undefined;
  close(): Promise<void>;
}

export async function anEcho(folder: string | undefined): Promise<Echo> {
  const made = folder === undefined ? undefined : aCertificate(folder, 'local');
  const tls = made && { cert: made.pem, key: readFileSync(made.key, 'utf8') };
  const common = { host: '127.0.0.1', port: 0, log: silentLog, clock: wallClock, tls };
  const back = await listen(({ body }) => Promise.resolve({ status: 200, headers: [], body }), common);
  const sender = openSender({ clock: wallClock, extraCa: made?.pem });
  const origin = new URL(back.url);
  const front = await listen(async ({ method, target, headers, body, signal }): Promise<Answer> => {
    const kept = headers.filter((_, at) => /^(host|content-length)$/i.test(headers[at - (at % 2)] ?? ''));
    const delivery = await sender.send({
      origin,
      method,
      target,
      headers: kept,
      body,
      signal,
      connectMs: 10_000,
      headMs: 600_000,
    });
    if (delivery.is !== 'answered') throw new Error(delivery.is);
    const { status, body: answer } = delivery.answer;
    return { status, headers: [], body: answer };
  }, common);
  return {
    port: front.port,
    pem: made?.pem,
    async close() {
      await front.close();
      sender.close();
      await back.close();
    },
  };
}

/**
 * Sends `size` random bytes through `echo`, in chunks or with their length, in pieces of any size, and reads what
 * comes back with pauses.
 *
 * @returns the digests of what was sent and of what came back
 */
export async function throughEcho(
  echo: Echo,
  { size, isChunked, random }: { size: number; isChunked: boolean; random: Random },
): Promise<{ sent: string; back: string }> {
  const socket =
    echo.pem === undefined
      ? connect(echo.port, '127.0.0.1')
      : connectTls({ port: echo.port, host: '127.0.0.1', ca: [echo.pem] });
  const back = readChunked(socket, random);
  const sent = createHash('sha256');
  const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`;
  await write(socket, Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\n${framing}\r\nConnection: close\r\n\r\n`));
  for (let left = size; left > 0;) {
    const length = Math.min(left, 1 + random.below(random.chance(0.1) ? 100 : 200_000));
    const data = pseudoRandom(length, random);
    sent.update(data);
    left -= length;
    if (!isChunked) await write(socket, data);
    else {
      const coded = Buffer.concat([Buffer.from(`${length.toString(16)}\r\n`), data, Buffer.from('\r\n')]);
      const cut = random.below(coded.length);
      await write(socket, coded.subarray(0, cut));
      await write(socket, coded.subarray(cut));
    }
  }
  if (isChunked) await write(socket, Buffer.from('0\r\n\r\n'));
  return { sent: sent.digest('hex'), back: await back };
}

function pseudoRandom(length: number, random: Random): Buffer {
  const bytes = Buffer.alloc(length);
  let state = random.below(2 ** 31);
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[at] = state >>> 16;
  }
  return bytes;
}

async function write(socket: Socket, bytes: Buffer): Promise<void> {
  if (socket.destroyed) throw new Error('the connection is gone');
  if (!socket.write(bytes))
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
}

/** The digest of the one chunked answer on `socket`, read with pauses. Reads by itself: it is not the wire that is asked. */
function readChunked(socket: Socket, random: Random): Promise<string> {
  const hash = createHash('sha256');
  let head: string | undefined = '';
  let line = '';
  let left = 0;
  let isOver = false;
  const take = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length;) {
      if (left > 0) {
        const end = Math.min(bytes.length, at + left);
        hash.update(bytes.subarray(at, end));
        left -= end - at;
        at = end;
        continue;
      }
      const char = String.fromCharCode(bytes[at] ?? 0);
      at += 1;
      if (head !== undefined) {
        head += char;
        if (head.endsWith('\r\n\r\n')) head = undefined;
        continue;
      }
      line += char;
      if (!line.endsWith('\r\n')) continue;
      const size = line === '\r\n' ? undefined : Number.parseInt(line, 16);
      line = '';
      if (size === 0) isOver = true;
      left = size ?? 0;
    }
  };
  return new Promise((resolve, reject) => {
    socket.on('data', (bytes: Buffer) => {
      take(bytes);
      if (!random.chance(0.05)) return;
      socket.pause();
      setTimeout(() => socket.resume(), random.below(5));
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (isOver) resolve(hash.digest('hex'));
      else reject(new Error('the answer is not whole'));
    });
  });
}
