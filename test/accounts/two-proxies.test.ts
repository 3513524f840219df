import { afterEach, expect, test } from 'bun:test';
import { benches } from '../help/a-command.ts';
import { Rooms } from '../help/a-proxy.ts';
import { aTokenProvider } from '../help/a-token-provider.ts';
import { accountsAt, converse, lostOf, renewals, serve, signAccountsIn } from './two-proxies.ts';

const bench = benches();
const rooms = new Rooms();
afterEach(() => rooms.close());

// The provider forgives nothing: the first token that is used twice revokes its account. Thousands of refreshes:
// two-proxies.full.ts.
test('two proxies on one home renew tokens without ever using one twice', async () => {
  const machine = bench();
  const api = await rooms.add(aTokenProvider({ accessSeconds: 3, graceSeconds: 0 }));
  await signAccountsIn(machine, api, 3);
  const proxies = [await serve(machine), await serve(machine)];
  const statuses = await converse(
    () => proxies,
    () => renewals(api).least >= 2 || api.alarms() > 0,
  );
  expect([[...statuses.keys()], api.alarms()]).toEqual([[200], 0]);
  const [one = [], other = []] = await Promise.all(proxies.map(accountsAt));
  for (const { standing } of [...one, ...other]) expect(standing.is).toBe('ready');
  for (const proxy of proxies) expect(await proxy.stop()).toBe(0);
  expect(await lostOf(machine, api, one)).toEqual([]);
});
