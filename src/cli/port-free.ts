import { createServer } from 'node:net';
import { cannotListen } from './cannot-listen.ts';
import type { Cli } from './cli.ts';

/** Where something wants to listen. */
interface Address {
  readonly host: string;
  readonly port: number;
}

/** Listens for a moment, as the only way to know. @throws Problem port-in-use, proxy-running, address-refused */
export async function checkPort(cli: Cli, { host, port }: Address): Promise<void> {
  try {
    await tryPort(host, port);
  } catch (error) {
    throw await cannotListen(error, { host, port }, cli);
  }
}

function tryPort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve();
      });
    });
  });
}
