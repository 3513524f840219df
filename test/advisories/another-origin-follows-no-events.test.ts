// The attack: a page of another origin opens our stream of events (EventSource sends cookies along, and asks nobody
// first), or a WebSocket, which no rule of the browser holds back: it would see what changes here and get the token
// for changes.
import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { rawSend } from '../help/raw.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function signedIn(config = ''): Promise<{ proxy: Proxy; ann: Visitor }> {
  const proxy = await rooms.add(aProxy({ config }));
  await aPerson(proxy, 'ann');
  const ann = new Visitor(proxy.url);
  await ann.signIn('ann', password);
  return { proxy, ann };
}

const foreign: Record<string, string>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
  { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  { origin: 'null' },
];

describe('the stream of events', () => {
  it('is refused to every other origin, with the cookie of somebody who is signed in', async () => {
    const { proxy, ann } = await signedIn();
    for (const headers of foreign) {
      const answer = await fetch(`${proxy.url}/api/events`, { headers: { ...headers, cookie: ann.cookie } });
      expect([headers, answer.status]).toEqual([headers, 403]);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      expect(await answer.text()).not.toContain('change');
    }
  });

  it('is not part of what an allowed origin may call', async () => {
    const { proxy, ann } = await signedIn('[server]\nallowed_origins = ["https://tools.example.com"]\n');
    const headers = {
      origin: 'https://tools.example.com',
      'sec-fetch-site': 'cross-site',
      cookie: ann.cookie,
    };
    for (const path of ['/api/events', '/accounts', '/sign-in', '/changes']) {
      const answer = await fetch(proxy.url + path, { headers });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('can be held open by nobody as a WebSocket', async () => {
    const { proxy, ann } = await signedIn();
    for (const origin of ['https://evil.example', `http://localhost:${proxy.port}`]) {
      const lines = [
        'GET /api/events HTTP/1.1',
        `Host: localhost:${proxy.port}`,
        `Origin: ${origin}`,
        `Cookie: ${ann.cookie}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ];
      const { text } = await rawSend(proxy.port, `${lines.join('\r\n')}\r\n\r\n`, (seen) =>
        seen.includes('\r\n\r\n'),
      );
      expect(text).not.toStartWith('HTTP/1.1 101');
    }
  });
});
