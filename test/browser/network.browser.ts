import { connect } from 'node:net';
import { expect, it } from 'bun:test';

/** What a connection to another machine came to. The address is nobody's (RFC 5737). */
function wayOut(): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '192.0.2.1', port: 443, timeout: 2_000 });
    const end = (how: string): void => {
      socket.destroy();
      resolve(how);
    };
    socket.on('connect', () => end('connected'));
    socket.on('timeout', () => end('sent'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

it.skipIf(process.env['NETWORK_CUT_OFF'] === undefined)(
  'the journeys are played where there is no way to any other machine',
  async () => {
    expect(await wayOut()).toBe('ENETUNREACH');
  },
);
