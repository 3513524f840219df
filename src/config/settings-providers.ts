import { baseUrl } from './addresses.ts';
import { choice, filePath, listOf, optional, seconds } from './kinds.ts';
import {
  clientId,
  endpoint,
  foreignVariable,
  issuer,
  line,
  loopbackRedirect,
  parameters,
  resource,
  scope,
} from './provider-kinds.ts';
import { setting } from './setting.ts';

/** The ways to sign in: a browser on this machine, a code that is pasted, a code entered on another device. */
export const ways = ['loopback', 'paste', 'device'] as const;
export type Way = (typeof ways)[number];

/** Parameters of a sign-in that are ours to choose; another value would take its protection away. */
const ownParameters = [
  'client_id',
  'client_secret',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
];

export const providers = {
  what: 'a provider',
  sampleName: 'company',
  help: 'Where accounts of the kind `oauth` sign in: `[providers.company]` is a provider called "company". Each needs `issuer`, or the endpoints one by one. No client id comes with the program; `docs/accounts.md` says how to get one.',
  settings: {
    issuer: setting({
      kind: optional(issuer()),
      fallback: undefined,
      help: 'Who signs people in, letter by letter as the provider calls itself. Its endpoints are looked up there (RFC 8414, else OpenID discovery).',
      isLive: true,
      example: 'https://login.example.com/realms/team',
    }),
    clientId: setting({
      kind: optional(clientId()),
      fallback: undefined,
      help: 'What the provider calls this program, as you registered it. Only the way `device` may go without one.',
      isLive: true,
      example: 'claude-code-proxy',
    }),
    clientSecretEnv: setting({
      kind: optional(foreignVariable()),
      fallback: undefined,
      help: 'The environment variable of the proxy that holds the client secret, where the provider wants one. The secret itself never stands in this file.',
      isLive: true,
      example: 'COMPANY_CLIENT_SECRET',
    }),
    clientSecretFile: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'The file that holds the client secret instead, such as a mounted one; read each time it is needed.',
      isLive: true,
      example: '/run/secrets/company-client-secret',
    }),
    scopes: setting({
      kind: listOf(scope(), 'scopes, such as ["openid", "offline_access"]'),
      fallback: [],
      help: 'What to ask for. Many providers give a refresh token only with `offline_access`.',
      isLive: true,
      example: 'offline_access',
    }),
    ways: setting({
      kind: listOf(choice(ways), 'ways, such as ["loopback", "device"]'),
      fallback: ways,
      help: 'Ways to sign in that are offered, if the provider has them: `loopback` (a browser on this machine), `paste` (a browser anywhere, its code pasted), `device` (a short code entered in any browser).',
      isLive: true,
    }),
    redirectUri: setting({
      kind: loopbackRedirect(),
      fallback: 'http://127.0.0.1/callback',
      help: 'Where the browser comes back to for `loopback`, as registered with the provider. Without a port any free one is taken (RFC 8252).',
      isLive: true,
    }),
    pasteRedirectUri: setting({
      kind: optional(endpoint()),
      fallback: undefined,
      help: 'The page of the provider that shows the code for `paste`, as registered. Left out, the browser goes to `redirect_uri`, where nothing answers, and the whole address is pasted.',
      isLive: true,
      example: 'https://login.example.com/oauth/code',
    }),
    resource: setting({
      kind: listOf(resource(), 'absolute URIs, such as ["https://api.example.com"]'),
      fallback: [],
      help: 'What the tokens are for (RFC 8707), where the provider asks.',
      isLive: true,
      example: 'https://api.example.com',
    }),
    audience: setting({
      kind: optional(line()),
      fallback: undefined,
      help: 'The same for providers that call it `audience`.',
      isLive: true,
      example: 'https://api.example.com',
    }),
    extraParams: setting({
      kind: parameters(ownParameters),
      fallback: {},
      help: 'Further parameters of the request that begins a sign-in.',
      isLive: true,
    }),
    tokenLifetimeSeconds: setting({
      kind: optional(seconds(30, 366 * 86_400)),
      fallback: undefined,
      help: 'How long an access token is good where the provider does not say.',
      isLive: true,
      example: '3600',
    }),
    baseUrl: setting({
      kind: optional(baseUrl()),
      fallback: undefined,
      help: 'Where the accounts of this provider are served, unless one says else. Tokens of a provider are good nowhere else.',
      isLive: true,
      example: 'https://gateway.example.com',
    }),
    authorizationEndpoint: setting({
      kind: optional(endpoint()),
      fallback: undefined,
      help: 'Where people sign in in a browser. Endpoints that are set here stand before those that are looked up.',
      isLive: true,
      example: 'https://login.example.com/oauth/authorize',
    }),
    tokenEndpoint: setting({
      kind: optional(endpoint()),
      fallback: undefined,
      help: 'Where tokens are given out.',
      isLive: true,
      example: 'https://login.example.com/oauth/token',
    }),
    deviceAuthorizationEndpoint: setting({
      kind: optional(endpoint()),
      fallback: undefined,
      help: 'Where the way `device` begins.',
      isLive: true,
      example: 'https://login.example.com/oauth/device_authorization',
    }),
    revocationEndpoint: setting({
      kind: optional(endpoint()),
      fallback: undefined,
      help: 'Where tokens are given back when an account is removed.',
      isLive: true,
      example: 'https://login.example.com/oauth/revoke',
    }),
  },
} as const;
