import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An HTTP proxy that opens tunnels (CONNECT) for who says `login`, and remembers where to. */
export interface OutboundProxy {
  url: string;
  /** `host:port` of every tunnel it opened. */
  tunnels: string[];
  /** How many it refused. */
  refused: () => number;
  close(): Promise<void>;
}

export async function anOutboundProxy(login: string): Promise<OutboundProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  let refused = 0;
  const wanted = `proxy-authorization: basic ${Buffer.from(login).toString('base64').toLowerCase()}`;
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => client.destroy());
    client.once('data', (head) => {
      const text = head.toString('latin1');
      const [, host = '', port = ''] = /^CONNECT (\S+):(\d+) /.exec(text) ?? [];
      if (!text.toLowerCase().includes(wanted)) {
        refused += 1;
        client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      tunnels.push(`${host}:${port}`);
      const upstream = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      sockets.add(upstream);
      upstream.on('error', () => client.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    refused: () => refused,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
