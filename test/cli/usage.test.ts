import { afterEach, describe, expect, test } from 'bun:test';
import type { RequestView, SessionView, UsageView } from '../../src/admin/contract-usage.ts';
import { benches, parsed, until, type Bench, type Running } from '../help/a-command.ts';
import { Rooms } from '../help/a-proxy.ts';
import { AtTerminal } from '../help/a-terminal.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

const open = benches();
const rooms = new Rooms();
afterEach(() => rooms.close());

const session = '0b9c1f6e-5a0c-4bb0-9c55-0a8f4f1a3a11';

interface Scene {
  bench: Bench;
  proxy: Running;
}

/** A proxy before an upstream that refuses the model "bad". */
async function aScene(env: Record<string, string> = {}): Promise<Scene> {
  const bench = open();
  const up = await rooms.add(
    anUpstream(({ body }) => (body.includes('"bad"') ? apiError(400, 'invalid_request_error') : message())),
  );
  const add = ['auth', 'add', 'ann', '--kind', 'api-key', '--base-url', up.url, '--secret-stdin'];
  await bench.run(add, { input: 'sk-ant-api03-planted' });
  return { bench, proxy: await bench.start(['serve', '--port', '0'], { env }) };
}

async function call({ proxy }: Scene, model = 'claude-opus-4-6', agent?: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    'x-claude-code-session-id': session,
    ...(agent !== undefined && { 'x-claude-code-agent-id': agent }),
  };
  const body = JSON.stringify({ model, max_tokens: 10, messages: [] });
  const answer = await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body });
  await answer.arrayBuffer();
}

