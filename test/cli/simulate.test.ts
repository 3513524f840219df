import { expect, test } from 'bun:test';
import { benches, until, type Running } from '../help/a-command.ts';

const bench = benches();

/** The keys it names, once it has. */
async function keysOf(simulator: Running, count: number): Promise<string[]> {
  const found = (): string[] =>
    [...simulator.out().matchAll(/^key-\d: (\S+)\n/gm)].map(([, key = '']) => key);
  await until(() => found().length === count);
  return found();
}

function ask(url: string, key: string): Promise<Response> {
  return fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': key },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'hello' }],
    }),
  });
}

test('it names its keys, accepts them and no others', async () => {
  const simulator = await bench().start(['simulate', '--keys', '2', '--pace', 'fast']);
  for (const key of await keysOf(simulator, 2)) expect((await ask(simulator.url, key)).status).toBe(200);
  expect((await ask(simulator.url, 'sk-ant-api03-other')).status).toBe(401);
  expect(await simulator.stop()).toBe(0);
});

test('a limit of requests holds for each key', async () => {
  const simulator = await bench().start(['simulate', '--keys', '1', '--requests-per-minute', '1']);
  const [key = ''] = await keysOf(simulator, 1);
  expect((await ask(simulator.url, key)).status).toBe(200);
  expect((await ask(simulator.url, key)).status).toBe(429);
});

test('a port in use is told like everywhere', async () => {
  const made = bench();
  const simulator = await made.start(['simulate']);
  const { port } = new URL(simulator.url);
  const { code, err } = await made.run(['simulate', '--port', port]);
  expect(code).toBe(1);
  expect(err).toContain('[port-in-use]');
});
