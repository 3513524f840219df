import { createHash } from 'node:crypto';
import type { OAuthOptions } from '../../src/simulator/oauth-options.ts';
import { ann, aSimulator, bob, type Reading } from './help.ts';

export const verifier = 'v'.repeat(43);
export const redirectUri = 'http://127.0.0.1:5000/callback';

const challenge = createHash('sha256').update(verifier).digest('base64url');

/** A simulator whose page says yes by itself, and the steps of a client of it. */
export function aProvider(oauth: OAuthOptions = {}) {
  const given = { consent: 'approve', ...oauth } as const;
  const { simulator, clock, ask } = aSimulator({ keys: [ann, bob], oauth: given, admin: true });
  const post = (target: string, form: Record<string, string>, headers: string[] = []): Promise<Reading> =>
    ask({
      target,
      key: '',
      headers: ['content-type', 'application/x-www-form-urlencoded', ...headers],
      body: Buffer.from(new URLSearchParams(form).toString()),
    });
  const get = (target: string): Promise<Reading> => ask({ target, key: '' });
  const authorize = (more: Record<string, string> = {}): Promise<Reading> => {
    const asked = {
      response_type: 'code',
      client_id: 'c',
      redirect_uri: redirectUri,
      state: 's',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...more,
    };
    return get(`/oauth/authorize?${new URLSearchParams(asked).toString()}`);
  };
  /** The parameters that the browser comes back with. */
  const back = async (more: Record<string, string> = {}): Promise<Record<string, string>> => {
    const location = (await authorize(more)).header('location') ?? '';
    return Object.fromEntries(new URL(location).searchParams);
  };
  const redeem = (code: string, more: Record<string, string> = {}): Promise<Reading> =>
    post('/oauth/token', {
      grant_type: 'authorization_code',
      client_id: 'c',
      redirect_uri: redirectUri,
      code_verifier: verifier,
      code,
      ...more,
    });
  const signIn = async (more: Record<string, string> = {}): Promise<{ access: string; refresh: string }> => {
    const { json } = await redeem((await back(more))['code'] ?? '');
    return { access: json.access_token, refresh: json.refresh_token };
  };
  const renew = (token: string): Promise<Reading> =>
    post('/oauth/token', { grant_type: 'refresh_token', client_id: 'c', refresh_token: token });
  const poll = (code: string): Promise<Reading> =>
    post('/oauth/token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: code });
  /** A message with this bearer. */
  const message = (token: string): Promise<Reading> =>
    ask({
      key: '',
      headers: ['authorization', `Bearer ${token}`],
      body: { model: 'claude-opus-5-5', max_tokens: 10, messages: [{ role: 'user', content: 'hi' }] },
    });
  return { simulator, clock, ask, post, get, authorize, back, redeem, signIn, renew, poll, message };
}
