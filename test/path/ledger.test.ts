import { afterEach, describe, expect, it } from 'bun:test';
import type { StatusView } from '../../src/admin/contract.ts';
import type { HealthView } from '../../src/admin/contract-health.ts';
import { readLedgerFile } from '../help/a-ledger-file.ts';
import { aProxy, Rooms, type Proxy } from '../help/a-proxy.ts';
import { anUpstream, apiError, message } from '../help/an-upstream.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const session = '3f0f8f5a-5a0c-4bb0-9c55-0a8f4f1a3a11';
const ask = async (proxy: Proxy): Promise<void> => {
  const headers = { 'x-claude-code-session-id': session, 'x-request-id': 'req_mine' };
  const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [] });
  await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body })).text();
};
const get = async <View>(proxy: Proxy, path: string): Promise<View> =>
  (await (await fetch(`${proxy.url}${path}`)).json()) as View;

async function proxyFor(answer: () => ReturnType<typeof message>, config = ''): Promise<Proxy> {
  const up = await rooms.add(anUpstream(answer));
  const accounts = [
    { name: 'ann', kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-planted' },
  ];
  return rooms.add(aProxy({ accounts, config }));
}

describe('a call', () => {
  it('stands in the ledger when the proxy has stopped, with sums that agree', async () => {
    const proxy = await proxyFor(() => message());
    await ask(proxy);
    await proxy.stop();
    const { requestIds, rollups, counted, integrity } = readLedgerFile(proxy.places.database);
    expect([requestIds, integrity]).toEqual([['req_mine'], ['ok']]);
    expect(rollups).toEqual(counted);
    expect(rollups).toMatchObject([{ calls: 1, messages: 1, errors: 0, model: 'claude-sonnet-4-5' }]);
  });

  it('is told of in /status while it waits, and /health is content', async () => {
    const proxy = await proxyFor(() => message());
    await ask(proxy);
    const { ledger } = await get<StatusView>(proxy, '/status');
    expect(ledger.waiting + ledger.written).toBe(1);
    expect(ledger).toMatchObject({ droppedCalls: 0, failingSince: null });
    const { checks } = await get<HealthView>(proxy, '/health');
    expect(checks?.['ledger:waiting']?.[0]?.status).toBe('pass');
  });

  it('is not written down where nobody wants that', async () => {
    const proxy = await proxyFor(() => message(), '[ledger]\nenabled = false\n');
    await ask(proxy);
    await proxy.stop();
    expect(readLedgerFile(proxy.places.database)).toMatchObject({
      requestIds: [],
      rollups: [],
      standings: [],
    });
  });
});

describe('an account', () => {
  it('that the upstream refuses has that in the ledger, and no secret with it', async () => {
    const proxy = await proxyFor(() => apiError(401, 'authentication_error'));
    await ask(proxy);
    await proxy.stop();
    const file = readLedgerFile(proxy.places.database);
    expect(file.standings).toMatchObject([
      { account_name: 'ann', standing: 'ready', reason: null },
      { account_name: 'ann', standing: 'signed-out', reason: expect.stringContaining('401') },
    ]);
    expect(JSON.stringify(file)).not.toContain('planted');
  });
});
