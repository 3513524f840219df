import { expect, test } from 'bun:test';
import { otherVariables, startEnvironment } from '../../src/admin/start-environment.ts';
import { Secret } from '../../src/base/secret.ts';

const token = new Secret('t'.repeat(43));
const env = {
  CCPROXY_VAULT_PASSPHRASE: 'planted passphrase',
  CCPROXY_HOME: '/home/ann/ccp',
  HTTPS_PROXY: 'http://ann:planted@proxy.example:3128',
  NODE_EXTRA_CA_CERTS: '/ca.pem',
  PATH: '/bin',
};
const started = startEnvironment(env, token);

test('the names of what it behaves by are told, and no value', () => {
  expect(started.names).toEqual(['CCPROXY_VAULT_PASSPHRASE', 'HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS']);
  expect(JSON.stringify(started)).not.toContain('planted');
});

test('the same variables are the same, in any order, with others beside them', () => {
  const again = { TERM: 'xterm', ...Object.fromEntries(Object.entries(env).toReversed()), PATH: '/usr/bin' };
  expect(otherVariables(started, again, token)).toEqual([]);
});

test('one that is missing is named, and one that is new', () => {
  const { CCPROXY_VAULT_PASSPHRASE: _, ...without } = env;
  expect(otherVariables(started, { ...without, CCPROXY_HOST: '0.0.0.0' }, token)).toEqual([
    'CCPROXY_VAULT_PASSPHRASE',
    'CCPROXY_HOST',
  ]);
});

test('where a value differs nobody can say which', () => {
  const changed = { ...env, NODE_EXTRA_CA_CERTS: '/other.pem' };
  expect(otherVariables(started, changed, token)).toEqual([...started.names]);
});

test('an empty variable is none, and what a start in the background sets by itself does not count', () => {
  const as = { ...env, CCPROXY_PORT: '', CCPROXY_LOG_TERMINAL: 'off', CCPROXY_CONFIG: '/c.toml' };
  expect(otherVariables(started, as, token)).toEqual([]);
});

test('the seal says nothing to whoever has another token', () => {
  expect(startEnvironment(env, new Secret('u'.repeat(43))).seal).not.toBe(started.seal);
});
