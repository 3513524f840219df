import { afterEach, describe, expect, it } from 'bun:test';
import { findRunning } from '../../src/admin/remote.ts';
import { wallClock } from '../../src/base/clock.ts';
import { openSender } from '../../src/wire/send.ts';
import { HandClock } from '../help/a-clock.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { codings, flushed } from '../help/a-coding.ts';
import { rawSend, rawServer } from '../help/raw.ts';
import { sourceOf } from '../help/a-source.ts';
import { anUpstream, apiError, json, message, sse, type Reply, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function behind(reply: Reply, names = ['ann', 'bob', 'cid']): Promise<{ proxy: Proxy; up: Upstream }> {
  const up = await rooms.add(anUpstream(reply));
  const accounts = names.map((name) => ({
    name,
    kind: 'api-key' as const,
    baseUrl: up.url,
    secret: `sk-ant-api03-${name}`,
  }));
  return { proxy: await rooms.add(aProxy({ accounts })), up };
}

let made = 0;
const making: Reply = ({ method, target }) => {
  made += 1;
  return method === 'POST'
    ? json(200, { id: `${target.split('/').at(-1)}_${made}`, type: 'object' })
    : json(200, { ok: true });
};

async function make(proxy: Proxy, path: string): Promise<string> {
  const answer = await fetch(`${proxy.url}${path}`, { method: 'POST', body: 'anything' });
  return ((await answer.json()) as { id: string }).id;
}

/** Keeps the other accounts busy or not: calls on messages move the least-busy order along. */
async function shuffle(proxy: Proxy): Promise<void> {
  for (let call = 0; call < 4; call += 1) {
    await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: `{"model":"m","messages":[{"role":"user","content":"${call}"}]}`,
    });
  }
}

describe('an object of the API', () => {
  it.each([
    ['/v1/messages/batches', '/results'],
    ['/v1/files', '/content'],
    ['/v1/sessions', '/events'],
    ['/v1/skills', ''],
  ])('made under %s is served by the account that made it', async (path, below) => {
    const { proxy, up } = await behind((call) =>
      call.target.startsWith('/v1/messages') && !call.target.includes('batches') ? message() : making(call),
    );
    const id = await make(proxy, path);
    await shuffle(proxy);
    await fetch(`${proxy.url}${path}/${id}${below}`);
    await fetch(`${proxy.url}${path}/${id}`, { method: 'DELETE' });
    const served = up.calls
      .filter(({ target }) => target.startsWith(path))
      .map(({ credential }) => credential);
    expect(served).toHaveLength(3);
    expect(new Set(served).size).toBe(1);
  });

  it('is still served by its account after a restart', async () => {
    const { proxy, up } = await behind(making);
    const id = await make(proxy, '/v1/messages/batches');
    await shuffle(proxy);
    await proxy.stop();
    const again = await rooms.add(aProxy({ home: proxy.places.home }));
    for (let call = 0; call < 3; call += 1) await fetch(`${again.url}/v1/messages/batches/${id}`);
    const served = up.calls
      .filter(({ target }) => target.includes('batches'))
      .map(({ credential }) => credential);
    expect(served).toHaveLength(4);
    expect(new Set(served).size).toBe(1);
  });

  it('pins a message that names it', async () => {
    const { proxy, up } = await behind((call) => (call.target === '/v1/files' ? making(call) : message()));
    const id = await make(proxy, '/v1/files');
    const owner = up.served()[0]!;
    for (const session of ['s1', 's2', 's3', 's4']) {
      await fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-claude-code-session-id': session },
        body: JSON.stringify({
          model: 'm',
          messages: [
            { role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: id } }] },
          ],
        }),
      });
    }
    expect(up.served().slice(1)).toEqual([owner, owner, owner, owner]);
  });

  it('streams through without being held: a large upload arrives whole', async () => {
    const { proxy, up } = await behind((call) => json(200, { id: 'file_1', size: call.body.length }));
    const big = new Uint8Array(40 * 1024 * 1024).fill(7);
    const answer = await fetch(`${proxy.url}/v1/files`, { method: 'POST', body: big });
    expect(((await answer.json()) as { size: number }).size).toBe(big.length);
    expect(up.calls[0]!.body.equals(Buffer.from(big))).toBe(true);
  });

  it('is not asked of another account when its own cannot serve', async () => {
    let isDown = false;
    const { proxy, up } = await behind((call) => (isDown ? json(500, { type: 'error' }) : making(call)));
    const id = await make(proxy, '/v1/files');
    isDown = true;
    const answer = await fetch(`${proxy.url}/v1/files/${id}`);
    expect(answer.status).toBe(500);
    expect(up.calls).toHaveLength(2);
  });
});