async function json<T>({ bench }: Scene, ...words: string[]): Promise<T> {
  const { code, out, err } = await bench.run([...words, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return parsed<T>(out);
}

/** Waits until the ledger has so many calls. */
async function written(scene: Scene, count: number): Promise<void> {
  await until(async () => (await json<RequestView[]>(scene, 'requests')).length === count);
}

describe('usage and requests', () => {
  test('tell the same with a proxy running and without', async () => {
    const scene = await aScene();
    await call(scene);
    await call(scene, 'claude-haiku-4-5', 'a1');
    await call(scene, 'bad');
    await written(scene, 3);
    const questions = [
      ['usage'],
      ['usage', '--by', 'model'],
      ['usage', '--by', 'session', '--csv'],
      ['usage', '--session', '0b9c'],
      ['usage', '--session', '0b9c', '--by', 'hour'],
      ['requests'],
      ['requests', '--troubled'],
    ];
    const ask = () => Promise.all(questions.map((words) => scene.bench.run(words)));
    const running = await ask();
    await scene.proxy.stop();
    expect(await ask()).toEqual(running);
    expect(running.map(({ code }) => code)).toEqual(questions.map(() => 0));
    expect(running[3]?.out).toMatch(/main +2 .*\n└─ a1 +1 /);
    expect(running[6]?.out).toContain('400 invalid_req…');
  });

  test('are filtered by what a call is about', async () => {
    const scene = await aScene();
    await call(scene);
    await call(scene, 'claude-haiku-4-5', 'a1');
    await call(scene, 'bad');
    await written(scene, 3);
    const count = async (...words: string[]) =>
      (await json<RequestView[]>(scene, 'requests', ...words)).length;
    expect(await count('--account', 'ann')).toBe(3);
    expect(await count('--account', 'bob')).toBe(0);
    expect(await count('--agent', 'a1')).toBe(1);
    expect(await count('--model', 'bad')).toBe(1);
    expect(await count('--session', session)).toBe(3);
    expect(await count('--client', 'local', '--since', '1h')).toBe(3);
    const [bad] = await json<RequestView[]>(scene, 'requests', '--troubled');
    expect(await json<RequestView[]>(scene, 'requests', '--request', bad!.requestId)).toEqual([bad!]);
    const usage = await json<UsageView>(scene, 'usage', '--by', 'agent', '--model', 'claude-haiku-4-5');
    expect(usage.lines).toMatchObject([{ key: 'a1', calls: 1 }]);
    expect((await json<SessionView>(scene, 'usage', '--session', '0b')).tree.branches).toHaveLength(1);
  });

  test('a session that is narrowed, or wanted as CSV, comes agent by agent from its beginning on', async () => {
    const scene = await aScene();
    await call(scene);
    await call(scene, 'claude-haiku-4-5', 'a1');
    await written(scene, 2);
    const ofSession = ['usage', '--session', '0b9c'];
    const haiku = await json<UsageView>(scene, ...ofSession, '--model', 'claude-haiku-4-5');
    expect(haiku).toMatchObject({ by: 'agent', since: '1970-01-01T00:00:00.000Z' });
    expect(haiku.lines).toMatchObject([{ key: 'a1', calls: 1 }]);
    const { out } = await scene.bench.run([...ofSession, '--csv']);
    expect(out.match(/^(?:,main|a1,a1),1,/gm)).toHaveLength(2);
    const none = await scene.bench.run([...ofSession, '--client', 'nobody']);
    expect(none.out).toBe('Nothing that fits was used, as far as the ledger reaches back.\n');
  });

  test('--follow gives each call once, as it comes, and ends by Ctrl-C', async () => {
    const scene = await aScene();
    await call(scene, 'first');
    await written(scene, 1);
    const follow = new AtTerminal(scene.bench, ['requests', '--follow', '--json']);
    await follow.sees('"first"');
    for (const model of ['second', 'third']) {
      await call(scene, model);
      await follow.sees(`"${model}"`);
    }
    follow.type('\u0003');
    expect(await follow.ended()).toBe(0);
    const models = follow.shown.match(/"model":"\w+"/g);
    expect(models).toEqual(['"model":"first"', '"model":"second"', '"model":"third"']);
  });

  test('--follow --json writes out no character that drives a terminal', async () => {
    const scene = await aScene();
    await call(scene, 'turned\u202Eround');
    await written(scene, 1);
    const follow = new AtTerminal(scene.bench, ['requests', '--follow', '--json']);
    await follow.sees('turned\\u202eround');
    follow.type('\u0003');
    expect(await follow.ended()).toBe(0);
  });

  test('--follow goes on when the proxy is restarted', async () => {
    const scene = await aScene();
    await call(scene, 'first');
    await written(scene, 1);
    const follow = new AtTerminal(scene.bench, ['requests', '--follow', '--json']);
    await follow.sees('"first"');
    await scene.proxy.stop();
    const proxy = await scene.bench.start(['serve', '--port', '0']);
    await call({ ...scene, proxy }, 'second');
    await follow.sees('"second"');
    follow.type('\u0003');
    expect(await follow.ended()).toBe(0);
    expect(follow.shown.match(/"model":"\w+"/g)).toEqual(['"model":"first"', '"model":"second"']);
  });

  test('--follow of a ledger that cannot be read ends with the reason', async () => {
    const scene = await aScene();
    await scene.proxy.stop();
    const env = { CCPROXY_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    const { code, err } = await scene.bench.run(['requests', '--follow'], { env });
    expect(err).toContain('error [database-unreachable]');
    expect(code).toBe(5);
  });

  test('fit a terminal of eighty columns', async () => {
    const scene = await aScene();
    await call(scene);
    await written(scene, 1);
    for (const words of [['usage'], ['requests'], ['usage', '--session', '0b9c']]) {
      const seen = new AtTerminal(scene.bench, words, {}, 80);
      expect(await seen.ended()).toBe(0);
      const lines = seen.shown.split(/\r?\n/);
      expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(80);
    }
  });

  test('speak of days in the time zone of the proxy, and of moments in that of the command', async () => {
    const scene = await aScene({ TZ: 'Asia/Kolkata' });
    await call(scene);
    await written(scene, 1);
    const { lines } = await json<UsageView>(scene, 'usage', '--by', 'hour', '--since', '1h');
    const [request] = await json<RequestView[]>(scene, 'requests');
    const inKolkata = new Date(Date.parse(request!.at) + 5.5 * 3_600_000).toISOString();
    expect(lines[0]?.key.slice(0, 10)).toBe(inKolkata.slice(0, 10));
    expect(lines[0]?.key.slice(11)).toBe(`${inKolkata.slice(11, 13)}:00`);
    const shown = await scene.bench.run(['requests'], { env: { TZ: 'Asia/Tokyo' } });
    const inTokyo = new Date(Date.parse(request!.at) + 9 * 3_600_000).toISOString();
    expect(shown.out).toContain(`\n${inTokyo.slice(11, 19)} ann`);
  });
});
