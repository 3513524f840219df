// The attack: somebody who is signed in, or sits at the machine, opens a page of an attacker, who then lets its name
// lead to this proxy (DNS rebinding). For the browser that page now has our origin: it could read our pages and their
// token, press every button, or show our sign-in under a name of its own. Only the Host tells.
import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { rawSend } from '../help/raw.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const paths = [
  '/',
  '/accounts',
  '/changes',
  '/sign-in',
  '/sign-in/callback?code=x&state=y',
  '/api/events',
  '/assets/x.js',
];

it('no page answers to a name that is not ours, whoever is signed in', async () => {
  const accounts = [{ name: 'work', kind: 'api-key' as const, secret: 'sk-ant-api03-work' }];
  const proxy = await rooms.add(aProxy({ accounts }));
  await aPerson(proxy, 'ann');
  const ann = new Visitor(proxy.url);
  await ann.signIn('ann', password);
  const evil = `evil.example:${proxy.port}`;
  for (const path of paths) {
    for (const method of ['GET', 'POST']) {
      const lines = [
        `${method} ${path} HTTP/1.1`,
        `Host: ${evil}`,
        `Origin: http://${evil}`,
        'Sec-Fetch-Site: same-origin',
        `Cookie: ${ann.cookie}`,
        'Content-Length: 0',
        'Connection: close',
      ];
      const { text } = await rawSend(proxy.port, `${lines.join('\r\n')}\r\n\r\n`);
      expect([path, text.split('\r\n', 1)[0]]).toEqual([path, expect.stringContaining(' 403 ')]);
      expect(text).not.toMatch(/work|data-change|set-cookie/i);
    }
  }
});
