import { expect, test } from 'bun:test';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { benches } from '../help/a-command.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

const bench = benches();
const secret = 'sk-ant-api03-planted-secret-0123456789';

test('a secret that was added stands nowhere in plain: no file, no output, no log', async () => {
  const upstream = await anUpstream(() => message());
  const made = bench();
  const said: string[] = [];
  const run = async (words: string[], input?: string): Promise<void> => {
    const { out, err } = await made.run(words, input === undefined ? {} : { input });
    said.push(out, err);
  };
  await run(
    ['auth', 'add', 'work', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin', '--json'],
    secret,
  );
  const proxy = await made.start(['serve', '--port', '0', '--log-level', 'debug']);
  await run(
    ['auth', 'add', 'more', '--kind', 'api-key', '--base-url', upstream.url, '--secret-stdin'],
    secret,
  );
  await fetch(`${proxy.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}x` },
    body: JSON.stringify({ model: 'claude-opus-5-5', messages: [] }),
  });
  for (const words of [
    ['auth', 'list', '--json'],
    ['status', '--json'],
    ['doctor', '--offline', '--json'],
  ])
    await run(words);
  await proxy.stop();
  await upstream.close();
  expect(upstream.served()).toContain(secret);
  said.push(proxy.out(), proxy.err());
  expect(said.join('')).not.toContain('planted-secret');
  for (const file of readdirSync(made.home, { recursive: true }).map(String)) {
    const path = join(made.home, file);
    if (statSync(path).isFile()) expect(readFileSync(path, 'latin1')).not.toContain('planted-secret');
  }
});

test('a client key is shown once and kept as a hash', async () => {
  const made = bench();
  const key = (await made.run(['keys', 'create', 'laptop'])).out.trim();
  expect(key).toMatch(/^ccp-/);
  expect((await made.run(['keys', 'list', '--json'])).out).not.toContain(key);
  for (const file of readdirSync(made.home))
    expect(readFileSync(join(made.home, file), 'latin1')).not.toContain(key);
});

test('what commands say to the running proxy does not go through HTTP_PROXY', async () => {
  const stranger = await anUpstream(() => message());
  const made = bench();
  const proxy = await made.start(['serve', '--port', '0']);
  const env = { HTTP_PROXY: stranger.url, http_proxy: stranger.url, ALL_PROXY: stranger.url };
  const added = await made.run(['auth', 'add', 'work', '--kind', 'api-key', '--secret-stdin'], {
    input: secret,
    env,
  });
  expect(added.err).toContain('The running proxy uses it from now on.');
  expect((await made.run(['status', '--json'], { env })).out).toContain(proxy.url);
  await stranger.close();
  expect(stranger.calls).toEqual([]);
});
