import { afterEach, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf } from '../../src/proxy/told.ts';
import { aCallRecord } from '../help/a-call-record.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

test('every fact of the access line is explained in docs/logs.md', () => {
  const page = readFileSync(join(import.meta.dir, '..', '..', 'docs', 'logs.md'), 'utf8');
  const table = page.slice(page.indexOf('### `call`'), page.indexOf('## Levels'));
  const explained = new Set([...table.matchAll(/`(\w+)`(?=[^|]*\|)/g)].map(([, name]) => name));
  // Also those that are not known of this one.
  const facts = Object.keys(lineOf(aCallRecord()));
  expect(facts.length).toBeGreaterThan(15);
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
