import type { TCPSocketListener } from 'bun';
import { messageOf } from '../base/errors.ts';
import type { Handler } from '../http/call.ts';
import { BunLine, lineHandlers } from './bun-line.ts';
import { Conversations } from './conversations.ts';
import type { Listener, ListenOptions, TlsFiles } from './listener.ts';
import { NodeLine } from './node-line.ts';

/** A bound address: how to stop accepting, and what its certificate is. */
interface Door {
  readonly port: number;
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
    renew(tls) {
      door.renew(tls);
    },
    async close(graceMs = 0) {
      door.stop();
      await conversations.drain(graceMs);
    },
  };
}

function openPlain({ host, port }: ListenOptions, conversations: Conversations): Door {
  let listener: TCPSocketListener<BunLine | undefined>;
  try {
    listener = Bun.listen<BunLine | undefined>({
      hostname: host,
      port,
      exclusive: true,
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
    stop() {
      listener.stop(false);
    },
    renew() {},
  };
}

/** The runtime's message names the address only; the code says what is wrong with it. */
function named(error: unknown, host: string, port: number): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const cause = String(error.code);
  return Object.assign(new Error(`listen ${cause} ${host}:${port}`, { cause: error }), { code: cause });
}

/** TLS by `node:tls`: the runtime's own listener cannot take a renewed certificate. */
async function openSecure(
  { host, port, log }: ListenOptions,
  tls: TlsFiles,
  conversations: Conversations,
): Promise<Door> {
  const settings = { ...tls, ALPNProtocols: ['http/1.1'], allowHalfOpen: true };
  const { createServer } = await import('node:tls');
  const server = createServer(settings, (socket) => {
    const line = new NodeLine(socket);
    line.user = conversations.begin(line);
  });
  server.on('tlsClientError', (error) => {
    log.debug('TLS handshake failed', { reason: messageOf(error) });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    stop() {
      server.close();
    },
    renew(renewed) {
      server.setSecureContext({ ...renewed });
    },
  };
}
