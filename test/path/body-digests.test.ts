import { afterEach, describe, expect, it } from 'bun:test';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy, type ProxyOptions } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aWatcher, writtenCall } from '../help/a-watcher.ts';
import { anUpstream, apiError, json, message, type Reply, type Upstream } from '../help/an-upstream.ts';
import { rawSend } from '../help/raw.ts';
import { aPerson, password } from '../help/some-people.ts';
import { hello, keyed, severalProcesses } from '../help/some-workers.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const text = '{"model": "claude-opus-5-5",\n "max_tokens":1,"messages":[{"role":"user","content":"hi ü"}] }';

async function behind(
  reply: Reply,
  names = ['ann'],
  more: ProxyOptions = {},
): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  return { up, proxy: await rooms.add(aProxy({ accounts: keyed(up.url, ...names), ...more })) };
}

function post(
  proxy: Proxy,
  body: string | Uint8Array<ArrayBuffer>,
  { id = 'req_1', path = '/v1/messages', ...headers }: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${proxy.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': id, ...headers },
    body,
  });
}

const digest = (bytes: string | Uint8Array): { bytes: number; sha256: string } => ({
  bytes: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

const sameFor = (bytes: string | Uint8Array, account = 'ann') => ({
  came: { ...digest(bytes), isWhole: true },
  went: [{ attempt: 1, account, ...digest(bytes), isSame: true }],
  isTranslated: false,
});

const part = 'a'.repeat(100);

/** An upstream that says `answer` as soon as it has the first part of a body. */
async function aHastyUpstream(
  answer: string,
): Promise<{ url: string; begun: Promise<void>; close(): Promise<void> }> {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    let got = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      got += bytes.toString('latin1');
      if (!got.includes(part)) return;
      if (answer !== '') socket.write(answer);
      resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    begun,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}

describe.each(['own', 'node'] as const)('while somebody watches, on the wire "%s"', (wire) => {
  const config = `[server]\nwire = "${wire}"\n`;

  it('the body of a call is compared as it came and as it went on', async () => {
    const { proxy, up } = await behind(() => message(), ['ann'], { config });
    await rooms.add(aWatcher(proxy));
    await post(proxy, text);
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toEqual(sameFor(text));
    expect(digest(up.calls[0]?.body ?? '')).toEqual(digest(text));
  });

  it('a compressed body is compared as it travels', async () => {
    const { proxy, up } = await behind(() => message(), ['ann'], { config });
    await rooms.add(aWatcher(proxy));
    const packed = gzipSync(text);
    await post(proxy, packed, { 'content-encoding': 'gzip', path: '/v1/messages/batches' });
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toEqual(sameFor(packed));
    expect(digest(up.calls[0]?.body ?? '')).toEqual(digest(packed));
  });

  it('a body in chunks is compared without what holds them together', async () => {
    const { proxy } = await behind(() => message(), ['ann'], { config });
    await rooms.add(aWatcher(proxy));
    const chunks = [text.slice(0, 10), text.slice(10, 11), text.slice(11)].map(
      (chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${Buffer.from(chunk).toString('latin1')}\r\n`,
    );
    const head =
      'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nx-request-id: req_1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    await rawSend(proxy.port, Buffer.from(`${head}${chunks.join('')}0\r\n\r\n`, 'latin1'));
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toEqual(sameFor(text));
  });

  it('each attempt tells what it sent', async () => {
    const { proxy } = await behind(
      ({ credential = '' }) => (credential.endsWith('ann') ? apiError(429, 'rate_limit_error') : message()),
      ['ann', 'bob'],
      { config },
    );
    await rooms.add(aWatcher(proxy));
    await post(proxy, text);
    const { bodyDigests, attempts } = await writtenCall(proxy, 'req_1');
    expect(bodyDigests?.went).toEqual([
      { attempt: 1, account: 'ann', ...digest(text), isSame: true },
      { attempt: 2, account: 'bob', ...digest(text), isSame: true },
    ]);
    expect(attempts.map(({ account }) => account)).toEqual(['ann', 'bob']);
  });

  it('an upload that streams through is compared as it streams', async () => {
    const { proxy } = await behind(() => json(200, { id: 'file_1', type: 'file' }), ['ann'], { config });
    await rooms.add(aWatcher(proxy));
    const large = new Uint8Array(700_000).map((_, at) => at % 251);
    await post(proxy, large, { path: '/v1/files' });
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toEqual(sameFor(large));
  });

  it('an upload that is left, or answered before its end, is not said to be the same', async () => {
    for (const answer of ['', 'HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n']) {
      const up = await rooms.add(aHastyUpstream(answer));
      const proxy = await rooms.add(aProxy({ accounts: keyed(up.url, 'ann'), config }));
      await rooms.add(aWatcher(proxy));
      const socket = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => {});
      const head =
        'POST /v1/files HTTP/1.1\r\nHost: localhost\r\nx-request-id: req_1\r\nContent-Length: 1000\r\n\r\n';
      socket.write(head + part);
      await up.begun;
      if (answer !== '') await once(socket, 'data');
      socket.destroy();
      const { bodyDigests } = await writtenCall(proxy, 'req_1');
      expect(bodyDigests).toEqual({
        came: { ...digest(part), isWhole: false },
        went: [{ attempt: 1, account: 'ann', ...digest(part), isSame: false }],
        isTranslated: false,
      });
    }
  });

  it('an upload to an upstream that is not there went to nobody', async () => {
    const { proxy, up } = await behind(() => json(200, {}), ['ann'], { config });
    await rooms.add(aWatcher(proxy));
    await up.close();
    await post(proxy, new Uint8Array(1_000), { path: '/v1/files' });
    // Nothing is read of it before there is a connection, or it is held until there is one.
    expect((await writtenCall(proxy, 'req_1')).bodyDigests?.went ?? []).toEqual([]);
  });
});

describe('the digests of a body', () => {
  it('are made of nothing while nobody watches, and stop when the last one leaves', async () => {
    const { proxy } = await behind(() => message());
    await post(proxy, text, { id: 'before' });
    expect((await writtenCall(proxy, 'before')).bodyDigests).toBeNull();
    const watcher = await aWatcher(proxy);
    await watcher.close();
    await until(async () => {
      const id = `after ${Math.random()}`.replace(' ', '-');
      await post(proxy, text, { id });
      return (await writtenCall(proxy, id)).bodyDigests === null;
    });
  });

  it('are not made for a page that shows something else', async () => {
    const { proxy } = await behind(() => message());
    const { body } = await fetch(`${proxy.url}/api/events`);
    await body?.getReader().read();
    await post(proxy, text);
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toBeNull();
  });

  it('are not made for whoever may only look: the work is for an admin to ask for', async () => {
    const { proxy } = await behind(() => message(), ['ann'], { config: '[admin]\nsign_in = "always"\n' });
    await aPerson(proxy, 'vera', 'viewer');
    const vera = new Visitor(proxy.url);
    await vera.signIn('vera', password);
    const { status, body } = await vera.get('/api/events?watch=requests');
    expect(status).toBe(200);
    await body?.getReader().read();
    await post(proxy, text);
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toBeNull();
  });

  it('are made of what is captured as well', async () => {
    const { proxy } = await behind(() => message(), ['ann'], { config: '[capture]\nenabled = true\n' });
    await post(proxy, text);
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toEqual(sameFor(text));
  });

  it('are none where a call has no body', async () => {
    const { proxy } = await behind(() => json(200, { data: [] }));
    await rooms.add(aWatcher(proxy));
    await fetch(`${proxy.url}/v1/files`, { headers: { 'x-request-id': 'req_1' } });
    expect((await writtenCall(proxy, 'req_1')).bodyDigests).toBeNull();
  });

  it("say where another body went on because the client speaks OpenAI's format", async () => {
    const { proxy, up } = await behind(() => message());
    await rooms.add(aWatcher(proxy));
    const asked = '{"model":"claude-opus-5-5","messages":[{"role":"user","content":"hi"}]}';
    await (await post(proxy, asked, { path: '/v1/chat/completions' })).text();
    const { bodyDigests } = await writtenCall(proxy, 'req_1');
    const sent = digest(up.calls[0]?.body ?? '');
    expect(bodyDigests).toEqual({
      came: { ...digest(asked), isWhole: true },
      went: [{ attempt: 1, account: 'ann', ...sent, isSame: false }],
      isTranslated: true,
    });
  });

  it.if(process.platform === 'linux')('are made by every process of a proxy', async () => {
    const up = await rooms.add(anUpstream(() => message()));
    const { proxy, toEach } = await severalProcesses(rooms, 2, { accounts: keyed(up.url, 'ann') });
    await rooms.add(aWatcher(proxy));
    const [, connection] = await toEach();
    let made: unknown;
    let tries = 0;
    // The others are told a moment later.
    await until(async () => {
      const id = `req_${(tries += 1)}`;
      await connection?.post('/v1/messages', hello, { 'x-request-id': id });
      made = (await writtenCall(proxy, id)).bodyDigests;
      return made !== null;
    });
    expect(made).toEqual(sameFor(JSON.stringify(hello)));
  });
});
