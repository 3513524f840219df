// The attack (denial of service): connections that begin a TLS handshake and never go on cost their sender nothing.
// Those of clients were kept for ever, since no deadline of a call had begun; and so was every connection to an
// upstream whose handshake was given up when its time was over, until no socket was left.
import { afterEach, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { silentLog } from '../../src/base/log.ts';
import { listen } from '../../src/wire/listen.ts';
import type { Listener } from '../../src/wire/listener.ts';
import { openSender } from '../../src/wire/send.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { rawServer } from '../help/raw.ts';

const folder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function listening(clock: HandClock): Promise<Listener> {
  const { pem, key } = aCertificate(folder(), 'local');
  const listener = await listen(() => Promise.reject(new Error('no calls')), {
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    clock,
    tls: { cert: pem, key: readFileSync(key, 'utf8') },
  });
  closing.push(() => listener.close());
  return listener;
}

/** A client that connects, and says what does not become a handshake. */
async function silentClient(port: number): Promise<{ isClosed: () => boolean }> {
  const socket = connect(port, '127.0.0.1', () => socket.write('\x16\x03\x01'));
  closing.push(() => socket.destroy());
  let closed = false;
  socket.on('error', () => {});
  socket.on('close', () => {
    closed = true;
  });
  socket.resume();
  await new Promise((resolve) => socket.once('connect', resolve));
  for (let round = 0; round < 10; round += 1) await settled();
  return { isClosed: () => closed };
}

it('lets clients go that do not shake hands in time', async () => {
  const clock = new HandClock();
  const { port } = await listening(clock);
  const silent = await silentClient(port);
  await clock.turn(29_999);
  expect(silent.isClosed()).toBe(false);
  await clock.turn(1);
  while (!silent.isClosed()) await settled();
  expect(clock.waiting).toBe(0);
});

it('lets clients go that do not shake hands when the listener closes', async () => {
  const clock = new HandClock();
  const listener = await listening(clock);
  const silent = await silentClient(listener.port);
  await listener.close(10_000);
  while (!silent.isClosed()) await settled();
  expect(clock.waiting).toBe(0);
});

it('keeps no connection to an upstream that does not shake hands in time', async () => {
  const clock = new HandClock();
  const upstream = await rawServer(() => {});
  const sender = openSender({ clock });
  closing.push(upstream.close, () => sender.close());
  const delivery = sender.send({
    origin: new URL(`https://127.0.0.1:${upstream.port}`),
    method: 'GET',
    target: '/',
    headers: ['Host', 'up'],
    body: undefined,
    signal: new AbortController().signal,
    connectMs: 5_000,
    headMs: 5_000,
  });
  while (upstream.connections.size === 0) await settled();
  await clock.turn(5_000);
  expect((await delivery).is).toBe('unreachable');
  while (upstream.connections.size > 0) await settled();
  expect(clock.waiting).toBe(0);
});
