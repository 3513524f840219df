import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { dial, type Address } from '../../src/wire/dial.ts';
import type { OpenLine } from '../../src/wire/line.ts';
import { aCertificate, type CertificateFor } from '../help/a-certificate.ts';
import { settled } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { MemoryUser } from '../help/a-line-user.ts';

const folder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A server on every address of this machine, and the connections it has. */
async function serving(server: Server): Promise<{ port: number; connections: Set<Socket> }> {
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  closing.push(() => {
    for (const socket of connections) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, connections };
}

/** A TLS server with a certificate of its own; `names` are those it was asked for. */
async function secure(of: CertificateFor = {}) {
  const { pem, key } = aCertificate(folder(), 'up', of);
  const names: (string | false | null)[] = [];
  const protocols: (string | false | null)[] = [];
  const said: string[] = [];
  const settings = { cert: pem, key: readFileSync(key), ALPNProtocols: ['h2', 'http/1.1'] };
  const server = createTlsServer(settings, (socket: TLSSocket) => {
    names.push((socket as TLSSocket & { servername: string | false }).servername);
    protocols.push(socket.alpnProtocol);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => said.push(bytes.toString()));
    socket.write('hello');
  });
  server.on('tlsClientError', () => {});
  return { ...(await serving(server)), pem, names, protocols, said };
}

type Dialling = { is: 'opened'; line: OpenLine } | { is: 'failed'; message: string };

function dialled(address: Address): Promise<Dialling> {
  return new Promise((resolve) => {
    dial(address, {
      opened: (line) => {
        closing.push(() => {
          line.reset();
        });
        resolve({ is: 'opened', line });
      },
      failed: ({ message }) => {
        resolve({ is: 'failed', message });
      },
    });
  });
}

describe('dialling', () => {
  it('opens a connection that says and hears', async () => {
    const heard: string[] = [];
    const { port } = await serving(
      createServer((socket) => {
        socket.on('data', (bytes: Buffer) => heard.push(bytes.toString()));
        socket.write('hello');
      }),
    );
    const found = await dialled({ host: '127.0.0.1', port, secure: false });
    if (found.is !== 'opened') throw new Error(found.message);
    const user = new MemoryUser();
    found.line.user = user;
    found.line.write(Buffer.from('hi'));
    while (user.told.length === 0 || heard.length === 0) await settled();
    expect(user.told).toEqual(['data hello']);
    expect(heard).toEqual(['hi']);
  });

  it('fails where nobody listens', async () => {
    const server = createServer();
    const { port } = await serving(server);
    await new Promise((resolve) => server.close(resolve));
    expect((await dialled({ host: '127.0.0.1', port, secure: false })).is).toBe('failed');
  });

  it('fails where there is no such name', async () => {
    expect((await dialled({ host: 'no-such-host.invalid', port: 80, secure: false })).is).toBe('failed');
  });

  it('tells nobody once it is taken back, and closes what comes', async () => {
    const { port, connections } = await serving(createServer());
    const told: string[] = [];
    const cancel = dial(
      { host: '127.0.0.1', port, secure: false },
      { opened: () => told.push('opened'), failed: () => told.push('failed') },
    );
    cancel();
    for (let round = 0; round < 20; round += 1) await settled();
    while (connections.size > 0) await settled();
    expect(told).toEqual([]);
  });
});

describe('dialling with TLS', () => {
  it('opens a connection to whom the certificate is for: an address', async () => {
    const up = await secure();
    const found = await dialled({ host: '127.0.0.1', port: up.port, secure: true, extraCa: up.pem });
    if (found.is !== 'opened') throw new Error(found.message);
    const user = new MemoryUser();
    found.line.user = user;
    found.line.write(Buffer.from('hi'));
    while (user.told.length === 0 || up.said.length === 0) await settled();
    expect(user.told).toEqual(['data hello']);
    expect(up.said).toEqual(['hi']);
    // An address is no name that could be asked for (RFC 6066 §3).
    expect(up.names).toEqual([false]);
  });

  it('opens a connection to whom the certificate is for: a name, and asks for it', async () => {
    const up = await secure();
    const found = await dialled({ host: 'localhost', port: up.port, secure: true, extraCa: up.pem });
    expect(found).toMatchObject({ is: 'opened' });
    while (up.names.length === 0) await settled();
    expect(up.names).toEqual(['localhost']);
    expect(up.protocols).toEqual(['http/1.1']);
  });

  it('trusts an extra certificate among several', async () => {
    const [up, other] = [await secure(), await secure()];
    const extraCa = `${other.pem}\n${up.pem}`;
    expect((await dialled({ host: '127.0.0.1', port: up.port, secure: true, extraCa })).is).toBe('opened');
  });

  const hour = 3_600_000;
  it.each<[string, CertificateFor, string, boolean]>([
    ['that nobody vouches for', {}, '127.0.0.1', false],
    ['for another name', { hosts: ['example.com'], addresses: [] }, 'localhost', true],
    ['for another address', { addresses: ['127.0.0.1'] }, '127.0.0.2', true],
    ['for a name only, at an address', { addresses: [] }, '127.0.0.1', true],
    ['for an address only, at a name', { hosts: [] }, 'localhost', true],
    ['for names below the one asked', { hosts: ['*.localhost'], addresses: [] }, 'localhost', true],
    ['that has expired', { from: Date.now() - 2 * hour, until: Date.now() - hour }, '127.0.0.1', true],
    ['that is not good yet', { from: Date.now() + hour, until: Date.now() + 2 * hour }, '127.0.0.1', true],
  ])('fails at a certificate %s, and says nothing to whoever has it', async (_, of, host, isKnown) => {
    const up = await secure(of);
    const other = await secure();
    const extraCa = isKnown ? up.pem : other.pem;
    const found = await dialled({ host, port: up.port, secure: true, extraCa });
    expect(found).toMatchObject({
      is: 'failed',
      message: expect.stringMatching(/certificate|altname|issuer|expired|CERT|hostname/i),
    });
    while (up.connections.size > 0) await settled();
    expect(up.said).toEqual([]);
  });

  it('fails at a certificate that nobody vouches for without extra ones, too', async () => {
    const up = await secure();
    expect((await dialled({ host: '127.0.0.1', port: up.port, secure: true })).is).toBe('failed');
  });

  it('fails where nobody speaks TLS', async () => {
    const { port } = await serving(createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    expect((await dialled({ host: '127.0.0.1', port, secure: true })).is).toBe('failed');
  });

  it('fails where the connection ends in the middle of the handshake', async () => {
    const { port } = await serving(createServer((socket) => socket.once('data', () => socket.destroy())));
    expect((await dialled({ host: '127.0.0.1', port, secure: true })).is).toBe('failed');
  });

  it('that is taken back in the middle of the handshake leaves no connection', async () => {
    const { port, connections } = await serving(createServer());
    const told: string[] = [];
    const cancel = dial(
      { host: '127.0.0.1', port, secure: true },
      { opened: () => told.push('opened'), failed: () => told.push('failed') },
    );
    while (connections.size === 0) await settled();
    cancel();
    // A server that reads sees the end.
    for (const socket of connections) socket.resume();
    while (connections.size > 0) await settled();
    expect(told).toEqual([]);
  });
});
