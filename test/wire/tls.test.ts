// TLS that is served: renewed while connections are open, and whatever does not shake hands.
import { afterEach, describe, expect, it } from 'bun:test';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { wallClock } from '../../src/base/clock.ts';
import { MemoryLog } from '../help/a-log.ts';
import { listen } from '../../src/wire/listen.ts';
import type { TlsFiles } from '../../src/wire/listener.ts';
import { aCertificate } from '../help/a-certificate.ts';
import { temporaryFolders } from '../help/a-folder.ts';

const folder = temporaryFolders();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function files(name: string): TlsFiles & { pem: string } {
  const { pem, key } = aCertificate(folder(), name);
  return { cert: pem, key: readFileSync(key, 'utf8'), pem };
}

async function listening(tls: TlsFiles) {
  const log = new MemoryLog();
  const listener = await listen(
    ({ target, peer }) =>
      Promise.resolve({ status: 200, headers: ['x-secure', String(peer.secure)], body: Buffer.from(target) }),
    { host: '127.0.0.1', port: 0, log, clock: wallClock, tls },
  );
  closing.push(() => listener.close());
  const dial = async (options: ConnectionOptions): Promise<TLSSocket> => {
    const socket = connectTls({ port: listener.port, host: '127.0.0.1', ...options });
    closing.push(() => socket.destroy());
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    return socket;
  };
  return { listener, log, dial };
}

function ask(socket: Socket, target: string): Promise<string> {
  socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
  return new Promise((resolve) => {
    let seen = '';
    socket.on('data', (bytes: Buffer) => {
      seen += bytes.toString();
      if (seen.endsWith(target)) resolve(seen);
    });
  });
}

describe('a listener with TLS', () => {
  it('says that the connection is secure', async () => {
    const tls = files('one');
    const { dial } = await listening(tls);
    expect(await ask(await dial({ ca: [tls.pem] }), '/a')).toContain('x-secure: true');
  });

  it('shows a renewed certificate to those who come, and goes on with those who are there', async () => {
    const [old, renewed] = [files('old'), files('renewed')];
    const { dial, listener } = await listening(old);
    const before = await dial({ ca: [old.pem] });
    await ask(before, '/1');
    listener.renew(renewed);
    expect(await ask(before, '/2')).toContain('HTTP/1.1 200 ');
    const after = await dial({ ca: [renewed.pem] });
    expect(after.getPeerCertificate().subject.CN).toBe('renewed');
    await expect(dial({ ca: [old.pem] })).rejects.toThrow();
  });

  it('speaks HTTP/1.1, whatever else is offered', async () => {
    const tls = files('one');
    const { dial } = await listening(tls);
    const socket = await dial({ ca: [tls.pem], ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
  });

  it('asks for no certificate, and is none the worse for one', async () => {
    const [tls, own] = [files('one'), files('client')];
    const { dial } = await listening(tls);
    const socket = await dial({ ca: [tls.pem], cert: own.cert, key: own.key });
    expect(await ask(socket, '/a')).toContain('HTTP/1.1 200 ');
  });

  it('survives what is no TLS, and serves the next', async () => {
    const tls = files('one');
    const { listener, log, dial } = await listening(tls);
    for (const says of ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', '\0'.repeat(100), '\x16\x03\x01\x00\x05hello']) {
      const socket = connect(listener.port, '127.0.0.1', () => socket.write(Buffer.from(says, 'latin1')));
      socket.on('error', () => {});
      socket.resume();
      await new Promise((resolve) => socket.once('close', resolve));
    }
    expect(log.events('debug')).toContain('TLS handshake failed');
    expect(await ask(await dial({ ca: [tls.pem] }), '/a')).toContain('HTTP/1.1 200 ');
  });
});
