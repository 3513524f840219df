import { afterEach, expect, it } from 'bun:test';
import { writeFileSync } from 'node:fs';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { pricedCalls } from '../help/priced-calls.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

it('writes down what calls cost by the requested model, and by prices that are saved while it runs', async () => {
  const key = 'sk-ant-api03-one';
  const simulator = await startSimulator({
    keys: [{ name: 'one', key, organization: 'org_one' }],
    clock: wallClock,
    log: silentLog,
  });
  await rooms.add(Promise.resolve({ close: () => simulator.close() }));
  const account = { name: 'one', kind: 'api-key' as const, baseUrl: simulator.url, secret: key };
  const proxy = await rooms.add(aProxy({ accounts: [account], config: '' }));
  const call = async (model: string, stream = false): Promise<void> => {
    const content = '[[usage:input=1000,read=10000,write5m=0,write1h=100,output=50,searches=1,geo=us]]';
    const answer = await fetch(`${proxy.url}/v1/messages`, {
      method: 'POST',
      headers: { 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, max_tokens: 999, messages: [{ role: 'user', content }] }),
    });
    expect(answer.status).toBe(200);
    await answer.text();
  };
  await call('claude-opus-5-5');
  await call('claude-opus-5-5', true);
  await call('claude-3-opus-20240229');
  await call('claude-house-1');
  writeFileSync(
    proxy.places.config,
    '[prices.house]\nmodels = ["claude-house-*"]\ninput = 1\noutput = 2\n[prices.half]\nmodels = ["*opus*"]\nfactor = 0.5\n',
  );
  await proxy.server.reload();
  await call('claude-house-1');
  await call('claude-opus-5-5');
  await proxy.stop();

  const tokens = (input: number, read: number, hour: number, output: number): number =>
    (1.1 * (1000 * input + 10_000 * read + 100 * hour + 50 * output)) / 1e6;
  const told = pricedCalls(proxy.places.database);
  expect(told.map(({ model, basis }) => `${model} ${basis}`)).toEqual([
    'claude-opus-5-5 listed',
    'claude-opus-5-5 listed',
    'claude-3-opus-20240229 listed',
    'claude-house-1 unknown',
    'claude-house-1 set',
    'claude-opus-5-5 set',
  ]);
  const opus = tokens(4, 0.2, 8, 20);
  const expected = [opus, opus, tokens(15, 1.5, 30, 75), opus, tokens(1, 0.1, 2, 2), opus / 2];
  for (const [at, usd] of expected.entries()) expect(told[at]?.usd).toBeCloseTo(usd + 0.01, 10);
});
