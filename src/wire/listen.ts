import type { Socket } from 'node:net';
import type { TCPSocketListener } from 'bun';
import { messageOf } from '../base/errors.ts';
import type { Handler } from '../http/call.ts';
import { BunLine, lineHandlers } from './bun-line.ts';
import { Conversations } from './conversations.ts';
import type { Listener, ListenOptions, TlsFiles } from './listener.ts';
import { NodeLine } from './node-line.ts';

/** A client that has not shaken hands in this time never will (ms). */
const handshakeMs = 30_000;

/** SO_REUSEPORT; the runtime's types know it of connections only. */
const shared = { exclusive: false, reusePort: true };

/** A bound address: how to stop accepting, and what its certificate is. */
interface Door {
  readonly port: number;
  readonly descriptor: number | undefined;
  stop(): void;
  renew(tls: TlsFiles): void;
}

/**
 * Listens for HTTP/1.1 and hands each request to `handler` as it came.
 *
 * @throws the system error when the address cannot be had (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`)
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<Listener> {
  const conversations = new Conversations({ ...options, handler });
  const door = await (options.tls === undefined
    ? openPlain(options, conversations)
    : openSecure(options, options.tls, conversations));
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}:${door.port}`,
    port: door.port,
    descriptor: door.descriptor,
    renew(tls) {
      door.renew(tls);
    },
    leave() {
      conversations.leave();
    },
    async close(graceMs = 0) {
      door.stop();
      await conversations.drain(graceMs);
    },
  };
}

function openPlain({ host, port, isShared = false }: ListenOptions, conversations: Conversations): Door {
  let listener: TCPSocketListener<BunLine | undefined>;
  try {
    listener = Bun.listen<BunLine | undefined>({
      hostname: host,
      port,
      ...(isShared ? shared : { exclusive: true }),
      allowHalfOpen: true,
      data: undefined,
      socket: {
        ...lineHandlers,
        open(socket) {
          const line = new BunLine(socket);
          line.user = conversations.begin(line);
        },
      },
    });
  } catch (error) {
    throw named(error, host, port);
  }
  return {
    port: listener.port,
    descriptor: descriptorOf(listener),
    stop() {
      listener.stop(false);
    },
    renew() {},
  };
}

/** The runtime has it, and its types do not say so. */
function descriptorOf(listener: unknown): number | undefined {
  if (typeof listener !== 'object' || listener === null || !('fd' in listener)) return undefined;
  return typeof listener.fd === 'number' && listener.fd >= 0 ? listener.fd : undefined;
}

/** The runtime's message names the address only; the code says what is wrong with it. */
function named(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const cause = String(error.code);
  return Object.assign(new Error(`listen ${cause} ${host}:${port}`, { cause: error }), { code: cause });
}

/** TLS by `node:tls`: the runtime's own listener cannot take a renewed certificate. */
async function openSecure(
  { host, port, isShared = false, log, clock }: ListenOptions,
  tls: TlsFiles,
  conversations: Conversations,
): Promise<Door> {
  const settings = { ...tls, ALPNProtocols: ['http/1.1'], allowHalfOpen: true };
  const { createServer } = await import('node:tls');
  // Those that connected and have not shaken hands, each with what calls its deadline off.
  const shaking = new Map<Socket, () => void>();
  const isDone = (socket: Socket): void => {
    shaking.get(socket)?.();
    shaking.delete(socket);
  };
  const server = createServer(settings, (socket) => {
    isDone(socket);
    const line = new NodeLine(socket);
    line.user = conversations.begin(line);
  });
  // The runtime gives the very socket that it later calls secure.
  server.on('connection', (socket) => {
    shaking.set(
      socket,
      clock.after(handshakeMs, () => socket.destroy()),
    );
    socket.once('close', () => {
      isDone(socket);
    });
  });
  server.on('tlsClientError', (error) => {
    log.debug('TLS handshake failed', { reason: messageOf(error) });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096, ...(isShared && shared) }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    descriptor: '_handle' in server ? descriptorOf(server._handle) : undefined,
    stop() {
      server.close();
      for (const socket of shaking.keys()) socket.destroy();
    },
    renew(renewed) {
      server.setSecureContext({ ...renewed });
    },
  };
}
