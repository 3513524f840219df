import { afterAll, afterEach, beforeAll, describe, expect, it } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer as createTlsServer } from 'node:tls';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { wallClock } from '../../src/base/clock.ts';
import { collect } from '../../src/http/bytes.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Delivery, Sender, Sending, Way } from '../../src/wire/sender.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { aSystemPart } from '../help/a-system-part.ts';

const tinyproxy = aSystemPart('tinyproxy', 'tinyproxy');
const microsocks = aSystemPart('microsocks', 'microsocks');

const folder = mkdtempSync(join(tmpdir(), 'ccproxy-test-'));
const running: { kill(): void }[] = [];
const servers: Server[] = [];
let sender: Sender;
let plainPort = 0;
let securePort = 0;
let ca = '';

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi';

beforeAll(async () => {
  sender = openSender({ clock: wallClock });
  const answer = (socket: Socket): void => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(ok));
  };
  plainPort = await listening(createServer(answer));
  const { cert, key, pem } = aCertificate(folder, 'up');
  ca = pem;
  securePort = await listening(createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, answer));
});

afterEach(() => {
  for (const program of running.splice(0)) program.kill();
});

afterAll(() => {
  sender.close();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port that is free now: the programs below take no 0. */
async function freePort(): Promise<number> {
  const port = await listening(createServer());
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return port;
}

async function reachable(port: number, program: Bun.Subprocess): Promise<void> {
  for (;;) {
    if (program.exitCode !== null) throw new Error(`the proxy ended with ${program.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (isOpen) return;
  }
}

async function anHttpProxy(...more: string[]): Promise<number> {
  const port = await freePort();
  const config = join(folder, `tinyproxy-${port}.conf`);
  const lines = [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 60', 'Allow 127.0.0.1', ...more];
  writeFileSync(config, `${lines.join('\n')}\n`);
  const program = Bun.spawn([tinyproxy ?? '', '-d', '-c', config], { stdout: 'ignore', stderr: 'ignore' });
  running.push(program);
  await reachable(port, program);
  return port;
}

async function aSocksProxy(...more: string[]): Promise<number> {
  const port = await freePort();
  const command = [microsocks ?? '', '-i', '127.0.0.1', '-p', String(port), ...more];
  const program = Bun.spawn(command, { stdout: 'ignore', stderr: 'ignore' });
  running.push(program);
  await reachable(port, program);
  return port;
}

function sendVia(via: Way, more: Partial<Sending> = {}): Promise<Delivery> {
  return sender.send({
    origin: new URL(`http://127.0.0.1:${plainPort}`),
    method: 'GET',
    target: '/v1/models',
    headers: ['host', 'up'],
    body: undefined,
    signal: new AbortController().signal,
    connectMs: 30_000,
    headMs: 30_000,
    via,
    ...more,
  });
}

async function bodyOf(delivery: Delivery): Promise<string> {
  if (delivery.is !== 'answered') throw new Error(JSON.stringify(delivery, errorsToo));
  const { body } = delivery.answer;
  if (body === undefined || body instanceof Uint8Array) throw new Error('expected a source');
  return Buffer.from(await collect(body)).toString();
}

function whyNot(delivery: Delivery): string {
  return delivery.is === 'unreachable' ? delivery.cause.message : `is ${delivery.is}`;
}

const errorsToo = (_: string, value: unknown): unknown => (value instanceof Error ? value.message : value);
const secureOrigin = (): Partial<Sending> => ({ origin: new URL(`https://127.0.0.1:${securePort}`) });

describe.skipIf(tinyproxy === undefined)('through an HTTP proxy', () => {
  it('reaches a plain upstream', async () => {
    const proxy = new URL(`http://127.0.0.1:${await anHttpProxy()}`);
    expect(await bodyOf(await sendVia({ proxy }))).toBe('hi');
  });

  it('reaches a secure upstream, whose certificate is checked here', async () => {
    const proxy = new URL(`http://127.0.0.1:${await anHttpProxy()}`);
    expect(await bodyOf(await sendVia({ proxy, extraCa: ca }, secureOrigin()))).toBe('hi');
    const delivery = await sendVia({ proxy }, secureOrigin());
    expect(whyNot(delivery)).toMatch(/certificate/i);
  });

  it('keeps the connection for the next call on the same way, and for no other', async () => {
    const port = await anHttpProxy('MaxClients 1');
    const via = { proxy: new URL(`http://127.0.0.1:${port}`) };
    for (let call = 0; call < 3; call += 1) expect(await bodyOf(await sendVia(via))).toBe('hi');
  });

  it('shows user name and password to a proxy that wants them', async () => {
    const port = await anHttpProxy('BasicAuth ann s3c.ret');
    const proxy = new URL(`http://ann:s3c.ret@127.0.0.1:${port}`);
    expect(await bodyOf(await sendVia({ proxy }))).toBe('hi');
  });

  it('says that a proxy wants other ones', async () => {
    const port = await anHttpProxy('BasicAuth ann secret');
    const delivery = await sendVia({ proxy: new URL(`http://ann:wrong@127.0.0.1:${port}`) });
    expect(whyNot(delivery)).toMatch(/status 40[17]/);
  });
});

describe.skipIf(microsocks === undefined)('through a SOCKS5 proxy', () => {
  it('reaches a plain upstream', async () => {
    const proxy = new URL(`socks5://127.0.0.1:${await aSocksProxy()}`);
    expect(await bodyOf(await sendVia({ proxy }))).toBe('hi');
  });

  it('reaches a secure upstream, whose certificate is checked here', async () => {
    const proxy = new URL(`socks5://127.0.0.1:${await aSocksProxy()}`);
    expect(await bodyOf(await sendVia({ proxy, extraCa: ca }, secureOrigin()))).toBe('hi');
    expect(await sendVia({ proxy }, secureOrigin())).toMatchObject({ is: 'unreachable' });
  });

  it('shows user name and password to a proxy that wants them', async () => {
    const port = await aSocksProxy('-u', 'ann', '-P', 'secret');
    expect(await bodyOf(await sendVia({ proxy: new URL(`socks5://ann:secret@127.0.0.1:${port}`) }))).toBe(
      'hi',
    );
    const delivery = await sendVia({ proxy: new URL(`socks5://ann:wrong@127.0.0.1:${port}`) });
    expect(whyNot(delivery)).toMatch(/auth/i);
  });
});

describe('through a proxy that is none', () => {
  it('says unreachable when nobody listens', async () => {
    const proxy = new URL(`http://127.0.0.1:${await freePort()}`);
    expect(whyNot(await sendVia({ proxy }))).toMatch(/ECONNREFUSED|connect/i);
  });

  it('refuses one that speaks before it is asked', async () => {
    const port = await listening(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\n\r\n${ok}`));
      }),
    );
    const delivery = await sendVia({ proxy: new URL(`http://127.0.0.1:${port}`) });
    expect(whyNot(delivery)).toMatch(/more than an answer/);
  });

  it('leaves nobody waiting when the client goes while the proxy is silent', async () => {
    const asked = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const port = await listening(
      createServer((socket) => {
        socket.on('error', () => {});
        socket.on('close', () => closed.resolve());
        socket.on('data', () => asked.resolve());
      }),
    );
    const gone = new AbortController();
    const delivery = sendVia({ proxy: new URL(`http://127.0.0.1:${port}`) }, { signal: gone.signal });
    await asked.promise;
    gone.abort();
    expect(await delivery).toEqual({ is: 'cancelled' });
    await closed.promise;
  });
});
