import { afterEach, expect, test } from 'bun:test';
import { mostRequests } from '../../src/admin/control-reports.ts';
import { readRunFile } from '../../src/admin/run-file.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

async function ask(proxy: Proxy, report: string, body: unknown) {
  const token = (await readRunFile(proxy.places.run))?.controlToken.reveal() ?? '';
  const response = await fetch(`${proxy.url}/control/reports/${report}`, {
    method: 'POST',
    headers: { 'x-ccproxy-control': token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, value: (await response.json()) as Record<string, unknown> };
}

const usage = { by: 'day', since: 0, until: 1_800_000_000_000 };
const series = { by: 'model', every: 'day', most: 5, since: 1_790_000_000_000, until: 1_790_086_400_000 };

test('an empty ledger answers each question with nothing', async () => {
  const proxy = await rooms.add(aProxy());
  expect(await ask(proxy, 'usage', usage)).toMatchObject({ status: 200, value: { lines: [] } });
  expect(await ask(proxy, 'requests', { limit: mostRequests })).toMatchObject({ status: 200, value: [] });
  expect(await ask(proxy, 'series', series)).toMatchObject({
    status: 200,
    value: { lines: [], by: 'model' },
  });
  const session = await ask(proxy, 'session', { session: 'x' });
  expect(session).toMatchObject({ status: 404, value: { problem: { code: 'session-unknown' } } });
});

test('questions are limited: groupings that are none, lengths, numbers and fields beyond what there is', async () => {
  const proxy = await rooms.add(aProxy());
  const wrong: [string, unknown][] = [
    ['usage', {}],
    ['usage', { ...usage, by: 'week' }],
    ['usage', { ...usage, since: -1 }],
    ['usage', { ...usage, since: 0.5 }],
    ['usage', { ...usage, until: 'now' }],
    ['usage', { ...usage, model: '' }],
    ['usage', { ...usage, model: 'x'.repeat(513) }],
    ['usage', { ...usage, where: '1=1' }],
    ['series', { ...series, by: 'agent' }],
    ['series', { ...series, every: 'minute' }],
    ['series', { ...series, most: 0 }],
    // More than a year would be held in memory slot by slot.
    ['series', { ...series, since: 0 }],
    ['requests', { limit: 1, status: '9xx' }],
    ['requests', { limit: 1, text: '' }],
    ['requests', {}],
    ['requests', { limit: 0 }],
    ['requests', { limit: mostRequests + 1 }],
    ['requests', { limit: 1, after: 2 ** 60 }],
    ['requests', { limit: 1, troubled: 'yes' }],
    ['requests', { limit: 1, session: { $ne: '' } }],
    ['session', {}],
    ['session', { session: 'x'.repeat(513) }],
  ];
  for (const [report, body] of wrong)
    expect({ body, status: (await ask(proxy, report, body)).status }).toEqual({ body, status: 400 });
});

test('nobody without the token of the run is told anything', async () => {
  const proxy = await rooms.add(aProxy());
  for (const report of ['usage', 'series', 'requests', 'session']) {
    const response = await fetch(`${proxy.url}/control/reports/${report}`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(403);
  }
});
