import { afterEach, describe, expect, it } from 'bun:test';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { rawSend } from '../help/raw.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const accounts = [{ name: 'ann', kind: 'api-key' as const, secret: 'sk-ant-api03-ann' }];

async function opened(proxy: Proxy): Promise<{ token: string; text: string }> {
  const text = await (await fetch(`${proxy.url}/accounts`)).text();
  return { token: /data-change="([^"]+)"/.exec(text)?.[1] ?? '', text };
}

describe('the page', () => {
  it('is what the bare address leads to', async () => {
    const proxy = await rooms.add(aProxy());
    const answer = await fetch(proxy.url, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/accounts']);
  });

  it('has rules that let nothing in but our own files, is kept by nobody and stands in no frame', async () => {
    const proxy = await rooms.add(aProxy({ accounts }));
    for (const path of [
      '/accounts',
      '/accounts/content',
      '/usage',
      '/keys',
      '/keys/create',
      '/settings',
      '/settings/add?section=budgets',
      '/doctor',
      '/doctor/checks',
      '/accounts/nobody/details',
      '/settings/none',
    ]) {
      const { headers } = await fetch(`${proxy.url}${path}`);
      const rules = headers.get('content-security-policy') ?? '';
      expect([path, rules]).toEqual([
        path,
        expect.stringContaining("default-src 'none'; script-src 'self'; style-src 'self'"),
      ]);
      expect(rules).toContain("frame-ancestors 'none'");
      expect(rules).not.toContain('unsafe');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('holds no code and no style, and no secret of an account', async () => {
    const proxy = await rooms.add(aProxy({ accounts }));
    const { text } = await opened(proxy);
    expect(text).not.toMatch(
      /<style|style=|\son\w+=|javascript:|<script(?! type="module" src="\/assets\/app-)/i,
    );
    expect(text).not.toContain('sk-ant-api03-ann');
  });

  it('shows itself only to this machine', async () => {
    const proxy = await rooms.add(aProxy({ accounts }));
    const answer = await fetch(`${proxy.url}/accounts`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('ann');
    const events = await fetch(`${proxy.url}/api/events`, { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(events.status).toBe(403);
  });

  it('changes nothing without its token, and nothing on a GET', async () => {
    const proxy = await rooms.add(aProxy({ accounts }));
    const { token, text } = await opened(proxy);
    const id = /acc_\w+/.exec(text)?.[0] ?? '';
    const press = async (method: string, headers: Record<string, string>): Promise<number> =>
      (await fetch(`${proxy.url}/accounts/${id}/switch`, { method, headers })).status;
    const site = { 'sec-fetch-site': 'same-origin' };
    expect(await press('POST', site)).toBe(403);
    expect(await press('POST', { 'x-ccproxy-change': token })).toBe(403);
    expect(await press('GET', { ...site, 'x-ccproxy-change': token })).toBe(404);
    expect(
      ((await (await fetch(`${proxy.url}/status`)).json()) as { totals: { ready: number } }).totals.ready,
    ).toBe(1);
    expect(await press('POST', { ...site, 'x-ccproxy-change': token })).toBe(200);
    expect(
      ((await (await fetch(`${proxy.url}/status`)).json()) as { totals: { ready: number } }).totals.ready,
    ).toBe(0);
  });

  it('changes no setting and makes no key for whoever has no token of a page', async () => {
    const proxy = await rooms.add(aProxy({ accounts, config: '[log]\nkeep_days = 9\n' }));
    const { token } = await opened(proxy);
    const asked: readonly [path: string, fields: Record<string, string>][] = [
      ['/settings', { key: 'log.keep_days', base: 'none', 'value.log.keep_days': '1' }],
      ['/settings/check', { key: 'log.keep_days', 'value.log.keep_days': '1' }],
      ['/settings/remove', { table: 'budgets.team', base: 'none' }],
      ['/keys', { name: 'stranger' }],
    ];
    const strange: readonly Record<string, string>[] = [
      {},
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'cross-site', 'x-ccproxy-change': token },
      { origin: 'http://evil.example', 'x-ccproxy-change': token },
    ];
    for (const [path, fields] of asked)
      for (const headers of strange) {
        const body = new URLSearchParams(fields);
        const answer = await fetch(proxy.url + path, { method: 'POST', headers, body });
        expect([path, headers, answer.status]).toEqual([path, headers, 403]);
      }
    expect(await Bun.file(proxy.places.config).text()).toBe('[log]\nkeep_days = 9\n');
    expect(await (await fetch(`${proxy.url}/keys/content`)).text()).not.toContain('stranger');
  });

  it('looks at nothing for a page of another site', async () => {
    const proxy = await rooms.add(aProxy({ accounts }));
    const look = async (site: string): Promise<number> =>
      (await fetch(`${proxy.url}/doctor/checks`, { headers: { 'sec-fetch-site': site } })).status;
    expect(await look('cross-site')).toBe(403);
    expect(await look('same-site')).toBe(403);
    expect(await look('same-origin')).toBe(200);
  });

  it('follows no page of another site', async () => {
    const proxy = await rooms.add(aProxy({ accounts }));
    const answer = await fetch(`${proxy.url}/api/events`, { headers: { origin: 'http://evil.example' } });
    expect(answer.status).toBe(403);
    const page = 'GET /accounts HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n';
    expect((await rawSend(proxy.port, page)).text).toStartWith('HTTP/1.1 403');
  });

  it('does not keep a proxy from stopping while it is open', async () => {
    const proxy = await aProxy({ accounts, config: '[server]\ndrain_seconds = 300\n' });
    const events = await fetch(`${proxy.url}/api/events`);
    const reader = events.body!.getReader();
    await reader.read();
    const stopped = proxy.close();
    while (!(await reader.read()).done);
    await stopped;
    expect(proxy.lines.some(({ event }) => event === 'not closed cleanly')).toBe(false);
  });
});
