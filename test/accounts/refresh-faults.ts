import type { Vault } from '../../src/credentials/vault.ts';
import { Random } from '../help/a-random.ts';
import { aTokenProvider } from '../help/a-token-provider.ts';
import { vaultBut } from './a-renewing.ts';
import { type OpenRefresher, openRefresher, simAccount } from './a-refresher.ts';

/** What a provider and a network may do, and how often among a thousand. */
const faults: readonly (readonly [scenario: string, share: number])[] = [
  // The work is done, the answer is lost.
  ['cut-head', 60],
  ['reset', 60],
  ['error-500', 30],
  ['error-503', 30],
  ['error-429;retry-after=1', 20],
  ['html', 20],
  ['redirect', 10],
  ['slow-head-60', 40],
  ['slow-first-60', 40],
  ['huge-2000000', 10],
  ['oauth-error-temporarily_unavailable', 20],
  ['oauth-error-invalid_client', 20],
  ['lie-lifetime-1e300', 20],
  ['lie-lifetime-soon', 20],
  ['lie-lifetime-0', 20],
  ['lie-type', 20],
  ['silent', 1],
];

/** How often among a thousand writes the disk is full. */
const fullShare = 20;

export interface Tally {
  attempts: number;
  renewed: number;
  /** Accounts whose sign-in was lost, with the reason. */
  readonly lost: string[];
  alarms: number;
}

/** Refreshes `count` accounts from two processes, `attempts` times in all, while much goes wrong. */
export async function refreshUnderFaults(
  home: string,
  count: number,
  attempts: number,
  seed: number,
): Promise<Tally> {
  const random = new Random(seed);
  const api = await aTokenProvider({ graceSeconds: 120 });
  const scenario = Array.from({ length: attempts * 2 }, () => drawn(random));
  api.simulator.fault({ path: '/oauth/token', scenario });
  const ways = { vault: (vault: Vault) => crowded(vault, random) };
  const processes = [await openRefresher(home, api.url, ways), await openRefresher(home, api.url, ways)];
  const tally: Tally = { attempts: 0, renewed: 0, lost: [], alarms: 0 };
  const names = Array.from({ length: count }, (_, at) => `ann-${at + 1}`);
  for (const name of names) await processes[0]!.tokens.store(simAccount(name).id, api.signIn());
  await Promise.all(names.map((name) => refreshAgainAndAgain(name, processes, attempts, random, tally)));
  tally.alarms = api.alarms();
  for (const one of processes) await one.end();
  await api.close();
  return tally;
}

async function refreshAgainAndAgain(
  name: string,
  processes: readonly OpenRefresher[],
  attempts: number,
  random: Random,
  tally: Tally,
): Promise<void> {
  const account = simAccount(name);
  while (tally.attempts < attempts) {
    tally.attempts += 1;
    // Now the one, now the other, now both at once.
    const both = random.below(4) === 0 ? processes : [processes[random.below(2)]!];
    for (const end of await Promise.all(both.map(({ refresher }) => refresher.refresh(account)))) {
      if (end.is === 'fresh') tally.renewed += 1;
      if (end.is === 'over') tally.lost.push(`${name}: ${end.reason}`);
    }
    if (tally.lost.length > 0) return;
  }
}

function drawn(random: Random): string {
  let place = random.below(1_000);
  for (const [scenario, share] of faults) {
    if (place < share) return scenario;
    place -= share;
  }
  return 'ok';
}

function crowded(vault: Vault, random: Random): Vault {
  return vaultBut(vault, {
    update: (...asked) =>
      random.below(1_000) < fullShare ? Promise.reject(new Error('disk full')) : vault.update(...asked),
  });
}
