import { afterEach, expect, test } from 'bun:test';
import { readRunFile } from '../../src/admin/run-file.ts';
import { renameSync, writeFileSync } from 'node:fs';
import { until } from '../help/a-command.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function ask(proxy: Proxy, method: string, path: string, body?: unknown) {
  const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
  const headers = { 'x-ccproxy-control': token, 'content-type': 'application/json' };
  const response = await fetch(proxy.url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, value: (await response.json()) as Record<string, unknown> };
}

test('a command holds a level, sees it and takes it back; the log tells each', async () => {
  const proxy = await rooms.add(aProxy());
  expect((await ask(proxy, 'GET', '/control/log')).value).toMatchObject({ level: 'debug', until: null });
  const held = await ask(proxy, 'POST', '/control/log/level', { level: 'info', seconds: 60 });
  expect(held.value).toMatchObject({ level: 'info', settingsLevel: 'debug', until: expect.any(String) });
  expect((await ask(proxy, 'GET', '/control/log')).value).toEqual(held.value);
  const back = await ask(proxy, 'DELETE', '/control/log/level');
  expect(back.value).toMatchObject({ level: 'debug', until: null });
  const said = proxy.lines.filter(({ event }) => String(event).startsWith('log level'));
  expect(said).toMatchObject([
    { event: 'log level held', least: 'info', seconds: 60 },
    { event: 'log level as in the settings' },
  ]);
});

test('nobody holds a level for ever, or one that is none', async () => {
  const proxy = await rooms.add(aProxy());
  for (const body of [
    { level: 'loud', seconds: 60 },
    { level: 'debug', seconds: 0 },
    { level: 'debug', seconds: 8 * 86_400 },
    { level: 'debug' },
    { level: 'debug', seconds: 60, more: 1 },
  ])
    expect((await ask(proxy, 'POST', '/control/log/level', body)).status).toBe(400);
});

test('without the token of the run nobody is answered', async () => {
  const proxy = await rooms.add(aProxy());
  const response = await fetch(`${proxy.url}/control/log/level`, {
    method: 'POST',
    body: '{"level":"debug","seconds":60}',
  });
  expect(response.status).toBe(403);
});

test('a level that is saved in the settings ends one that was held; other changes do not', async () => {
  const proxy = await rooms.add(aProxy({ config: '', flags: { 'log.level': undefined } }));
  const save = (text: string): void => {
    writeFileSync(`${proxy.places.config}.new`, text);
    renameSync(`${proxy.places.config}.new`, proxy.places.config);
  };
  await ask(proxy, 'POST', '/control/log/level', { level: 'debug', seconds: 60 });
  save('[log]\nkeep_days = 3\n');
  await until(() => proxy.lines.some(({ keys }) => keys === 'log.keep_days'));
  expect((await ask(proxy, 'GET', '/control/log')).value).toMatchObject({ level: 'debug' });
  save('[log]\nlevel = "error"\n');
  await until(async () => (await ask(proxy, 'GET', '/control/log')).value['level'] === 'error');
  expect((await ask(proxy, 'GET', '/control/log')).value).toMatchObject({ until: null });
});
