import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a plain socket saw, byte for byte (as Latin-1), and how its connection ended. */
export interface RawEnd {
  text: string;
  ended: 'end' | 'reset';
}

/** Sends `text` to a port and reads until the connection ends or `until` says it is enough. */
export function rawSend(
  port: number,
  text: string | Uint8Array,
  until?: (seen: string) => boolean,
): Promise<RawEnd> {
  return new Promise((resolve) => {
    let seen = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (bytes) => {
      seen += bytes.toString('latin1');
      if (until?.(seen) === true) {
        socket.destroy();
        resolve({ text: seen, ended: 'end' });
      }
    });
    socket.on('error', () => {
      resolve({ text: seen, ended: 'reset' });
    });
    socket.on('end', () => {
      resolve({ text: seen, ended: 'end' });
    });
    socket.on('close', () => {
      resolve({ text: seen, ended: 'reset' });
    });
  });
}

export interface RawServer {
  readonly port: number;
  readonly connections: Set<Socket>;
  /** Connections so far. */
  readonly total: number;
  close(): Promise<void>;
}

/** A server that only speaks bytes: `onData` gets the connection and all it has said so far. */
export function rawServer(onData: (socket: Socket, seen: string) => void): Promise<RawServer> {
  const connections = new Set<Socket>();
  let total = 0;
  const server: Server = createServer((socket) => {
    let seen = '';
    total += 1;
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      seen += bytes.toString('latin1');
      onData(socket, seen);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : 0,
        connections,
        get total() {
          return total;
        },
        close: () =>
          new Promise((done) => {
            for (const socket of connections) socket.destroy();
            server.close(() => {
              done();
            });
          }),
      });
    });
  });
}
