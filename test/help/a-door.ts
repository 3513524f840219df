import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';

/** A request as it went through the door. */
export interface DoorCall {
  method: string;
  target: string;
  sha256: string;
  size: number;
}

/** A plain TCP relay before a port that notes the requests passing by, byte for byte. */
export interface Door {
  url: string;
  /** All whole requests so far, connection by connection. */
  calls: () => DoorCall[];
  close(): Promise<void>;
}

export function aDoor(port: number): Promise<Door> {
  const sent: Buffer[][] = [];
  const server = createServer((client) => {
    const chunks: Buffer[] = [];
    sent.push(chunks);
    const inner = connect(port, '127.0.0.1');
    client.on('data', (bytes: Buffer) => chunks.push(bytes));
    client.pipe(inner).pipe(client);
    // A reset on one side is a reset on the other.
    inner.on('error', () => client.resetAndDestroy());
    inner.on('close', () => client.destroy());
    client.on('error', () => inner.destroy());
    client.on('close', () => inner.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({
        url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
        calls: () => sent.flatMap((chunks) => requestsIn(Buffer.concat(chunks))),
        close: () =>
          new Promise((done) => {
            server.close(() => {
              done();
            });
            server.unref();
            done();
          }),
      });
    });
  });
}

function requestsIn(bytes: Buffer): DoorCall[] {
  const calls: DoorCall[] = [];
  let at = 0;
  for (let end = bytes.indexOf('\r\n\r\n', at); end !== -1; end = bytes.indexOf('\r\n\r\n', at)) {
    const head = bytes.toString('latin1', at, end);
    const size = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0);
    const body = bytes.subarray(end + 4, end + 4 + size);
    if (body.length < size) break;
    const [method = '', target = ''] = head.split(' ');
    calls.push({ method, target, size, sha256: createHash('sha256').update(body).digest('hex') });
    at = end + 4 + size;
  }
  return calls;
}
