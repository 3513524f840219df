import { describe, expect, it } from 'bun:test';
import { cookieEnd, cookieLine, readCookie } from '../../../src/admin/doors/cookies.ts';
import { Secret } from '../../../src/base/secret.ts';

const [plain, safe] = ['http://localhost:8000', 'https://proxy.example.com'];

const sent = (cookie: string): Request => new Request('http://localhost/', { headers: { cookie } });

describe('a cookie', () => {
  it('is of this host over TLS alone where there is TLS; never for scripts, never for other sites', () => {
    const value = new Secret('abc');
    expect(cookieLine('session', value, safe, 60)).toBe(
      '__Host-ccproxy_session=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure',
    );
    expect(cookieLine('sign_in', value, plain, 60.9)).toBe(
      'ccproxy_sign_in=abc; Max-Age=60; Path=/; HttpOnly; SameSite=Strict',
    );
    expect(cookieEnd('session', safe)).toBe(
      '__Host-ccproxy_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure',
    );
  });

  it('is read under its whole name, among others', () => {
    expect(readCookie(sent('a=b; ccproxy_session=abc; c=d'), 'session', plain)?.reveal()).toBe('abc');
    expect(readCookie(sent('__Host-ccproxy_session=abc'), 'session', safe)?.reveal()).toBe('abc');
    for (const cookie of [
      '',
      'ccproxy_session=',
      'xccproxy_session=abc',
      'ccproxy_session',
      '__Host-ccproxy_session=abc',
    ])
      expect([cookie, readCookie(sent(cookie), 'session', plain)]).toEqual([cookie, undefined]);
    expect(readCookie(sent('ccproxy_session=abc'), 'session', safe)).toBeUndefined();
  });

  it('is not believed where there are two of it', () => {
    expect(readCookie(sent('ccproxy_session=one; ccproxy_session=two'), 'session', plain)).toBeUndefined();
  });
});
