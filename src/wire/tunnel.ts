import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates, type ConnectionOptions } from 'node:tls';
import { SocksClient } from 'socks';
import { product } from '../base/product.ts';
import type { Address, Dialled } from './dial.ts';
import { endOfHead, readAnswerHead } from './head.ts';
import { NodeLine } from './node-line.ts';

/** More of a proxy's answer than any of them writes (bytes). */
const largestAnswer = 16 * 1024;

/**
 * Connects through an outbound proxy: `http:` and `https:` by CONNECT (RFC 9110 §9.3.6), `socks5:` by RFC 1928
 * and 1929. The proxy resolves the name, and sees none of what goes through when the address is secure.
 *
 * @returns takes the dialling back: nobody is told any more, a connection that comes is closed
 */
export function dialThrough(proxy: URL, address: Address, dialled: Dialled): () => void {
  let isOver = false;
  let open: Socket | undefined;
  const keep = <S extends Socket>(socket: S): S => {
    open = socket;
    // A connection may fail between two steps, when nobody else listens.
    socket.on('error', () => {});
    if (isOver) socket.destroy();
    return socket;
  };
  const run = async (): Promise<NodeLine> => {
    const tunnel = keep(await tunnelOf(proxy, address, keep));
    return new NodeLine(address.secure ? keep(await secured(tunnel, address)) : tunnel);
  };
  run().then(
    (line) => {
      if (isOver) line.reset();
      else dialled.opened(line);
    },
    (error: unknown) => {
      open?.destroy();
      if (!isOver) dialled.failed(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return () => {
    isOver = true;
    open?.destroy();
  };
}

async function tunnelOf(proxy: URL, address: Address, keep: (socket: Socket) => Socket): Promise<Socket> {
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  const port = Number(proxy.port);
  if (proxy.protocol === 'socks5:') {
    const { socket } = await SocksClient.createConnection({
      proxy: {
        host,
        port: port === 0 ? 1080 : port,
        type: 5,
        ...(proxy.username !== '' && {
          userId: decodeURIComponent(proxy.username),
          password: decodeURIComponent(proxy.password),
        }),
      },
      command: 'connect',
      destination: { host: address.host, port: address.port },
    });
    return socket;
  }
  const isSecure = proxy.protocol === 'https:';
  const at = { host, port: port === 0 ? (isSecure ? 443 : 80) : port };
  const socket = keep(isSecure ? connectTls({ ...at, ...trust(host, address) }) : connectPlain(at));
  await happened(socket, isSecure ? 'secureConnect' : 'connect');
  await askForTunnel(socket, proxy, address);
  return socket;
}

async function askForTunnel(socket: Socket, proxy: URL, { host, port }: Address): Promise<void> {
  const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const lines = [
    `CONNECT ${authority} HTTP/1.1`,
    `Host: ${authority}`,
    `User-Agent: ${product.binary}/${product.version}`,
    ...(proxy.username === '' ? [] : [`Proxy-Authorization: Basic ${Buffer.from(login).toString('base64')}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const said = await headFrom(socket);
  const end = endOfHead(said, 0);
  const answer = readAnswerHead(said, 0, end);
  if (answer === undefined) throw new Error('the outbound proxy does not speak HTTP/1.1');
  if (answer.status < 200 || answer.status > 299) {
    const why = answer.status === 407 ? ': it wants a user name and password, or other ones' : '';
    throw new Error(`the outbound proxy refused the connection with status ${answer.status}${why}`);
  }
  // The other end of a tunnel never speaks first: this would be taken for the answer to the first call.
  if (said.length > end) throw new Error('the outbound proxy says more than an answer to CONNECT');
}

/** The head of the proxy's answer, and what came with it. */
function headFrom(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const finish = (settle: () => void): void => {
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.pause();
      settle();
    };
    const onData = (bytes: Buffer): void => {
      seen = Buffer.concat([seen, bytes]);
      if (endOfHead(seen, 0) !== -1) finish(() => resolve(seen));
      else if (seen.length > largestAnswer)
        finish(() => reject(new Error('the outbound proxy does not speak HTTP/1.1')));
    };
    const onClose = (): void => {
      finish(() => reject(new Error('the outbound proxy closed the connection')));
    };
    socket.on('data', onData);
    socket.on('close', onClose);
  });
}

async function secured(tunnel: Socket, address: Address): Promise<Socket> {
  const socket = connectTls({ socket: tunnel, ...trust(address.host, address) });
  await happened(socket, 'secureConnect');
  return socket;
}

function trust(host: string, { extraCa }: Address): ConnectionOptions {
  return {
    host,
    ALPNProtocols: ['http/1.1'],
    ...(isIP(host) === 0 && { servername: host }),
    ...(extraCa !== undefined && { ca: [...rootCertificates, extraCa] }),
  };
}

function happened(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new Error('the connection closed before it stood'));
    });
  });
}
