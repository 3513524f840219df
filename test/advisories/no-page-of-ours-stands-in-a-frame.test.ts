// The attack: a page puts ours into a frame that cannot be seen, over a button of its own (click-jacking): somebody who
// means to press that one removes an account, or signs in. No answer of ours may be shown in a frame, errors included.
import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

it('every page says so, in both ways that browsers know, signed in or not', async () => {
  const proxy = await rooms.add(aProxy({ config: '[admin]\nsign_in = "always"\n' }));
  await aPerson(proxy, 'ann');
  const ann = new Visitor(proxy.url);
  const strangers = ['/sign-in', '/sign-in?to=/accounts', '/sign-in/callback?code=x&state=y'];
  const pages = [
    ...strangers,
    '/accounts',
    '/accounts/content',
    '/accounts/none/details',
    '/changes',
    '/keys',
    '/settings/none',
  ];
  const check = async (path: string): Promise<void> => {
    const { headers } = await ann.get(path);
    expect([path, headers.get('x-frame-options')]).toEqual([path, 'DENY']);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  };
  for (const path of strangers) await check(path);
  const refused = await ann.signIn('ann', 'wrong');
  expect(refused.headers.get('x-frame-options')).toBe('DENY');
  await ann.signIn('ann', password);
  for (const path of pages) await check(path);
});
