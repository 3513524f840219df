// The attack: a page of another site puts the stream of events into a frame, which is a navigation and so let through,
// and has the proxy make digests of every body as long as it is open.
import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { writtenCall } from '../help/a-watcher.ts';
import { anUpstream, message } from '../help/an-upstream.ts';
import { keyed } from '../help/some-workers.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const watches = async (site: string, mode: string): Promise<boolean> => {
  const up = await rooms.add(anUpstream(() => message()));
  const proxy = await rooms.add(aProxy({ accounts: keyed(up.url, 'ann') }));
  const { status, body } = await fetch(`${proxy.url}/api/events?watch=requests`, {
    headers: { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': 'iframe' },
  });
  expect(status).toBe(200);
  await body?.getReader().read();
  await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-request-id': 'req_1' },
    body: '{"model":"claude-opus-5-5","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}',
  });
  return (await writtenCall(proxy, 'req_1')).bodyDigests !== null;
};

it('bodies are compared for our own page, and for no page of another site that leads a frame here', async () => {
  for (const site of ['cross-site', 'same-site', 'none']) expect(await watches(site, 'navigate')).toBe(false);
  expect(await watches('same-origin', 'cors')).toBe(true);
});
