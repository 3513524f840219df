import { expect, it } from 'bun:test';
import type { Call } from '../../src/http/call.ts';
import { peerCheck, trustedBy } from '../../src/server/trusted.ts';

function from(address: string, secure = false): Call {
  return {
    method: 'GET',
    target: '/',
    headers: [],
    body: undefined,
    peer: { address, localAddress: '10.0.0.1', secure },
    signal: new AbortController().signal,
  };
}

const check = peerCheck(trustedBy(['10.1.0.0/16', '192.0.2.7', '2001:db8::/32']));

it.each(['127.0.0.1', '::1', '10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8::5'])(
  'lets a plain connection from %s in',
  (address) => {
    expect(() => {
      check(from(address));
    }).not.toThrow();
  },
);

it.each(['10.2.0.1', '192.0.2.8', '2001:db9::1', '203.0.113.9', ''])(
  'refuses a plain connection from "%s"',
  (address) => {
    expect(() => {
      check(from(address));
    }).toThrow('trusted_proxies');
  },
);

it('takes an encrypted connection from anywhere', () => {
  expect(() => {
    check(from('203.0.113.9', true));
  }).not.toThrow();
});
