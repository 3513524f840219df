// The attack: whoever runs an upstream (or stands before it) collects the keys that clients show to the
// proxy, and then spends all accounts behind it. So a key of ours, right or wrong, whatever header a client
// put it into, must never leave: not with an account's credential, not beside a login that passes through.
import { afterEach, describe, expect, it } from 'bun:test';
import type { AccountDraft } from '../../src/accounts/draft.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const login = 'Bearer sk-ant-oat01-the-users-own';
const body = '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}';

/** Every way in which a client may show a key. */
const ways: [what: string, headers: (key: string) => Record<string, string>][] = [
  ['x-api-key', (key) => ({ 'x-api-key': key })],
  ['a Bearer', (key) => ({ authorization: `Bearer ${key}` })],
  ['a Bearer in capitals', (key) => ({ authorization: `BEARER  ${key}` })],
  ['both, as a key helper does', (key) => ({ 'x-api-key': key, authorization: `Bearer ${key}` })],
  ['the header of Azure, beside one that counts', (key) => ({ 'x-ccproxy-key': key, 'api-key': key })],
  ['our own header', (key) => ({ 'x-ccproxy-key': key })],
  ['our own header beside a login', (key) => ({ 'x-ccproxy-key': key, authorization: login })],
  ['x-api-key beside a login', (key) => ({ 'x-api-key': key, authorization: login })],
  ['three at once', (key) => ({ 'x-api-key': key, 'x-ccproxy-key': key, authorization: `Bearer ${key}` })],
  [
    'one right and one that is wrong',
    (key) => ({ 'x-api-key': key, authorization: `Bearer ${key.slice(0, -1)}` }),
  ],
  ['bare in Authorization, beside one that counts', (key) => ({ 'x-ccproxy-key': key, authorization: key })],
  [
    'behind another scheme, beside one that counts',
    (key) => ({ 'x-ccproxy-key': key, authorization: `Token ${key}` }),
  ],
];

const paths: [path: string, init: RequestInit][] = [
  ['/v1/messages', { method: 'POST', body }],
  ['/v1/messages?beta=true', { method: 'POST', body }],
  ['/v1/messages/count_tokens', { method: 'POST', body }],
  ['/v1/models', {}],
  ['/openai/v1/chat/completions', { method: 'POST', body }],
  ['/openai/v1/responses', { method: 'POST', body: body.replace('messages', 'input') }],
  ['/v1/files', { method: 'POST', body }],
  ['/v1/files/file_1', { method: 'DELETE' }],
];

async function behind(
  ...accounts: (AccountDraft & { secret?: string })[]
): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(() => message()));
  const there = accounts.map((account) => ({ ...account, baseUrl: up.url }));
  return { proxy: await rooms.add(aProxy({ accounts: there, keys: [{ name: 'ci' }] })), up };
}

/** Everything the upstream was told, in every form the key could hide in. */
function told(up: Upstream): string {
  const texts = up.calls.map(
    ({ target, headers, body: sent }) => `${target}\n${headers.join('\n')}\n${sent.toString()}`,
  );
  return texts.join('\n');
}

async function tryEverything(proxy: Proxy, up: Upstream): Promise<void> {
  const [key = ''] = proxy.keys;
  for (const [what, headers] of ways)
    for (const [path, init] of paths) {
      await fetch(`${proxy.url}${path}`, { ...init, headers: { ...headers(key), cookie: `key=${key}` } });
      if (told(up).includes(key.slice(0, -1))) throw new Error(`the key went up: ${what}, ${path}`);
    }
}

describe('a client key does not leave', () => {
  it('with the credential of an account', async () => {
    const { proxy, up } = await behind(
      { name: 'ann', kind: 'api-key', secret: 'sk-ant-api03-ann' },
      { name: 'bob', kind: 'token', secret: 'sk-other-bob' },
    );
    await tryEverything(proxy, up);
    expect(up.calls.length).toBeGreaterThan(ways.length);
    expect(told(up)).not.toContain('the-users-own');
  });

  it('beside a login that passes through', async () => {
    const { proxy, up } = await behind({ name: 'own', kind: 'passthrough' });
    await tryEverything(proxy, up);
    expect(up.served()).toContain('sk-ant-oat01-the-users-own');
  });

  it('where accounts with a credential and one that passes logins through stand together', async () => {
    const { proxy, up } = await behind(
      { name: 'own', kind: 'passthrough' },
      { name: 'ann', kind: 'api-key', secret: 'sk-ant-api03-ann' },
    );
    await tryEverything(proxy, up);
    expect(new Set(up.served())).toEqual(new Set(['sk-ant-oat01-the-users-own', 'sk-ant-api03-ann']));
  });

  it('nor into the log', async () => {
    const { proxy, up } = await behind({ name: 'ann', kind: 'api-key', secret: 'sk-ant-api03-ann' });
    await tryEverything(proxy, up);
    expect(JSON.stringify(proxy.lines)).not.toContain(proxy.keys[0]!.slice(0, -1));
    expect(proxy.lines.length).toBeGreaterThan(0);
  });
});
