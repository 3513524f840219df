import type { Call } from '../http/call.ts';
import { header } from '../http/headers.ts';
import { clientOf } from './oauth-client.ts';
import { choicePage, codePage, messagePage } from './oauth-page.ts';
import { OAuthError, type SignIns } from './oauth-sign-ins.ts';
import type { Family, Issued } from './oauth-tokens.ts';
import { jsonReply, type Reply } from './reply.ts';
import type { Visit } from './visit.ts';
import type { World } from './world.ts';

export const oauthPaths = {
  discovery: '/.well-known/oauth-authorization-server',
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  device: '/oauth/device_authorization',
  verify: '/oauth/device',
  revoke: '/oauth/revoke',
  code: '/oauth/code',
} as const;

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** Where the provider is for whoever calls: it goes by the name it is called. */
export function issuerOf({ headers, peer }: Call): string {
  return `${peer.secure ? 'https' : 'http'}://${header(headers, 'host') ?? 'localhost'}`;
}

/** RFC 8414. */
export function discovery(visit: Visit): Reply {
  const base = issuerOf(visit.call);
  const document = {
    issuer: visit.fault('lie-iss') === undefined ? base : 'https://somebody-else.example',
    authorization_endpoint: `${base}${oauthPaths.authorize}`,
    token_endpoint: `${base}${oauthPaths.token}`,
    device_authorization_endpoint: `${base}${oauthPaths.device}`,
    revocation_endpoint: `${base}${oauthPaths.revoke}`,
    grant_types_supported: ['authorization_code', deviceGrant, 'refresh_token'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
    ...(visit.fault('lie-endpoint') !== undefined && {
      token_endpoint: 'http://somebody-else.example/oauth/token',
    }),
  };
  return answer(visit, document);
}

/** RFC 6749 §4.1.1. What cannot be sent back with the browser is told to the person. */
export function authorize(visit: Visit, { signIns, clock }: World): Reply {
  const asked = visit.call.method === 'POST' ? formOf(visit) : visit.query;
  const text = (name: string): string => asked.get(name) ?? '';
  const redirectUri = text('redirect_uri');
  const client = text('client_id');
  const isKnown = client !== '' && (signIns.clients === undefined || client in signIns.clients);
  if (!isKnown) return messagePage(400, 'There is no such client.');
  if (!isRedirect(redirectUri)) return messagePage(400, 'The redirect_uri is not taken.');
  const back = (answer: Record<string, string>): Reply => sendBack(visit, redirectUri, text('state'), answer);
  const instead = visit.fault('oauth-error');
  if (instead !== undefined) return back({ error: instead, ...described(visit) });
  if (text('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  if (text('code_challenge') === '' || text('code_challenge_method') !== 'S256')
    return back({ error: 'invalid_request', error_description: 'PKCE with S256 is required.' });
  const decision = text('decision') || decisionOf(signIns);
  if (decision === '') return choicePage(asked, signIns.people);
  const person = signIns.person(text('person') || text('login_hint'));
  if (decision !== 'approve' || person === undefined)
    return back({ error: 'access_denied', error_description: 'The person said no.' });
  const ask = {
    client,
    redirectUri,
    challenge: text('code_challenge'),
    scope: asked.get('scope') ?? undefined,
  };
  return back({ code: signIns.code(ask, person, clock.now()) });
}

function decisionOf({ settings }: SignIns): string {
  return settings.consent === 'ask' ? '' : settings.consent;
}

/** This machine by any port (RFC 8252 §7.3), or any https address. */
function isRedirect(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|\[::1\]|localhost)$/.test(hostname))
  );
}

function sendBack(visit: Visit, uri: string, state: string, given: Record<string, string>): Reply {
  const url = new URL(uri);
  const iss = visit.fault('lie-iss') === undefined ? issuerOf(visit.call) : 'https://somebody-else.example';
  const told = visit.fault('lie-state') === undefined ? state : 'somebody-elses-state';
  for (const [name, value] of Object.entries(given)) url.searchParams.set(name, value);
  if (told !== '') url.searchParams.set('state', told);
  url.searchParams.set('iss', iss);
  return {
    status: 302,
    headers: ['location', url.href, 'cache-control', 'no-store', 'content-length', '0'],
    body: { is: 'nothing' },
  };
}

/** A page to come back to that shows the code to copy, `code#state`. */
export function showCode({ query }: Visit): Reply {
  const code = query.get('code');
  if (code === null) return messagePage(400, `No code: ${query.get('error') ?? 'no answer'}.`);
  return codePage(`${code}#${query.get('state') ?? ''}`);
}

