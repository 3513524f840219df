// What becomes of an exchange that does not go straight: the same by nginx and by the wire, each between a client
// and an upstream that speak bytes. Where the two differ, the table has both, and why ours is the stricter one.
import { afterEach, describe, expect, it } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { HandClock, settled } from '../help/a-clock.ts';
import { aRelay } from '../help/a-relay.ts';
import { aSystemPart } from '../help/a-system-part.ts';
import { anNginx } from '../help/an-nginx.ts';
import { rawServer } from '../help/raw.ts';

const nginx = aSystemPart('nginx', 'nginx-light');

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** An exchange, and what is seen of it. */
interface Scene {
  readonly name: string;
  /** What the client says, one after the other: the next as soon as it has seen `when`. */
  readonly says: readonly { readonly text: string; readonly when?: string }[];
  /** It closes its side behind that. */
  readonly ends?: boolean;
  /** What the upstream does with what it has heard so far on a connection. */
  readonly upstream: (socket: Socket, heard: string) => void;
  /** Statuses the client sees, and how it ends for it; `whole` where an answer came that was the last. */
  readonly sees: string;
  /** Where nginx lets more pass. */
  readonly nginxSees?: string;
  /** Time has to pass. */
  readonly isSlow?: boolean;
  /** The upstream's connection is cut in the middle of the exchange. */
  readonly isGivenUp?: boolean;
}

