import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Clock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Answer, Call, Handler } from '../../http/call.ts';
import { Connections } from './connections.ts';
import { bodyOf, hasBody } from './incoming.ts';
import { plainAnswer, writeAnswer } from './outgoing.ts';
import type { Listener, ListenOptions, Refusal, TlsFiles } from '../listener.ts';

/** A head must be complete within this time, or the connection is a slow-loris (ms). */
const headDeadlineMs = 30_000;
/** Longer than the idle time of common load balancers (60 s), so that they close first (ms). */
const idleConnectionMs = 75_000;

/**
 * Listens for HTTP/1.1 and hands each request to `handler` as it came.
 *
 * @throws the system error when the address cannot be had (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`)
 */
export async function listen(handler: Handler, options: ListenOptions): Promise<Listener> {
  const connections = new Connections(options);
  const settings = {
    maxHeaderSize: options.maxHeaderBytes ?? 64 * 1024,
    // A missing Host is the door's business (proxy/doors.ts), so that it gets the usual envelope.
    requireHostHeader: false,
    keepAliveTimeout: idleConnectionMs,
    headersTimeout: headDeadlineMs,
    // Uploads of hundreds of megabytes may take their time; `receive` watches for stalls.
    requestTimeout: 0,
  };
  const http = createServer(settings, (message, response) => {
    connections.serves(message.socket, response);
    void serveOne(message, response, handler, options);
  });
  http.on('connection', (socket: Socket) => {
    connections.add(socket);
  });
  http.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuseConnection(error, socket, options);
  });
  const server = options.tls === undefined ? http : secured(http, options.tls, options.log);
  await bind(server, options);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    port,
    descriptor: undefined,
    leave() {},
    renew(tls) {
      if ('setSecureContext' in server) server.setSecureContext({ ...tls });
    },
    async close(graceMs = 0) {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      connections.drain(graceMs);
      await closed;
    },
  };
}

/**
 * TLS in front of `http`. A plain TLS server whose connections are handed on: the runtime's https server
 * cannot take a renewed certificate.
 */
function secured(http: Server, tls: TlsFiles, log: Log): TlsServer {
  const server = createTlsServer({ ...tls, ALPNProtocols: ['http/1.1'] }, (socket) => {
    http.emit('connection', socket);
  });
  server.on('tlsClientError', (error) => {
    log.debug('TLS handshake failed', { reason: messageOf(error) });
  });
  return server;
}

function bind(server: Server | TlsServer, { host, port }: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serveOne(
  message: IncomingMessage,
  response: ServerResponse,
  handler: Handler,
  options: ListenOptions,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client left'));
  });
  response.on('error', (error) => {
    options.log.debug('client connection failed', { reason: messageOf(error) });
  });
  const { socket } = message;
  const call: Call = {
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    headers: message.rawHeaders,
    body: hasBody(message.rawHeaders) ? bodyOf(message, () => message.pause()) : undefined,
    peer: {
      address: socket.remoteAddress ?? '',
      localAddress: socket.localAddress ?? '',
      secure: options.tls !== undefined,
    },
    signal: gone.signal,
  };
  try {
    const answer = await handler(call);
    if (gone.signal.aborted) letGo(answer);
    else writeOrLetGo(response, answer, message, options.clock);
  } catch (error) {
    options.log.debug('call ended without an answer', { reason: messageOf(error) });
    message.socket.resetAndDestroy();
  }
}

/** Writes the answer; where it cannot be put on the wire, what is behind its body is closed all the same. */
function writeOrLetGo(
  response: ServerResponse,
  answer: Answer,
  message: IncomingMessage,
  clock: Clock,
): void {
  try {
    writeAnswer(response, answer, message, clock);
  } catch (error) {
    letGo(answer);
    throw error;
  }
}

function letGo({ body }: Answer): void {
  if (body !== undefined && 'cancel' in body) body.cancel();
}

function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, options: ListenOptions): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error.code ?? '');
  const answer = options.refuse?.(refusal) ?? { status: 400, headers: [], body: new Uint8Array() };
  // Told by `end`, so that the client can read the answer before the connection goes.
  socket.end(plainAnswer(answer));
}

function refusalOf(code: string): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  if (code === 'HPE_INVALID_TRANSFER_ENCODING' || code === 'HPE_UNEXPECTED_CONTENT_LENGTH')
    return 'lengths-contradict';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'too-slow';
  return 'not-http';
}
