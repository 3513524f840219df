import { expect, it } from 'bun:test';
import { isForwardingHeader } from '../../src/proxy/forwarding.ts';

it('headers by which proxies speak of others are known, whoever made the proxy', () => {
  for (const name of [
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-port',
    'x-forwarded-server',
    'x-forwarded',
    'x-forwarded-client-cert',
    'x-real-ip',
    'x-client-ip',
    'x-original-forwarded-for',
    'true-client-ip',
    'cf-connecting-ip',
    'cf-access-jwt-assertion',
    'x-envoy-external-address',
    'x-amzn-oidc-accesstoken',
    'x-goog-iap-jwt-assertion',
    'tailscale-user-login',
    'fly-client-ip',
    'do-connecting-ip',
    'x-nf-client-connection-ip',
    'x-vercel-forwarded-for',
    'x-arr-clientcert',
    'x-remote-user',
  ])
    expect([name, isForwardingHeader(name)]).toEqual([name, true]);
});

it('headers of the client and of the API are none of them', () => {
  for (const name of [
    'host',
    'user-agent',
    'authorization',
    'anthropic-beta',
    'x-api-key',
    'x-claude-code-session-id',
    'x-stainless-retry-count',
    'x-request-id',
    'traceparent',
    'cf-aig-authorization',
    'x-real-ipx',
    'viable',
    '',
  ])
    expect([name, isForwardingHeader(name)]).toEqual([name, false]);
});
