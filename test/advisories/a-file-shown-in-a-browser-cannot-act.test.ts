// The attack: a model that was talked into it writes a file, the file is a web page. Its address under this
// proxy is a link like any other; opened in the browser of the person who runs the proxy, its scripts would
// run under the proxy's own origin, and calls of that origin are let in: it could spend on every account and
// read the status. A page of another site could also put API addresses into frames, in any number, and use up
// the limits of the accounts without ever seeing an answer.
import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream } from '../help/an-upstream.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const page = '<script>fetch("/v1/messages", { method: "POST", body: "x" })</script>';

async function withFile() {
  const up = await rooms.add(
    anUpstream(() => ({ status: 200, headers: ['Content-Type', 'text/html'], body: Buffer.from(page) })),
  );
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-ann' }];
  const proxy = await rooms.add(aProxy({ accounts }));
  const get = async (target: string, ...headers: string[]): Promise<string> => {
    const lines = [
      `GET ${target} HTTP/1.1`,
      `Host: localhost:${proxy.port}`,
      ...headers,
      'Connection: close',
    ];
    return (await rawSend(proxy.port, `${lines.join('\r\n')}\r\n\r\n`)).text;
  };
  return { up, get };
}

const targets = ['/v1/files/file_1/content', '/api/v1/files/file_1/content', '/v1/models'];

describe('an address of the API in a browser', () => {
  it('is shown without scripts and without our origin', async () => {
    const { get } = await withFile();
    for (const target of targets) {
      const text = await get(
        target,
        'Sec-Fetch-Site: none',
        'Sec-Fetch-Mode: navigate',
        'Sec-Fetch-Dest: document',
      );
      expect(text).toStartWith('HTTP/1.1 200 ');
      expect(text.toLowerCase()).toContain('content-security-policy: sandbox\r\n');
      expect(text.toLowerCase()).toContain('x-content-type-options: nosniff\r\n');
    }
  });

  it('is not opened from another site, neither by a link nor in a frame', async () => {
    const { get, up } = await withFile();
    for (const target of targets) {
      for (const site of ['cross-site', 'same-site']) {
        for (const dest of ['document', 'iframe', 'embed', 'object']) {
          const text = await get(
            target,
            `Sec-Fetch-Site: ${site}`,
            'Sec-Fetch-Mode: navigate',
            `Sec-Fetch-Dest: ${dest}`,
          );
          expect(text).toStartWith('HTTP/1.1 403 ');
        }
      }
    }
    expect(up.calls).toEqual([]);
  });
});

it('a program gets the file as the upstream gave it', async () => {
  const { get } = await withFile();
  const text = await get('/v1/files/file_1/content');
  expect(text).toContain(page);
  expect(text.toLowerCase()).not.toContain('content-security-policy');
  expect(text.toLowerCase()).not.toContain('x-content-type-options');
});
