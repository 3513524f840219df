import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { rawServer } from '../help/raw.ts';
import { anUpstream, type Upstream } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const head = '{ "id":"msgbatch_1", "note":"ü \\u00fc", ';

async function behind(kind: 'api-key' | 'passthrough', config = ''): Promise<{ proxy: Proxy; url: string }> {
  const up: Upstream = await rooms.add(
    anUpstream(() => ({
      status: 200,
      headers: ['content-type', 'application/json'],
      body: Buffer.from(
        `${head}"results_url":"${up.url}/v1/messages/batches/msgbatch_1/results","text":"${up.url}/v1/x"}`,
      ),
    })),
  );
  const account = { name: 'ann', kind, baseUrl: up.url };
  const accounts = [kind === 'api-key' ? { ...account, secret: 'sk-ant-api03-a' } : account];
  return { proxy: await rooms.add(aProxy({ accounts, config })), url: up.url };
}

const get = (proxy: Proxy, headers = {}): Promise<string> =>
  fetch(`${proxy.url}/v1/messages/batches/msgbatch_1`, { headers }).then((answer) => answer.text());

describe('the results_url of a batch', () => {
  it('points at the proxy, and no other byte changes', async () => {
    const { proxy, url } = await behind('api-key');
    expect(await get(proxy)).toBe(
      `${head}"results_url":"${proxy.url}/v1/messages/batches/msgbatch_1/results","text":"${url}/v1/x"}`,
    );
  });

  it("stays as it is for the client's own login", async () => {
    const { proxy, url } = await behind('passthrough');
    expect(await get(proxy, { authorization: 'Bearer sk-ant-oat01-x' })).toContain(
      `"results_url":"${url}/v1/`,
    );
  });

  it('stays as it is where the settings say so', async () => {
    const { proxy, url } = await behind('api-key', '[routing]\nbatch_results_url = "upstream"\n');
    expect(await get(proxy)).toContain(`"results_url":"${url}/v1/`);
  });

  it('is asked for again when the answer breaks off: the account is free for it', async () => {
    const up = await rooms.add(
      rawServer((socket) => {
        socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"id"');
      }),
    );
    const baseUrl = `http://127.0.0.1:${up.port}`;
    const account = { name: 'ann', kind: 'api-key' as const, secret: 'sk-ant-api03-a', baseUrl };
    const proxy = await rooms.add(aProxy({ accounts: [{ ...account, maxConcurrent: 1 }] }));
    for (let times = 0; times < 2; times += 1) {
      const answer = await fetch(`${proxy.url}/v1/messages/batches/msgbatch_1`);
      expect(answer.status).toBe(502);
    }
    expect(await (await fetch(`${proxy.url}/status/accounts`)).json()).toMatchObject([{ callsInFlight: 0 }]);
  });
});