/** RFC 6749 §3.2. */
export function token(visit: Visit, { signIns, clock }: World): Reply {
  return guarded(visit, () => {
    const form = formOf(visit);
    const text = (name: string): string => form.get(name) ?? '';
    const client = clientOf(visit.call.headers, form, signIns.clients);
    const now = clock.now();
    switch (text('grant_type')) {
      case 'authorization_code': {
        const given = {
          client: client ?? '',
          redirectUri: text('redirect_uri'),
          verifier: text('code_verifier'),
        };
        return issued(visit, signIns, signIns.redeem(text('code'), given, now));
      }
      case deviceGrant:
        return issued(visit, signIns, signIns.poll(text('device_code'), client, now));
      case 'refresh_token':
        return issued(visit, signIns, signIns.renew(text('refresh_token'), client, now));
      default:
        throw new OAuthError('unsupported_grant_type', 'There is no such grant_type.');
    }
  });
}

function issued(
  visit: Visit,
  { settings }: SignIns,
  { family, issued: { access, refresh } }: { family: Family; issued: Issued },
): Reply {
  const lifetime = visit.fault('lie-lifetime');
  return answer(visit, {
    access_token: access,
    ...(visit.fault('lie-type') === undefined && { token_type: 'Bearer' }),
    expires_in: lifetime === undefined ? settings.accessSeconds : absurd(lifetime),
    ...(refresh !== undefined && { refresh_token: refresh }),
    ...(family.scope !== undefined && { scope: family.scope }),
    ...(family.person.email !== undefined && { email: family.person.email }),
  });
}

/** `1e300` as a number, `soon` as it stands. */
function absurd(text: string): number | string {
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** RFC 8628 §3.1. */
export function deviceAuthorization(visit: Visit, { signIns, clock }: World): Reply {
  return guarded(visit, () => {
    const form = formOf(visit);
    const client = clientOf(visit.call.headers, form, signIns.clients);
    const [code, grant] = signIns.device(client, form.get('scope') ?? undefined, clock.now());
    const page = `${issuerOf(visit.call)}${oauthPaths.verify}`;
    const { deviceSeconds, intervalSeconds, loginNotice } = signIns.settings;
    return answer(visit, {
      device_code: code,
      user_code: grant.userCode,
      verification_uri: visit.fault('lie-endpoint') === undefined ? page : 'javascript:alert(1)',
      verification_uri_complete: `${page}?user_code=${grant.userCode}`,
      expires_in: deviceSeconds,
      interval: intervalSeconds,
      ...(loginNotice !== undefined && { login_notice: loginNotice }),
    });
  });
}

/** The page a person enters the code on; nothing is decided before a click (RFC 8628 §3.3.1). */
export function verify(visit: Visit, { signIns, clock }: World): Reply {
  const asked = visit.call.method === 'POST' ? formOf(visit) : visit.query;
  const text = (name: string): string => asked.get(name) ?? '';
  const decision = text('decision');
  if (decision === '') return choicePage(asked, signIns.people, text('user_code'));
  const person = signIns.person(text('person'));
  const decided = decision === 'approve' && person !== undefined ? { by: person } : ('denied' as const);
  return signIns.decide(text('user_code'), decided, clock.now())
    ? messagePage(200, 'Thank you. You can close this window.')
    : messagePage(400, 'There is no such code, or no more.');
}

/** RFC 7009: 200 for any token. */
export function revoke(visit: Visit, { signIns }: World): Reply {
  return guarded(visit, () => {
    const form = formOf(visit);
    clientOf(visit.call.headers, form, signIns.clients);
    signIns.book.revoke(form.get('token') ?? '');
    return answer(visit, {});
  });
}

function guarded(visit: Visit, work: () => Reply): Reply {
  const instead = visit.fault('oauth-error');
  if (instead !== undefined) return jsonReply({ error: instead, ...described(visit) }, 400);
  try {
    return work();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return jsonReply({ error: error.code, error_description: error.message }, error.status);
  }
}

/** The words a scenario gives to its error. */
function described(visit: Visit): Record<string, string> {
  const words = visit.option('oauth-error', 'message');
  return words === undefined ? {} : { error_description: words };
}

/** A good answer, with as much rubbish in it as a scenario asks for. */
function answer({ replyLength }: Visit, value: object): Reply {
  const padded = replyLength === undefined ? value : { ...value, padding: 'x'.repeat(replyLength) };
  return jsonReply(padded, 200, ['cache-control', 'no-store']);
}

function formOf({ body }: Visit): URLSearchParams {
  return new URLSearchParams(Buffer.from(body.bytes).toString());
}
