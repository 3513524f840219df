import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { html, pageHeaders, type Page } from './page.ts';

/** Waits on this machine for a browser to come back (RFC 8252 §7.3). */
export interface Loopback {
  /** With the port that was found. */
  readonly redirectUri: string;
  /** Takes no more; an answer on its way still goes out. */
  close(): void;
}

/** A browser's own requests are small; nobody else has a reason to come (bytes). */
const largestHead = 16 * 1024;

/**
 * Listens where `redirectUri` points, on any free port where it names none. Each request to its path is handed
 * to `answer`; anything else is turned away.
 *
 * @throws Problem redirect-port-taken
 */
export async function openLoopback(
  redirectUri: string,
  answer: (parameters: URLSearchParams) => Promise<Page>,
): Promise<Loopback> {
  const uri = new URL(redirectUri);
  // Loaded for those who sign in: a proxy that only serves has no use for it (docs/decisions/0091).
  const { createServer } = await import('node:http');
  const server = createServer({ maxHeaderSize: largestHead }, (request, response) => {
    void serve(uri, request, response, answer);
  });
  uri.port = String(await bind(server, uri));
  return {
    redirectUri: uri.href,
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}

/** `localhost` is this machine's IPv4 address: a browser that tries ::1 first goes on to it. */
function bind(server: Server, uri: URL): Promise<number> {
  const host = uri.hostname === '[::1]' ? '::1' : '127.0.0.1';
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const where = uri.port === '' ? host : `${host}, port ${uri.port}`;
      const title = `The browser cannot come back to ${where}: ${messageOf(cause)}.`;
      const fix =
        'Stop what listens there, take the port out of redirect_uri, or sign in by `paste` or `device`.';
      reject(new Problem('redirect-port-taken', title, fix, { cause }));
    });
    server.listen({ host, port: Number(uri.port) }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : Number(uri.port));
    });
  });
}

async function serve(
  uri: URL,
  request: IncomingMessage,
  response: ServerResponse,
  answer: (parameters: URLSearchParams) => Promise<Page>,
): Promise<void> {
  const page = turnedAway(uri, request) ?? (await answer(parametersOf(request, uri)));
  response.writeHead(page.status, { ...pageHeaders, ...(page.status === 405 && { allow: 'GET' }) });
  response.end(html(page));
}

function turnedAway(uri: URL, request: IncomingMessage): Page | undefined {
  // A name that was turned to this address (DNS rebinding) is not ours.
  if (request.headers.host !== uri.host)
    return { status: 403, title: 'Not here', text: 'This address belongs to a sign-in on this machine.' };
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== uri.pathname) return { status: 404, title: 'Not found', text: 'There is nothing here.' };
  if (request.method !== 'GET') return { status: 405, title: 'Not so', text: 'A browser comes with GET.' };
  return undefined;
}

function parametersOf(request: IncomingMessage, uri: URL): URLSearchParams {
  return new URL(request.url ?? '/', uri).searchParams;
}
