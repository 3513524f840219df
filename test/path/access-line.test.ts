import { afterEach, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

test('every fact of the access line is explained in docs/logs.md', async () => {
  let calls = 0;
  const up = await rooms.add(
    anUpstream(() => ((calls += 1) === 1 ? apiError(401, 'authentication_error') : message())),
  );
  const account = { kind: 'api-key' as const, baseUrl: up.url };
  const accounts = ['ann', 'bob'].map((name) => ({ ...account, name, secret: `sk-ant-api03-${name}` }));
  const proxy = await rooms.add(aProxy({ accounts }));
  const headers = { 'x-claude-code-session-id': 's-1', 'x-claude-code-agent-id': 'main' };
  const body = '{"model":"claude-opus-5-5","messages":[]}';
  await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body })).text();
  const line = proxy.lines.find(({ event }) => event === 'call') ?? {};
  expect(line).toMatchObject({ account: 'bob', moved: expect.any(String), attempts: 2, agent: 'main' });
  const page = readFileSync(join(import.meta.dir, '..', '..', 'docs', 'logs.md'), 'utf8');
  const table = page.slice(page.indexOf('### `call`'), page.indexOf('## Levels'));
  const explained = new Set([...table.matchAll(/`(\w+)`(?=[^|]*\|)/g)].map(([, name]) => name));
  const facts = Object.keys(line).filter((name) => !['time', 'level', 'event'].includes(name));
  expect(facts.filter((name) => !explained.has(name))).toEqual([]);
});

test('what a client puts into path, model and session drives no log and leaks no key', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const accounts = [{ name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-a' }];
  const proxy = await rooms.add(aProxy({ accounts }));
  const key = 'sk-ant-api03-abcdefghijklmnop';
  const body = JSON.stringify({ model: `m ${key}\u001b[2J`, messages: [] });
  const headers = { 'x-claude-code-session-id': key };
  await fetch(`${proxy.url}/v1/messages?api_key=${key}`, { method: 'POST', headers, body });
  await fetch(`${proxy.url}/v1/${key}`);
  const calls = proxy.lines.filter(({ event }) => event === 'call');
  expect(calls).toHaveLength(2);
  expect(JSON.stringify(calls)).not.toContain('abcdefgh');
});
