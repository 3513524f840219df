// The attack: a path below /assets/ that leads out of it, in every spelling that some server once fell for, and reads
// files of the machine, the vault or the settings. Anybody may ask for assets, also without signing in.
import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const ways = [
  '/assets/../config.toml',
  '/assets/../../../../../../etc/passwd',
  '/assets/..%2f..%2f..%2fetc%2fpasswd',
  '/assets/%2e%2e/%2e%2e/etc/passwd',
  '/assets/..%5c..%5cconfig.toml',
  '/assets/..\\..\\config.toml',
  '/assets/....//....//etc/passwd',
  '/assets/..;/config.toml',
  '/assets//etc/passwd',
  '/assets/%00/etc/passwd',
  '/assets/credentials.json',
  '/assets/proxy.db',
  '/assets/run.json',
  '/assets/app.js',
  '/assets/',
  '/assets',
  '/assets/__proto__',
  '/assets/constructor',
];

it('nothing but the files of the page is there, under exactly their names', async () => {
  const config = '# settings of the proxy\n[admin]\nsign_in = "always"\n';
  const proxy = await rooms.add(aProxy({ config }));
  for (const way of ways) {
    const head = `GET ${way} HTTP/1.1\r\nHost: localhost:${proxy.port}\r\nConnection: close\r\n\r\n`;
    const { text } = await rawSend(proxy.port, head);
    expect([way, text.slice(0, 12)]).toEqual([way, expect.stringMatching(/^HTTP\/1\.1 (?:303|400|404)$/)]);
    expect(text).not.toMatch(/root:|settings of the proxy|ciphertext|controlToken|SQLite format/);
  }
  const page = await (await fetch(`${proxy.url}/sign-in`)).text();
  const script = /src="(\/assets\/app-[^"]+)"/.exec(page)?.[1] ?? '';
  expect((await fetch(proxy.url + script)).status).toBe(200);
  expect((await fetch(`${proxy.url + script}.map`)).status).toBe(404);
});
