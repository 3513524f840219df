import { baseUrl } from './addresses.ts';
import { filePath, optional, seconds, yesNo } from './kinds.ts';
import { setting } from './setting.ts';

const dayInSeconds = 86_400;

export const upstream = {
  help: 'The API behind the proxy, and how long it may take.',
  settings: {
    baseUrl: setting({
      kind: baseUrl(),
      fallback: 'https://api.anthropic.com',
      help: 'Where accounts without a base URL of their own are served. The path of each call (`/v1/…`) is added to it.',
      isLive: true,
    }),
    connectTimeoutSeconds: setting({
      kind: seconds(0.01, 3600),
      fallback: 120,
      help: 'Longest wait for a connection, TLS included.',
      isLive: true,
    }),
    firstByteTimeoutSeconds: setting({
      kind: seconds(0.01, dayInSeconds),
      fallback: 120,
      help: 'Longest wait for the first byte of a streamed answer.',
      isLive: true,
    }),
    answerTimeoutSeconds: setting({
      kind: seconds(0.01, dayInSeconds),
      fallback: 600,
      help: 'Longest wait for an answer that is not streamed.',
      isLive: true,
    }),
    idleTimeoutSeconds: setting({
      kind: seconds(0.01, dayInSeconds),
      fallback: 330,
      help: 'Longest silence inside a streamed answer. Claude Code gives up by itself after 300 seconds; stay above that.',
      isLive: true,
    }),
    allowAdminPaths: setting({
      kind: yesNo(),
      fallback: false,
      help: 'Whether calls to `/v1/organizations/*`, `/v1/oauth/*` and tunnels go through. They manage the organization behind an account, so they are refused by default.',
      isLive: true,
    }),
    extraCa: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'Certificates (PEM) to trust besides the usual ones, for a network that inspects TLS.',
      isLive: false,
      example: 'tls/company-ca.pem',
    }),
  },
} as const;