const last = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const get = (target: string, more = ''): string => `GET ${target} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
const post = (more: string, body = ''): string => `POST /1 HTTP/1.1\r\nHost: a\r\n${more}\r\n${body}`;
const answer = (body: string, more = `Content-Length: ${body.length}\r\n`, status = '200 OK'): string =>
  `HTTP/1.1 ${status}\r\n${more}\r\n${body}`;

/** Answers `first` to the first request, and well to the last, on whichever connection it comes. */
const answering =
  (first: string) =>
  (socket: Socket, heard: string): void => {
    if (heard.includes(' /last ')) socket.write(answer('last'));
    else if (heard.includes('\r\n\r\n')) socket.write(first);
  };

/** Answers each request that has come, by its target. */
function answeringEach(socket: Socket, heard: string): void {
  const target = [...heard.matchAll(/^GET (\S+) /gm)].at(-1)?.[1] ?? '';
  if (heard.endsWith('\r\n\r\n')) socket.write(answer(target));
}

const scenes: readonly Scene[] = [
  {
    name: 'a client that closes its side is gone, and its request is given up',
    says: [{ text: post('Content-Length: 3\r\n', 'abc') }],
    ends: true,
    upstream: () => {},
    sees: '–',
    isGivenUp: true,
  },
  {
    name: 'a client that closes its side in the middle of its body is gone',
    says: [{ text: post('Content-Length: 300\r\n', 'abc') }],
    ends: true,
    upstream: () => {},
    sees: '–',
    isGivenUp: true,
  },
  {
    name: 'an answer that comes before the end of an upload is passed on, and ends the connection',
    says: [{ text: post('Content-Length: 300\r\n', 'abc') }],
    upstream: answering(answer('no', undefined, '413 Too Large')),
    sees: '413 no',
  },
  {
    name: 'an answer with a length that breaks off is not whole',
    says: [{ text: get('/1') }],
    upstream: (socket) => socket.end(answer('abc', 'Content-Length: 5\r\n')),
    sees: '200 abc',
  },
  {
    name: 'an answer in chunks that breaks off has no last chunk',
    says: [{ text: get('/1') }],
    upstream: (socket) => socket.end(answer('3\r\nabc\r\n', 'Transfer-Encoding: chunked\r\n')),
    sees: '200 3abc',
  },
  {
    // nginx says nothing of it where all of it comes at once.
    name: 'an answer in chunks that are not valid has no last chunk',
    says: [{ text: get('/1') }],
    upstream: (socket) => socket.write(answer('3\r\nabc\r\nzz\r\n', 'Transfer-Encoding: chunked\r\n')),
    sees: '200 3abc',
    nginxSees: '–',
  },
  {
    name: 'an upstream that says nothing and goes is told as a failure',
    says: [{ text: get('/1') }, { text: last, when: '502' }],
    upstream: (socket, heard) => {
      if (heard.includes(' /last ')) socket.write(answer('last'));
      else socket.end();
    },
    sees: '502 200 last',
  },
  {
    name: 'the length in an answer to HEAD has no body behind it',
    says: [{ text: get('/1').replace('GET', 'HEAD') }, { text: last, when: '\r\n\r\n' }],
    upstream: answering(answer('', 'Content-Length: 5\r\n')),
    sees: '200 200 last',
  },
  {
    name: 'a length in 304 has no body behind it',
    says: [{ text: get('/1') }, { text: last, when: '\r\n\r\n' }],
    upstream: answering(answer('', 'Content-Length: 5\r\n', '304 Not Modified')),
    sees: '304 200 last',
  },
  {
    name: '204 has no body, whatever it says',
    says: [{ text: get('/1') }, { text: last, when: '\r\n\r\n' }],
    upstream: answering(answer('', undefined, '204 No Content')),
    sees: '204 200 last',
  },
  {
    name: 'a client that wants to be told to continue is told, once',
    says: [
      { text: post('Content-Length: 3\r\nExpect: 100-continue\r\n') },
      { text: 'abc', when: '100 Continue\r\n\r\n' },
      { text: last, when: 'got' },
    ],
    upstream: (socket, heard) => {
      if (heard.includes(' /last ')) socket.write(answer('last'));
      else if (heard.endsWith('abc')) socket.write(answer('got'));
    },
    sees: '100 200 got200 last',
  },
  {
    name: 'calls that are sent ahead are answered in their order',
    says: [{ text: get('/1') + get('/2') + get('/3') + last }],
    upstream: answeringEach,
    sees: '200 /1200 /2200 /3200 /last',
  },
  {
    name: 'nothing behind the call that says so is answered',
    says: [{ text: get('/1') + get('/2', 'Connection: close\r\n') + last }],
    upstream: answeringEach,
    sees: '200 /1200 /2',
  },
  {
    name: 'an upgrade is a call like any other',
    says: [
      { text: get('/1', 'Upgrade: websocket\r\nConnection: upgrade\r\n') },
      { text: last, when: 'plain' },
    ],
    upstream: (socket, heard) => {
      if (/upgrade:/i.test(heard)) socket.write(answer('', '', '500 It was told'));
      else answering(answer('plain'))(socket, heard);
    },
    sees: '200 plain200 last',
  },
  {
    name: 'a switch of protocols that nobody asked for is no answer',
    says: [{ text: get('/1', 'Connection: close\r\n') }],
    upstream: (socket) =>
      socket.end(answer('', 'Upgrade: x\r\nConnection: upgrade\r\n', '101 Switching Protocols')),
    sees: '502',
    nginxSees: '101',
  },
  {
    name: 'the trailer of an upload stays here',
    says: [
      { text: post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n0\r\nX-Trailer: y\r\n\r\n') },
      { text: last, when: 'plain' },
    ],
    upstream: (socket, heard) => {
      if (heard.includes('X-Trailer')) socket.write(answer('', '', '500 It was told'));
      else if (heard.includes(' /last ')) socket.write(answer('last'));
      else if (/abc\r\n0\r\n\r\n$|Content-Length: 3\r\n[^]*abc$/.test(heard)) socket.write(answer('plain'));
    },
    sees: '200 plain200 last',
  },
  {
    name: 'the trailer of an answer stays here',
    says: [{ text: get('/1') }, { text: last, when: '\r\n0\r\n\r\n' }],
    upstream: answering(answer('3\r\nabc\r\n0\r\nX-Trailer: y\r\n\r\n', 'Transfer-Encoding: chunked\r\n')),
    sees: '200 3abc0200 last',
  },
  {
    name: 'a head that does not come to its end is refused, or cut',
    says: [{ text: 'GET / HTTP/1.1\r\nHost: a\r\nX: ' }],
    upstream: () => {},
    isSlow: true,
    sees: '408',
    nginxSees: '–',
  },
];

/** Where a scene is played; `stir` lets time pass where time is turned by hand. */
interface Stage {
  readonly front: { readonly port: number };
  readonly upstream: { wasAsked(): boolean };
  stir(): Promise<void>;
}

async function play(scene: Scene, { front: { port }, upstream, stir }: Stage): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  closing.push(() => socket.destroy());
  const client = { seen: '', isOver: false };
  socket.on('data', (bytes: Buffer) => {
    client.seen += bytes.toString('latin1');
  });
  for (const end of ['end', 'close', 'error'])
    socket.on(end, () => {
      client.isOver = true;
    });
  for (const { text, when = '' } of scene.says) {
    while (!client.seen.includes(when) && !client.isOver) await settled();
    socket.write(Buffer.from(text, 'latin1'));
  }
  // Who is gone before anybody was asked has not given anything up.
  while (scene.ends === true && !upstream.wasAsked()) await settled();
  if (scene.ends === true) socket.end();
  while (!client.isOver) await stir();
  return inShort(client.seen);
}

/** Statuses and bodies, without the lines that only one of the two writes. */
function inShort(seen: string): string {
  const heads = /HTTP\/1\.1 (\d{3})[^]*?\r\n\r\n/g;
  const short = seen
    .replace(heads, '$1 ')
    .replaceAll(/\r\n|<html>[^]*?<\/html>/g, '')
    .trim();
  return short === '' ? '–' : short;
}

/** An upstream for a scene, and whether it was given up. */
async function theUpstream({ upstream }: Scene) {
  let wasAsked = false;
  const server = await rawServer((socket, heard) => {
    wasAsked = true;
    upstream(socket, heard);
  });
  closing.push(server.close);
  const isGivenUp = async (): Promise<void> => {
    while (server.connections.size > 0) await settled();
  };
  return { port: server.port, wasAsked: () => wasAsked, isGivenUp };
}

describe.skipIf(nginx === undefined)('nginx', () => {
  it.each(scenes.map((scene) => [scene.name, scene] as const))('%s', async (_, scene) => {
    const upstream = await theUpstream(scene);
    const front = await anNginx(upstream.port, 'proxy_request_buffering off; client_header_timeout 1s;');
    closing.push(() => front.close());
    expect(await play(scene, { front, upstream, stir: settled })).toBe(scene.nginxSees ?? scene.sees);
    if (scene.isGivenUp === true) await upstream.isGivenUp();
  });
});

describe('the wire', () => {
  it.each(scenes.map((scene) => [scene.name, scene] as const))('%s', async (_, scene) => {
    const upstream = await theUpstream(scene);
    const clock = new HandClock();
    const front = await aRelay(upstream.port, clock);
    closing.push(() => front.close());
    expect(
      await play(scene, { front, upstream, stir: scene.isSlow === true ? () => clock.turn(1_000) : settled }),
    ).toBe(scene.sees);
    if (scene.isGivenUp === true) await upstream.isGivenUp();
  });
});
