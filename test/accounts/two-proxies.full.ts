import { afterEach, expect, test } from 'bun:test';
import { benches } from '../help/a-command.ts';
import { Rooms } from '../help/a-proxy.ts';
import { Random } from '../help/a-random.ts';
import { aTokenProvider } from '../help/a-token-provider.ts';
import { accountsAt, converse, lostOf, renewals, serve, signAccountsIn } from './two-proxies.ts';

const bench = benches();
const rooms = new Rooms();
afterEach(() => rooms.close());

test('two proxies on one home renew a thousand times and more, and no token is ever used twice', async () => {
  const machine = bench();
  const api = await rooms.add(aTokenProvider({ accessSeconds: 2, graceSeconds: 0 }));
  await signAccountsIn(machine, api, 12);
  const proxies = [await serve(machine), await serve(machine)];
  const statuses = await converse(
    () => proxies,
    () => renewals(api).all >= 1_000 || api.alarms() > 0,
  );
  expect([[...statuses.keys()], api.alarms()]).toEqual([[200], 0]);
  const accounts = await accountsAt(proxies[0]!);
  for (const proxy of proxies) expect(await proxy.stop()).toBe(0);
  expect(await lostOf(machine, api, accounts)).toEqual([]);
  console.log(
    `${renewals(api).all} refreshes by two proxies, no alarm; ${statuses.get(200)} calls, all answered`,
  );
});

test('one of two proxies is killed again and again, and with a grace time no account is lost', async () => {
  const machine = bench();
  const random = new Random(7);
  const api = await rooms.add(aTokenProvider({ accessSeconds: 2, graceSeconds: 60 }));
  await signAccountsIn(machine, api, 6);
  const survivor = await serve(machine);
  let kills = 0;
  const killing = (async () => {
    for (; kills < 40; kills += 1) {
      const victim = await serve(machine);
      await Bun.sleep(random.next() * 2_000);
      await victim.stop('SIGKILL');
    }
  })();
  const statuses = await converse(
    () => [survivor],
    () => kills >= 40,
  );
  await killing;
  expect([[...statuses.keys()], api.alarms()]).toEqual([[200], 0]);
  const accounts = await accountsAt(survivor);
  for (const { standing } of accounts) expect(standing.is).toBe('ready');
  expect(await survivor.stop()).toBe(0);
  expect(await lostOf(machine, api, accounts)).toEqual([]);
  console.log(`${kills} kills, ${renewals(api).all} refreshes, no account lost`);
});
