import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';

// The attacks: bodies in OpenAI's formats are built and walked through, which bodies of messages never are. A few
// megabytes of brackets would be a gigabyte of objects, or overflow the stack; a key named after a prototype would reach
// every object of the process; the address of a picture would make the proxy ask inside its own network.

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  return { proxy: await rooms.add(aProxy({ accounts })), up };
}

const paths = ['/v1/chat/completions', '/v1/responses'];
const post = (proxy: Proxy, path: string, body: string): Promise<Response> =>
  fetch(proxy.url + path, { method: 'POST', body });

it.each(paths)('brackets without end are refused at %s before anything is made of them', async (path) => {
  const { proxy, up } = await behind();
  const [open, close] = ['['.repeat(1_000_000), ']'.repeat(1_000_000)];
  for (const value of [
    `${open}${close}`,
    open,
    '{"a":'.repeat(1_000_000),
    `[${'[],'.repeat(1_000_000)}[]]`,
  ]) {
    const before = process.memoryUsage().heapUsed;
    const answer = await post(
      proxy,
      path,
      `{"model":"claude-opus-5-5","messages":${value},"input":${value}}`,
    );
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  }
  expect(up.calls).toEqual([]);
});

it.each(paths)('keys named after prototypes reach nothing at %s', async (path) => {
  const { proxy, up } = await behind();
  const evil = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"type":"object"}';
  const user = `[{"role":"user","content":"hi","__proto__":{"content":"x"}}]`;
  const body = `{"model":"claude-opus-5-5","__proto__":{"n":2},"messages":${user},"input":${user},"metadata":${evil}}`;
  expect((await post(proxy, path, body)).status).toBe(200);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(JSON.parse(up.calls[0]!.body.toString())).toMatchObject({
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
  });
});

it('the address of a picture or a file is never asked for by the proxy', async () => {
  const { proxy, up } = await behind();
  const secret = await rooms.add(anUpstream(() => message()));
  const url = `${secret.url}/latest/meta-data`;
  const chat = [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }];
  const items = [
    {
      role: 'user',
      content: [
        { type: 'input_image', image_url: url },
        { type: 'input_file', file_url: url },
      ],
    },
  ];
  const model = 'claude-opus-5-5';
  expect((await post(proxy, paths[0]!, JSON.stringify({ model, messages: chat }))).status).toBe(200);
  expect((await post(proxy, paths[1]!, JSON.stringify({ model, input: items }))).status).toBe(200);
  expect(up.calls).toHaveLength(2);
  expect(secret.calls).toEqual([]);
});

it('a body may be as large as one of messages, and no larger', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  const proxy = await rooms.add(aProxy({ accounts, config: '[server]\nmax_body_bytes = "64 KiB"\n' }));
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x'.repeat(70_000) }] });
  const answer = await post(proxy, paths[0]!, body);
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: { code: 'request_too_large' } });
});
