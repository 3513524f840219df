import { afterEach, expect, test } from 'bun:test';
import { benches } from '../help/a-command.ts';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { anUpstream, message } from '../help/an-upstream.ts';

const rooms = new Rooms();
const bench = benches();
afterEach(() => rooms.close());

test('what a proxy has served is played again on the accounts it was served by', async () => {
  const up = await rooms.add(anUpstream(() => message()));
  const account = { kind: 'api-key' as const, baseUrl: up.url, secret: 'sk-ant-api03-planted' };
  const accounts = [
    { ...account, name: 'ann' },
    { ...account, name: 'bob' },
  ];
  const proxy = await rooms.add(aProxy({ accounts }));
  for (const session of ['one', 'one', 'two']) {
    const headers = { 'x-claude-code-session-id': session };
    const body = JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 10, messages: [] });
    await (await fetch(`${proxy.url}/v1/messages`, { method: 'POST', headers, body })).text();
  }
  await proxy.stop();
  const home = ['--home', proxy.places.home];
  const { out, code } = await bench().run([
    'what-if',
    '--from',
    'ledger',
    '--policy',
    'all',
    '--json',
    ...home,
  ]);
  const view: unknown = JSON.parse(out);
  expect(code).toBe(0);
  expect(view).toMatchObject({ calls: 3, sessions: 2, accounts: ['ann', 'bob'] });
  const balanced = { policy: 'balanced', served: 3, failed: 0, moved: 0, servedBy: { ann: 2, bob: 1 } };
  expect(view).toMatchObject({
    oracle: { is: 'exhaustive' },
    policies: expect.arrayContaining([expect.objectContaining(balanced)]),
  });
});
