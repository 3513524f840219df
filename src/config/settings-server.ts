import { addressRange, listenHost, origin, publicUrl, requestHost } from './addresses.ts';
import { byteCount, choice, filePath, listOf, numberOr, optional, seconds, wholeNumber } from './kinds.ts';
import { setting } from './setting.ts';

const kib = 2 ** 10;
const mib = 2 ** 20;
const gib = 2 ** 30;

export const server = {
  help: 'Where the proxy listens, who may come in by which name, and how much it takes.',
  settings: {
    host: setting({
      kind: listenHost(),
      fallback: '127.0.0.1',
      help: 'Address to listen on. Any address other than this machine itself needs client keys, and TLS or `public_url`.',
      isLive: false,
      flag: '--host <address>',
      shortVariable: 'HOST',
    }),
    port: setting({
      kind: wholeNumber(0, 65_535),
      fallback: 8000,
      help: 'Port to listen on; 0 takes any free one.',
      isLive: false,
      flag: '--port <number>',
      shortVariable: 'PORT',
    }),
    tlsCert: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'Certificate chain (PEM) to serve HTTPS with. Needs `tls_key`. A renewed file is picked up by itself.',
      isLive: false,
      example: 'tls/cert.pem',
    }),
    tlsKey: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'Private key (PEM) of `tls_cert`.',
      isLive: false,
      example: 'tls/key.pem',
    }),
    publicUrl: setting({
      kind: optional(publicUrl()),
      fallback: undefined,
      help: 'Where clients reach the proxy when a reverse proxy stands in front of it. Goes with `trusted_proxies`.',
      isLive: false,
      example: 'https://proxy.example.com',
    }),
    trustedProxies: setting({
      kind: listOf(addressRange(), 'IP addresses and ranges, such as ["10.0.0.0/8"]'),
      fallback: [],
      help: 'Reverse proxies whose forwarding headers are believed. Others may send such headers, but nobody listens.',
      isLive: false,
      example: '10.0.0.0/8',
    }),
    allowedHosts: setting({
      kind: listOf(requestHost(), 'host names without scheme or port, such as ["proxy.example.com"]'),
      fallback: [],
      help: 'Names accepted in the `Host` header besides this machine and the host of `public_url`. Any other is refused, which keeps web pages out (DNS rebinding).',
      isLive: true,
      example: 'proxy.example.com',
    }),
    allowedOrigins: setting({
      kind: listOf(origin(), 'origins, such as ["https://tools.example.com"]'),
      fallback: [],
      help: 'Web pages that may call the API through the proxy from a browser. They see nothing of the proxy itself.',
      isLive: true,
      example: 'https://tools.example.com',
    }),
    wire: setting({
      kind: choice(['own', 'node']),
      fallback: 'own',
      help: "Who reads and writes HTTP/1.1: the proxy's own wire, or the runtime's `node:http`, which is several times slower. For comparing the two where a client or an upstream has trouble.",
      isLive: false,
    }),
    workers: setting({
      kind: numberOr('auto', 1, 64),
      fallback: 1,
      help: 'Processes that share the port, each on a core of its own; `auto` takes one for each core, 8 at most. One is plenty for a person and for small teams. More than one needs Linux. See docs/workers.md.',
      isLive: false,
      example: 'auto',
    }),
    maxBodyBytes: setting({
      kind: byteCount(kib, 4 * gib),
      fallback: 33 * mib,
      help: 'Largest request body that is held to be repeated on another account. The API itself takes 32 MiB. Files and batches stream through and are not held.',
      isLive: true,
    }),
    maxHeldBytes: setting({
      kind: byteCount(mib, 64 * gib),
      fallback: 512 * mib,
      help: 'Bodies held at once, all calls together. Beyond it calls are answered with 503.',
      isLive: true,
    }),
    maxHeaderBytes: setting({
      kind: byteCount(4 * kib, mib),
      fallback: 64 * kib,
      help: 'Largest head of a request: target and headers together.',
      isLive: false,
    }),
    drainSeconds: setting({
      kind: seconds(0, 3600),
      fallback: 25,
      help: 'How long running streams may go on after the proxy was told to stop.',
      isLive: true,
    }),
  },
} as const;