describe('a message thread', () => {
  it('continues on the account that began it', async () => {
    const { proxy, up } = await behind(() => message('hi', 'msg_thread_1'));
    const send = (thread: object, session: string): Promise<Response> =>
      fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-claude-code-session-id': session },
        body: JSON.stringify({ model: 'm', thread, messages: [] }),
      });
    await (await send({ type: 'create' }, 's1')).text();
    await shuffle(proxy);
    await (await send({ type: 'continue', previous_message_id: 'msg_thread_1' }, 's2')).text();
    expect(up.served().at(-1)).toBe(up.served()[0]);
  });

  it.each(
    [...codings, 'none' as const].flatMap((coding) => [[coding, true] as const, [coding, false] as const]),
  )('continues where it began when the answer came in %s, streamed: %p', async (coding, streamed) => {
    const id = 'msg_thread_2';
    const events = [
      sse({ type: 'message_start', message: { id, usage: { input_tokens: 1 } } }),
      sse({ type: 'message_stop' }),
    ];
    const pieces = streamed ? events : [JSON.stringify({ id, type: 'message' })];
    const coded =
      coding === 'none' ? pieces.map((piece) => Buffer.from(piece)) : await flushed(coding, ...pieces);
    const headers = [
      'content-type',
      streamed ? 'text/event-stream' : 'application/json',
      ...(coding === 'none' ? [] : ['content-encoding', coding]),
    ];
    const { proxy, up } = await behind(() => ({ status: 200, headers, body: sourceOf(...coded) }));
    const send = async (thread: object, session: string): Promise<string> => {
      const answer = await fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        headers: { 'x-claude-code-session-id': session },
        body: JSON.stringify({ model: 'm', stream: streamed, thread, messages: [] }),
      });
      return answer.text();
    };
    expect(await send({ type: 'create' }, 's1')).toBe(pieces.join(''));
    await shuffle(proxy);
    expect(await send({ type: 'continue', previous_message_id: id }, 's2')).toBe(pieces.join(''));
    expect(up.served().at(-1)).toBe(up.served()[0]);
  });

  it.each([
    ['signed out', 401, 'authentication_error'],
    ['at its limit', 429, 'rate_limit_error'],
  ])(
    'of an account that is %s is answered thread_not_found, so that the client goes on elsewhere',
    async (_, status, type) => {
      const limit = apiError(status, type, ['retry-after', '3600']);
      let isOut = false;
      const { proxy, up } = await behind(
        () => (isOut ? limit : message('hi', 'msg_thread_4')),
        ['ann', 'bob'],
      );
      const send = async (thread: object): Promise<number> => {
        const body = JSON.stringify({ model: 'm', thread, messages: [] });
        const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', body });
        await answer.text();
        return answer.status;
      };
      expect(await send({ type: 'create' })).toBe(200);
      isOut = true;
      // A limit is told as it came: it may be over soon. A refused credential is not.
      expect(await send({ type: 'continue', previous_message_id: 'msg_thread_4' })).toBe(
        status === 401 ? 404 : 429,
      );
      expect(await send({ type: 'continue', previous_message_id: 'msg_thread_4' })).toBe(404);
      expect(up.calls).toHaveLength(2);
      isOut = false;
      expect(await send({ type: 'create' })).toBe(200);
      expect(up.served()[2]).not.toBe(up.served()[0]);
    },
  );

  it('of an account that is gone is answered thread_not_found as well, though only one is left', async () => {
    const { proxy, up } = await behind(() => message('hi', 'msg_thread_3'), ['ann', 'bob']);
    const sender = openSender({ clock: wallClock });
    await rooms.add(Promise.resolve({ close: async () => sender.close() }));
    const remote = await findRunning(proxy.places.run, sender);
    const send = (thread: object): Promise<Response> =>
      fetch(`${proxy.url}/v1/messages`, {
        method: 'POST',
        body: JSON.stringify({ model: 'm', thread, messages: [] }),
      });
    const begun = await send({ type: 'create' });
    await begun.text();
    await remote?.removeAccount(begun.headers.get('x-ccproxy-account') ?? '');
    const answer = await send({ type: 'continue', previous_message_id: 'msg_thread_3' });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { details: { error_code: 'thread_not_found' } } });
    expect(up.calls).toHaveLength(1);
  });

  it('that nobody here knows is answered thread_not_found, so that the client sends it again', async () => {
    const { proxy, up } = await behind(() => message());
    const answer = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'm',
        thread: { type: 'continue', previous_message_id: 'msg_x' },
        messages: [],
      }),
    });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      error: { type: 'not_found_error', details: { error_code: 'thread_not_found' } },
    });
    expect(up.calls).toEqual([]);
  });
});

