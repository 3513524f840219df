import { describe, expect, it } from 'bun:test';
import type { Asker } from '../../../src/admin/pages/asker.ts';
import { changeHeader, changeToken, checkChange, isChange } from '../../../src/admin/pages/changes.ts';
import { Secret } from '../../../src/base/secret.ts';
import { thrownBy } from '../../help/a-failure.ts';

const secret = new Secret('of this run');
const admin: Asker = { role: 'admin', name: 'ann', via: 'loopback', session: 's1', address: '127.0.0.1' };
const ours = { url: 'http://localhost:8000' };
const token = changeToken(secret, admin);

function asked(headers: Record<string, string>): Request {
  return new Request('http://localhost:8000/accounts/acc_1/remove', {
    method: 'POST',
    headers: { host: 'localhost:8000', ...headers },
  });
}

const good = { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8000', [changeHeader]: token };

describe('a change', () => {
  it('is whatever is no GET and no HEAD', () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      expect(isChange(new Request('http://localhost/', { method }))).toBe(true);
    for (const method of ['GET', 'HEAD'])
      expect(isChange(new Request('http://localhost/', { method }))).toBe(false);
  });

  it('goes through from a page of ours', () => {
    checkChange(asked(good), admin, secret, ours);
    const { 'sec-fetch-site': _site, ...older } = good;
    expect(() => checkChange(asked(older), admin, secret, ours)).not.toThrow();
  });

  it('is refused from anywhere else, whatever it brings along', () => {
    for (const over of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'http://localhost:9000' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
    ])
      expect([
        over,
        thrownBy(() => checkChange(asked({ ...good, ...over }), admin, secret, ours)).code,
      ]).toEqual([over, 'wrong_origin']);
    const { 'sec-fetch-site': _site, origin: _origin, ...silent } = good;
    expect(thrownBy(() => checkChange(asked(silent), admin, secret, ours)).code).toBe('wrong_origin');
  });

  it('is refused without the token of this run and this sign-in', () => {
    const other = changeToken(secret, { ...admin, session: 's2' });
    const earlier = changeToken(new Secret('of another run'), admin);
    for (const given of ['', 'x', other, earlier])
      expect(
        thrownBy(() => checkChange(asked({ ...good, [changeHeader]: given }), admin, secret, ours)).code,
      ).toBe('not_permitted');
    const { [changeHeader]: _token, ...without } = good;
    expect(thrownBy(() => checkChange(asked(without), admin, secret, ours)).code).toBe('not_permitted');
  });

  it('is refused to who may only look', () => {
    const viewer: Asker = { ...admin, role: 'viewer' };
    expect(thrownBy(() => checkChange(asked(good), viewer, secret, ours)).code).toBe('not_permitted');
  });
});
