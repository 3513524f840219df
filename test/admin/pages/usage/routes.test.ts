import { afterEach, expect, test } from 'bun:test';
import { aProxy, Rooms } from '../../../help/a-proxy.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

test('the file is one to be saved, never one to be shown', async () => {
  const proxy = await rooms.add(aProxy());
  const { status, headers } = await fetch(`${proxy.url}/usage/csv?by=model`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toMatch(
    /^attachment; filename="usage-by-model-\d{4}-\d\d-\d\d\.csv"$/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('cache-control')).toBe('no-store');
});

test('a range that is too long is refused with words', async () => {
  const proxy = await rooms.add(aProxy());
  const response = await fetch(`${proxy.url}/usage?from=2016-01-01&to=2026-01-01`);
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('a year at most');
});

test('looking changes nothing, and nothing here can be changed', async () => {
  const proxy = await rooms.add(aProxy());
  for (const path of ['/usage', '/usage/csv', '/requests', '/requests/1'])
    expect([path, (await fetch(`${proxy.url}${path}`, { method: 'POST' })).status]).toEqual([path, 403]);
});
