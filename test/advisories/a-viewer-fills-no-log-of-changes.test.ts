// The attack: who may only look sends thousands of changes that are refused. Each was written down, and what somebody
// else did before, or what they hide behind it, went out of the log: of refusals only so many are kept. The same by
// signing in and out all the time.
import { afterEach, expect, test } from 'bun:test';
import { aProxy, Rooms } from '../help/a-proxy.ts';
import { Visitor } from '../help/a-visitor.ts';
import { aPerson, changesIn, control, password } from '../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

test('of refused changes the first is written down, the second, the fourth …, with how many it were', async () => {
  const proxy = await rooms.add(aProxy({ config: '[admin]\nsign_in = "always"\n' }));
  for (const name of ['vera', 'vito']) await aPerson(proxy, name, 'viewer');
  const [vera, vito] = [new Visitor(proxy.url), new Visitor(proxy.url)];
  await vera.signIn('vera', password);
  await vito.signIn('vito', password);
  for (let at = 0; at < 20; at += 1)
    expect((await vera.send('/accounts', '/keys', { name: `key ${at}` })).status).toBe(403);
  await vito.send('/accounts', '/keys', { name: 'mine' });
  const refused = (await changesIn(proxy)).filter((change) => change.includes('change.refused'));
  expect(refused).toEqual([...Array.from({ length: 5 }, () => 'vera change.refused'), 'vito change.refused']);
  const answer = await control(proxy, 'POST', '/control/reports/changes', { limit: 100, who: 'vera' });
  const { changes } = (await answer.json()) as { changes: { what: string; details: { tries?: string } }[] };
  expect(changes.find(({ what }) => what === 'change.refused')?.details.tries).toBe('16');
});

test('of a viewer who signs in and out all the time the first is written down, the second, the fourth …', async () => {
  const proxy = await rooms.add(aProxy({ config: '[admin]\nsign_in = "always"\n' }));
  await aPerson(proxy, 'vera', 'viewer');
  const vera = new Visitor(proxy.url);
  await vera.signIn('vera', password);
  await vera.send('/accounts', '/keys', { name: 'mine' });
  for (let at = 1; at < 9; at += 1) {
    await vera.send('/accounts', '/sign-out', {});
    await vera.signIn('vera', password);
  }
  const told = (await changesIn(proxy)).filter((change) => change.startsWith('vera '));
  expect(told.filter((change) => change === 'vera signed-in')).toHaveLength(4);
  expect(told.filter((change) => change === 'vera signed-out')).toHaveLength(4);
  expect(told).toContain('vera change.refused');
});
