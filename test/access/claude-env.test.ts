import { expect, test } from 'bun:test';
import { applied, clientEnvironment, costs, placeholder } from '../../src/access/claude-env.ts';
import { Secret } from '../../src/base/secret.ts';

const url = 'http://127.0.0.1:8000';
const key = new Secret('ccp-client');

/** Variables of gateway-contract §19 that are set whoever the client is. */
const always = {
  ANTHROPIC_BASE_URL: url,
  ENABLE_TOOL_SEARCH: 'true',
  CLAUDE_CODE_ENABLE_FINE_GRAINED_TOOL_STREAMING: '1',
  CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
  CLAUDE_CODE_PROPAGATE_TRACEPARENT: '1',
  API_TIMEOUT_MS: '600000',
};

function child(entrance: Parameters<typeof clientEnvironment>[1], inherited: Record<string, string> = {}) {
  return applied(inherited, clientEnvironment(url, entrance, inherited));
}

test('with client keys on, the token is a client key', () => {
  expect(child({ is: 'key', key })).toEqual({ ...always, ANTHROPIC_AUTH_TOKEN: 'ccp-client' });
});

test('an open proxy gets a placeholder that is neither our key nor one of the API', () => {
  expect(child({ is: 'open' })).toEqual({ ...always, ANTHROPIC_AUTH_TOKEN: placeholder });
  expect(placeholder).not.toMatch(/^(ccp-|sk-)/);
});

test('pass-through sets no token and leaves the sign-in alone', () => {
  const own = { ANTHROPIC_API_KEY: 'sk-ant-own', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat-own' };
  expect(child({ is: 'passthrough', key: undefined }, own)).toEqual({ ...always, ...own });
});

test('pass-through takes out a token that an outer run has left', () => {
  const passthrough = { is: 'passthrough', key: undefined } as const;
  expect(child(passthrough, { ANTHROPIC_AUTH_TOKEN: 'ccp-old' })).toEqual(always);
  expect(child(passthrough, { ANTHROPIC_AUTH_TOKEN: placeholder })).toEqual(always);
  expect(child(passthrough, { ANTHROPIC_AUTH_TOKEN: 'mine' })['ANTHROPIC_AUTH_TOKEN']).toBe('mine');
});

test('with pass-through and keys on, the key travels in a header of its own, beside those of the user', () => {
  const custom = { ANTHROPIC_CUSTOM_HEADERS: 'x-team: red' };
  expect(child({ is: 'passthrough', key }, custom)).toEqual({
    ...always,
    ANTHROPIC_CUSTOM_HEADERS: 'x-team: red\nx-ccproxy-key: ccp-client',
  });
});

test('credentials and switches that would win or leak are taken out, with the reason', () => {
  const inherited = { ANTHROPIC_API_KEY: 'sk-ant-own', CLAUDE_CODE_USE_BEDROCK: '1', PATH: '/bin' };
  expect(child({ is: 'open' }, inherited)).toEqual({
    ...always,
    ANTHROPIC_AUTH_TOKEN: placeholder,
    PATH: '/bin',
  });
  const { removed } = clientEnvironment(url, { is: 'open' }, inherited);
  expect(removed.map(({ name }) => name).toSorted()).toEqual([
    'ANTHROPIC_API_KEY',
    'CLAUDE_CODE_USE_BEDROCK',
  ]);
  for (const { why } of removed) expect(why).not.toBe('');
});

test('a time limit of the user stays', () => {
  expect(child({ is: 'open' }, { API_TIMEOUT_MS: '5000' })['API_TIMEOUT_MS']).toBe('5000');
});

test('only pass-through is said to keep the own sign-in (J4)', () => {
  expect(costs({ is: 'passthrough', key: undefined }).join(' ')).toContain('Your own sign-in goes through');
  for (const entrance of [{ is: 'open' }, { is: 'key', key }] as const) {
    const text = costs(entrance).join(' ');
    expect(text).toContain('not a sign-in of your own');
    expect(text).not.toMatch(/subscription|sign-in goes through/);
  }
});

test('what a custom base URL costs is what the documentation says', () => {
  const text = costs({ is: 'open' }).join(' ');
  for (const word of ['Remote Control', 'Tool search', 'WebFetch', 'fast-mode', 'start `claude` by itself'])
    expect(text).toContain(word);
});