describe('the list of models', () => {
  const models: Reply = ({ credential }) => {
    const own = credential!.endsWith('ann')
      ? ['claude-opus-5-5', 'claude-a']
      : ['claude-opus-5-5', 'claude-b'];
    return json(200, { data: own.map((id) => ({ id, display_name: id.toUpperCase() })), has_more: false });
  };

  it('is the union over the accounts, each model once', async () => {
    const { proxy } = await behind(models, ['ann', 'bob']);
    const list = (await (await fetch(`${proxy.url}/v1/models?limit=1000`)).json()) as {
      data: { id: string }[];
      has_more: boolean;
    };
    expect(list.data.map(({ id }) => id)).toEqual(['claude-opus-5-5', 'claude-a', 'claude-b']);
    expect(list.has_more).toBe(false);
  });

  it('is answered from memory the second time', async () => {
    const { proxy, up } = await behind(models, ['ann', 'bob']);
    await fetch(`${proxy.url}/v1/models`);
    await fetch(`${proxy.url}/v1/models`);
    expect(up.calls).toHaveLength(2);
  });

  it("of an only account is the upstream's own answer", async () => {
    const { proxy } = await behind(() => json(200, { data: [], anything: 'else' }), ['ann']);
    expect(await (await fetch(`${proxy.url}/v1/models`)).json()).toEqual({ data: [], anything: 'else' });
  });
});

describe('an upload', () => {
  it('arrives although the upstream has just closed every connection that was idle', async () => {
    const up = await rooms.add(
      rawServer((socket, seen) => {
        if (seen.split('HTTP/1.1').length > 2) socket.destroy();
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      }),
    );
    const account = { name: 'ann', kind: 'api-key' as const, secret: 'sk-ant-api03-ann' };
    const accounts = [{ ...account, baseUrl: `http://127.0.0.1:${up.port}` }];
    const proxy = await rooms.add(aProxy({ accounts }));
    expect((await fetch(`${proxy.url}/v1/files`)).status).toBe(200);
    const uploaded = await fetch(`${proxy.url}/v1/files`, { method: 'POST', body: 'abc' });
    expect(uploaded.status).toBe(200);
    await uploaded.text();
    expect(up.total).toBe(2);
  });

  it('whose client sends no more is given up, and its account is free again', async () => {
    const clock = new HandClock();
    const arrived = Promise.withResolvers<void>();
    const up = await rooms.add(
      rawServer((_, text) => {
        if (text.endsWith('abc')) arrived.resolve();
      }),
    );
    const account = { name: 'ann', kind: 'api-key' as const, secret: 'sk-ant-api03-ann' };
    const accounts = [{ ...account, baseUrl: `http://127.0.0.1:${up.port}` }];
    const proxy = await rooms.add(aProxy({ accounts, clock }));
    const head = 'POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc';
    const answer = rawSend(proxy.port, head, (text) => text.includes('\r\n\r\n'));
    await arrived.promise;
    expect(proxy.lines.filter(({ event }) => event === 'call')).toEqual([]);
    await clock.turn(120_000);
    await answer;
    expect(proxy.lines.find(({ event }) => event === 'call')).toMatchObject({ status: 499 });
    expect(await (await fetch(`${proxy.url}/status/accounts`)).json()).toMatchObject([
      { callsInFlight: 0, isAvoided: false },
    ]);
  });
});
