import type { Socket, TLSOptions } from 'bun';
import { BunLine, lineHandlers } from './bun-line.ts';
import type { OpenLine } from './line.ts';

/** Where to connect to, and whom to trust there. */
export interface Address {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** PEM certificates trusted besides the system's own. */
  readonly extraCa?: string | undefined;
}

/** Told once how the dialling ended. */
export interface Dialled {
  opened(line: OpenLine): void;
  failed(cause: Error): void;
}

const http11 = Buffer.from('\x08http/1.1', 'latin1');

/**
 * Connects, with TLS where the address wants it.
 *
 * @returns takes the dialling back: nobody is told any more, a connection that comes is closed
 */
export function dial(address: Address, dialled: Dialled): () => void {
  let isOver = false;
  let shaking: Socket<BunLine | undefined> | undefined;
  const finish = (tell: () => void): void => {
    if (isOver) return;
    isOver = true;
    tell();
  };
  const failed = (cause: Error): void => {
    finish(() => {
      dialled.failed(cause);
    });
  };
  void Bun.connect<BunLine | undefined>({
    hostname: address.host,
    port: address.port,
    allowHalfOpen: true,
    data: undefined,
    ...(address.secure && { tls: tlsOptions(address) }),
    socket: {
      ...lineHandlers,
      open(socket) {
        if (isOver) socket.terminate();
        else if (address.secure) shaking = socket;
        else {
          finish(() => {
            dialled.opened(new BunLine(socket));
          });
        }
      },
      handshake(socket, isTrusted, cause) {
        shaking = undefined;
        if (isOver || !isTrusted) {
          failed(cause ?? new Error('the certificate is not trusted'));
          socket.terminate();
          return;
        }
        finish(() => {
          dialled.opened(new BunLine(socket));
        });
      },
      close(socket, cause) {
        socket.data?.closed(cause);
        failed(cause ?? new Error('the connection closed before it stood'));
      },
      connectError(_, cause) {
        failed(cause);
      },
    },
  }).catch(failed);
  return () => {
    isOver = true;
    shaking?.terminate();
  };
}

function tlsOptions({ host, extraCa }: Address): TLSOptions {
  return {
    rejectUnauthorized: true,
    ALPNProtocols: http11,
    // An address is no name to ask for (RFC 6066 §3); the certificate is checked against it all the same.
    serverName: isAddress(host) ? '' : host,
    ...(extraCa !== undefined && { ca: [...usualRoots(), extraCa] }),
  };
}

/** Whether a host, as `URL` writes it, is an IP address: names are not sent for those (RFC 6066 §3). */
function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

/** For those who have certificates of their own; no other proxy loads `node:tls` (docs/decisions/0091). */
function usualRoots(): readonly string[] {
  return process.getBuiltinModule('node:tls').rootCertificates;
}
