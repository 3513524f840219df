import { describe, expect, test } from 'bun:test';
import { fromEnvironment, type Environment } from '../../src/config/environment.ts';
import { flawText } from '../../src/config/flaws.ts';

function values(env: Environment): [key: string, value: unknown, source: unknown][] {
  return fromEnvironment(env).given.map(({ declared, value, source }) => [declared.key, value, source]);
}

function flaws(env: Environment): string[] {
  return fromEnvironment(env).flaws.map(flawText);
}

test('each setting has a variable of its section and key', () => {
  const env = {
    CCPROXY_UPSTREAM_ALLOW_ADMIN_PATHS: 'yes',
    CCPROXY_SERVER_ALLOWED_HOSTS: 'a.example, b.example',
  };
  expect(values(env)).toEqual([
    [
      'server.allowed_hosts',
      ['a.example', 'b.example'],
      { from: 'environment', variable: 'CCPROXY_SERVER_ALLOWED_HOSTS' },
    ],
    [
      'upstream.allow_admin_paths',
      true,
      { from: 'environment', variable: 'CCPROXY_UPSTREAM_ALLOW_ADMIN_PATHS' },
    ],
  ]);
});

test('the short names work, and both together when they agree', () => {
  expect(values({ CCPROXY_PORT: '81' })).toEqual([
    ['server.port', 81, { from: 'environment', variable: 'CCPROXY_PORT' }],
  ]);
  expect(flaws({ CCPROXY_PORT: '81', CCPROXY_SERVER_PORT: '81' })).toEqual([]);
});

test('two names that disagree are refused', () => {
  expect(flaws({ CCPROXY_HOST: '::1', CCPROXY_SERVER_HOST: '127.0.0.1' })).toEqual([
    'environment CCPROXY_HOST: server.host differs from CCPROXY_SERVER_HOST; set one of the two',
  ]);
});

test('an empty variable counts as not set', () => {
  expect(values({ CCPROXY_PORT: '', CCPROXY_SERVER_TLS_CERT: '  ', CCPROXY_HOST: undefined })).toEqual([]);
});

test('blanks around a value are dropped, as env files leave them', () => {
  expect(values({ CCPROXY_PORT: ' 81 ' })[0]?.[1]).toBe(81);
});

test('a misspelt variable is refused, with the one that was meant', () => {
  expect(flaws({ CCPROXY_PRT: '1', CCPROXY_SERVER_MAXBODYBYTES: '1', CCPROXY_HOM: '/x' })).toEqual([
    'environment CCPROXY_HOM: no such setting; did you mean CCPROXY_HOME?',
    'environment CCPROXY_PRT: no such setting; did you mean CCPROXY_PORT?',
    'environment CCPROXY_SERVER_MAXBODYBYTES: no such setting; did you mean CCPROXY_SERVER_MAX_BODY_BYTES?',
  ]);
});

test('a variable near to none is refused without a guess, and its value is never repeated', () => {
  const [line = ''] = flaws({ CCPROXY_WHATEVER: 'sk-ant-planted' });
  expect(line).toContain('environment CCPROXY_WHATEVER: no such setting; unset it;');
  expect(line).not.toContain('planted');
});

test('a variable for a setting under a name is told where that stands', () => {
  expect(flaws({ CCPROXY_PROVIDERS_COMPANY_CLIENT_ID: 'x' })).toEqual([
    'environment CCPROXY_PROVIDERS_COMPANY_CLIENT_ID: no such setting; unset it; [providers.NAME] is set in the settings file only',
  ]);
});

test('reserved names and the variables of others are left alone', () => {
  const env = {
    CCPROXY_HOME: '/x',
    CCPROXY_CONFIG: '/x/y',
    CCPROXY_VAULT_KEY: 'secret',
    CCPROXY_VAULT_PASSPHRASE: 'secret',
    PATH: '/bin',
    NOT_CCPROXY_PORT: '1',
  };
  expect(fromEnvironment(env)).toEqual({ given: [], flaws: [] });
});

describe('in a cluster with a service of the same name', () => {
  const injected = {
    CCPROXY_SERVICE_HOST: '10.0.0.7',
    CCPROXY_SERVICE_PORT: '8000',
    CCPROXY_SERVICE_PORT_HTTP: '8000',
    CCPROXY_PORT: 'tcp://10.0.0.7:8000',
    CCPROXY_PORT_8000_TCP: 'tcp://10.0.0.7:8000',
    CCPROXY_PORT_8000_TCP_PROTO: 'tcp',
    CCPROXY_PORT_8000_TCP_PORT: '8000',
    CCPROXY_PORT_8000_TCP_ADDR: '10.0.0.7',
    CCPROXY_DB_SERVICE_HOST: '10.0.0.8',
    CCPROXY_DB_PORT: 'tcp://10.0.0.8:5432',
  };

  test('the variables Kubernetes adds are not mistaken for settings', () => {
    expect(fromEnvironment(injected)).toEqual({ given: [], flaws: [] });
  });

  test('the port can still be set by its general name', () => {
    expect(values({ ...injected, CCPROXY_SERVER_PORT: '9000' })[0]?.[1]).toBe(9000);
  });
});
