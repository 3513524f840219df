// The attack (request smuggling): connections to an upstream are shared by everybody who uses an account. A
// body that goes out without its length, or a length that goes out without its body, makes one client's bytes
// the head of the next request there: a guarded path is reached past our checks, with the next caller's
// credential behind it, or that caller is given the answer to somebody else's request.
import { afterEach, describe, expect, it } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { rawServer } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const hidden = 'GET /v1/organizations/me HTTP/1.1\r\nHost: up\r\n\r\n';
const asChunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
const answer = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

/** What `request` becomes on the wire to an upstream that answers as soon as it has seen a head. */
async function asTheUpstreamSeesIt(request: string): Promise<string> {
  let seen = '';
  const answered = new Set<Socket>();
  const up = await rooms.add(
    rawServer((socket, text) => {
      seen = text;
      const isWhole = text.endsWith('\r\n0\r\n\r\n') || !/transfer-encoding/i.test(text);
      if (answered.has(socket) || !text.includes('\r\n\r\n') || !isWhole) return;
      answered.add(socket);
      socket.write(answer);
    }),
  );
  const baseUrl = `http://127.0.0.1:${up.port}`;
  const accounts = [{ name: 'ann', kind: 'api-key' as const, secret: 'sk-ant-api03-ann', baseUrl }];
  const proxy = await rooms.add(aProxy({ accounts }));
  await new Promise<void>((resolve) => {
    const client = connect(proxy.port, '127.0.0.1', () => client.write(request));
    client.on('data', () => client.destroy());
    client.on('close', () => {
      resolve();
    });
  });
  return seen;
}

/** How an upstream reads the bytes of a connection: each request by its own framing. */
function requestsIn(bytes: string): string[] {
  const lines: string[] = [];
  let rest = bytes;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n') + 4;
    const head = rest.slice(0, end);
    lines.push(head.slice(0, head.indexOf('\r\n')));
    rest = rest.slice(end);
    if (/^transfer-encoding: chunked/im.test(head)) rest = rest.slice(rest.indexOf('0\r\n\r\n') + 5);
    else rest = rest.slice(Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0));
  }
  return lines;
}

describe('a body is never another request', () => {
  for (const method of ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']) {
    it(`of ${method}, sent in chunks`, async () => {
      const head = `${method} /v1/files/f1 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`;
      const seen = await asTheUpstreamSeesIt(head + asChunk);
      expect(requestsIn(seen)).toEqual([`${method} /v1/files/f1 HTTP/1.1`]);
      expect(seen).toContain(hidden);
    });
  }

  it('of GET, sent with its length', async () => {
    const head = `GET /v1/files/f1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${hidden.length}\r\n\r\n`;
    expect(requestsIn(await asTheUpstreamSeesIt(head + hidden))).toEqual(['GET /v1/files/f1 HTTP/1.1']);
  });
});

describe('a length never waits for the bytes of another request', () => {
  it('where the body stays here', async () => {
    const head = `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${hidden.length}\r\n\r\n`;
    const seen = await asTheUpstreamSeesIt(head + hidden);
    expect(seen).toStartWith('GET /v1/models HTTP/1.1\r\n');
    expect(seen).not.toMatch(/content-length|transfer-encoding/i);
    expect(seen).not.toContain('organizations');
  });
});
