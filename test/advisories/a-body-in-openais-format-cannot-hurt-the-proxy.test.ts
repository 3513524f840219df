import { afterEach, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, message, type Upstream } from '../help/an-upstream.ts';
import { anEffort } from '../help/an-effort.ts';

// The attacks: bodies in OpenAI's formats are built and walked through, which bodies of messages never are. A few
// megabytes of brackets would be a gigabyte of objects, or overflow the stack; a key named after a prototype would reach
// every object of the process; the address of a picture would make the proxy ask inside its own network; a name of
// megabytes that an alias fits would be repeated in every chunk of a stream; what is looked for one by one
// among as many others (results among calls, parameters nobody knows, tools by their names) would stop the proxy for minutes.

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

it.each(paths)('a name without end is no name of a model at %s, whatever alias fits it', async (path) => {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  const config = '[openai.models]\n"gpt-*" = "claude-opus-5-5"\n';
  const proxy = await rooms.add(aProxy({ accounts, config }));
  const said = [{ role: 'user', content: 'hi' }];
  const asked = (length: number): Promise<Response> =>
    post(proxy, path, JSON.stringify({ model: `gpt-${'5'.repeat(length)}`, messages: said, input: said }));
  const answer = await asked(1_000_000);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { param: 'model' } });
  expect(up.calls).toEqual([]);
  expect((await asked(500)).status).toBe(200);
});

it('any number of calls and results is put in order at once', async () => {
  const { proxy, up } = await behind();
  const ids = Array.from({ length: 60_000 }, (_, at) => `c${at}`);
  const calls = ids.map((id) => ({ id, function: { name: 'f' } }));
  const results = ids.toReversed().map((id) => ({ role: 'tool', tool_call_id: id, content: 'x' }));
  const messages = [
    { role: 'assistant', content: 'first' },
    { role: 'assistant', tool_calls: calls },
    { role: 'system', content: 'between' },
    ...results,
  ];
  const effort = anEffort();
  const answer = await post(proxy, paths[0]!, JSON.stringify({ model: 'claude-opus-5-5', messages }));
  expect(answer.status).toBe(200);
  expect(effort()).toBeLessThan(5_000);
  const sent = JSON.parse(up.calls[0]!.body.toString()) as {
    messages: { role: string; content: unknown[] }[];
  };
  expect(sent.messages.map(({ role, content }) => [role, content.length])).toEqual([
    ['user', 1],
    ['assistant', 60_001],
    ['user', 60_000],
    ['system', 1],
  ]);
});

const many = Array.from({ length: 60_000 }, (_, at) => `f${at}`);
const reversed = many.toReversed();
const crowds: readonly [what: string, more: () => object][] = [
  ['parameters that nobody knows', () => Object.fromEntries(many.map((name) => [name, 1]))],
  [
    'tools that are allowed by name',
    () => ({
      tools: many.map((name) => ({ type: 'function', function: { name } })),
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: reversed.map((name) => ({ name })) },
    }),
  ],
  [
    'functions that were called, and their results',
    () => ({
      messages: [
        ...many.map((name) => ({ role: 'assistant', function_call: { name } })),
        ...reversed.map((name) => ({ role: 'function', name, content: '' })),
      ],
    }),
  ],
];

it.each(crowds)('no number of %s holds the others up', async (_, more) => {
  const { proxy } = await behind();
  const said = { model: 'claude-opus-5-5', messages: [{ role: 'user', content: 'hi' }], ...more() };
  const effort = anEffort();
  expect((await post(proxy, paths[0]!, JSON.stringify(said))).status).toBe(200);
  expect(effort()).toBeLessThan(4_000);
});

it('a warning names what it has room for', async () => {
  const { proxy } = await behind();
  const unknown = Object.fromEntries(many.map((name) => [name, 1]));
  const said = { model: 'claude-opus-5-5', messages: [{ role: 'user', content: 'hi' }], ...unknown };
  const { headers } = await post(proxy, paths[0]!, JSON.stringify(said));
  expect(headers.get('x-ccproxy-warning')).toStartWith('f0: not known here, ignored; f1: ');
  expect(headers.get('x-ccproxy-warning')).toHaveLength(1000);
});

it('what a body becomes counts among the bytes that are held, until the call is over', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  const config = '[server]\nmax_body_bytes = "1 MiB"\nmax_held_bytes = "1 MiB"\n';
  const proxy = await rooms.add(aProxy({ accounts, config }));
  const asked = (messages: number): Promise<Response> => {
    const said = Array.from({ length: messages }, (_, at) => ({
      role: at % 2 ? 'user' : 'assistant',
      content: 'x',
    }));
    return post(proxy, paths[0]!, JSON.stringify({ model: 'claude-opus-5-5', messages: said }));
  };
  const answer = await asked(15_000);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: { type: 'server_error' } });
  expect(up.calls).toEqual([]);
  for (let call = 0; call < 5; call += 1) expect((await asked(6_000)).status).toBe(200);
});
