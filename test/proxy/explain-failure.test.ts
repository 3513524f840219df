import { expect, test } from 'bun:test';
import { wallClock } from '../../src/base/clock.ts';
import { explainFailure } from '../../src/proxy/explain-failure.ts';
import { openSender } from '../../src/wire/send.ts';
import type { Delivery } from '../../src/wire/sender.ts';

/** Names are looked up by the system, which may take its time (ms). */
const patienceMs = 30_000;

type Unanswered = Exclude<Delivery, { is: 'answered' }>;

const unreachable = (code: string, text = 'text'): Unanswered => ({
  is: 'unreachable',
  cause: Object.assign(new Error(text), { code }),
});
const codeOf = (delivery: Unanswered): string => explainFailure(delivery, undefined).code;

/** A real request to `url` that gets no answer. */
async function sent(url: string): Promise<Unanswered> {
  const sender = openSender({ clock: wallClock });
  const origin = new URL(url);
  const headers = ['host', origin.host];
  const signal = AbortSignal.timeout(patienceMs);
  const asked = { origin, method: 'GET', target: '/', headers, body: undefined, signal };
  const delivery = await sender.send({ ...asked, connectMs: patienceMs, headMs: patienceMs });
  sender.close();
  if (delivery.is === 'answered') throw new Error('an answer was not expected');
  return delivery;
}

test('what the system and the TLS library call it is told in words, with what helps', () => {
  for (const [code, expected] of [
    ['ENOTFOUND', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-name'],
    ['CERT_HAS_EXPIRED', 'tls-expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls-untrusted'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls-untrusted'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ETIMEDOUT', 'timeout'],
    ['ESOMETHING', 'unreachable'],
  ] as const) {
    expect(codeOf(unreachable(code))).toBe(expected);
    expect(explainFailure(unreachable(code), undefined).fix).not.toBe('');
  }
  expect(codeOf(unreachable('', 'no connection within 120000 ms'))).toBe('timeout');
  expect(codeOf({ is: 'late' })).toBe('timeout');
});

test('real failures of the wire are known', async () => {
  expect(codeOf(await sent('http://127.0.0.1:1'))).toBe('refused');
  expect(codeOf(await sent('http://nobody.invalid'))).toBe('dns');
});

test('a failure on the way through a proxy names the proxy, and never what it wants to know', () => {
  const via = { proxy: new URL('http://ann:pl%40nted@10.0.0.1:3128') };
  const said = explainFailure(
    unreachable('', 'tunnel to http://ann:pl%40nted@10.0.0.1 failed: pl@nted'),
    via,
  );
  expect(said.says).toContain('through the proxy 10.0.0.1:3128');
  expect(said.says).not.toMatch(/pl@nted|pl%40nted/);
  expect(explainFailure(unreachable('', 'the proxy answered 407'), via).code).toBe('proxy-login-refused');
});
