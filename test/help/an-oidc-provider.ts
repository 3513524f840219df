import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AccountClaims, ClientMetadata, JWK, default as Provider } from 'oidc-provider';

/** A certified OpenID provider in this process, on a free port of this machine. */
export interface OidcProvider {
  readonly issuer: string;
  /** What its person says when asked; `yes` unless changed. */
  answer: 'yes' | 'no';
  /** Who that is; `ann` unless changed. The address of `mallory` is not verified. */
  person: string;
  /** What they call themselves, which is nobody's business to check; nothing unless changed. */
  calls: string | undefined;
  /** Paths that answer 503. */
  readonly away: Set<string>;
  /** Requests so far: method and path. */
  readonly requests: string[];
  close(): Promise<void>;
}

export const oidcSecret = 'a-secret-of-a-client-0123456789';

const native: Partial<ClientMetadata> = {
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/callback', 'https://client.example/code'],
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
};

const clients: ClientMetadata[] = [
  { ...native, client_id: 'native', token_endpoint_auth_method: 'none' },
  {
    ...native,
    client_id: 'secretive',
    client_secret: oidcSecret,
    token_endpoint_auth_method: 'client_secret_basic',
  },
  // People who sign in at the page; of a native client any port will do.
  {
    ...native,
    client_id: 'page',
    redirect_uris: ['http://127.0.0.1/sign-in/callback', 'http://localhost/sign-in/callback'],
    token_endpoint_auth_method: 'none',
  },
];

export interface OidcProviderOptions {
  /** Addresses stand in UserInfo alone, and in no ID token (OpenID Connect Core §5.4). */
  readonly byTheBook?: boolean;
  /** ID tokens are signed by ES256, and RFC 8414's document is there too: with what that asks for, and no more. */
  readonly hasBothDocuments?: boolean;
}

export async function anOidcProvider(options: OidcProviderOptions = {}): Promise<OidcProvider> {
  const { byTheBook = false, hasBothDocuments = false } = options;
  const OidcServer = await quietly(() => import('oidc-provider'));
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const self: OidcProvider = {
    issuer,
    answer: 'yes',
    person: 'ann',
    calls: undefined,
    away: new Set(),
    requests: [],
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const provider = await quietly(
    () =>
      new OidcServer.default(issuer, {
        ...configuration,
        ...(hasBothDocuments && signingByEs256()),
        conformIdTokenClaims: byTheBook,
        findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id, self) }),
      }),
  );
  // A provider that is tested on purpose need not tell the log of the tests what it refused.
  provider.on('server_error', () => {});
  const callback = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    self.requests.push(`${request.method} ${path}`);
    if (self.away.has(path)) response.writeHead(503).end();
    else if (hasBothDocuments && request.url === '/.well-known/oauth-authorization-server')
      response.setHeader('content-type', 'application/json').end(documentOf(issuer));
    else if (request.url?.startsWith('/interaction/') === true)
      void decide(provider, self, request, response);
    else void callback(request, response);
  });
  return self;
}

const configuration: ConstructorParameters<typeof Provider>[1] = {
  clients,
  cookies: { keys: ['of the tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username'] },
  conformIdTokenClaims: false,
  features: {
    deviceFlow: {
      enabled: true,
      userCodeInputSource: (context, form) => {
        context.body = form;
      },
      userCodeConfirmSource: (context, form) => {
        context.body = form;
      },
      successSource: (context) => {
        context.body = 'signed in on this device';
      },
    },
    revocation: { enabled: true, allowedPolicy: () => true },
    devInteractions: { enabled: false },
  },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: 600,
    AuthorizationCode: 60,
    DeviceCode: 600,
    Grant: 3600,
    IdToken: 600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
};

function claimsOf(id: string, { calls }: OidcProvider): AccountClaims {
  const called = calls !== undefined && { preferred_username: calls };
  return { sub: id, email: `${id}@example.com`, email_verified: id !== 'mallory', ...called };
}

function signingByEs256(): Partial<typeof configuration> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'es256' } as JWK;
  return {
    jwks: { keys: [key] },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
  };
}

function documentOf(issuer: string): string {
  return JSON.stringify({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ['code'],
  });
}

/** The person at the provider. */
async function decide(
  provider: Provider,
  { answer, person }: OidcProvider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (answer === 'no') {
    const error = { error: 'access_denied', error_description: 'ann said <b>no</b>' };
    await provider.interactionFinished(request, response, error);
    return;
  }
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: person } });
    return;
  }
  // As its documentation does it: what somebody has granted before is gone on with.
  const before = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const accountId = session?.accountId ?? person;
  const grant = before ?? new provider.Grant({ accountId, clientId: String(params['client_id']) });
  if (typeof params['scope'] === 'string') grant.addOIDCScope(params['scope']);
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

/** It warns of the runtime, of its defaults and of its memory; none of that is news to a test. */
async function quietly<T>(work: () => T | Promise<T>): Promise<T> {
  const { warn, info, log } = console;
  Object.assign(console, { warn: () => {}, info: () => {}, log: () => {} });
  try {
    return await work();
  } finally {
    Object.assign(console, { warn, info, log });
  }
}
