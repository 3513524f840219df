import { writeFile } from 'node:fs/promises';
import type { AccountView } from '../../src/admin/contract-accounts.ts';
import type { StatusView } from '../../src/admin/contract.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { placesOf } from '../../src/config/places.ts';
import { openStores } from '../../src/server/stores.ts';
import type { Bench, Running } from '../help/a-command.ts';
import type { TokenProvider } from '../help/a-token-provider.ts';
import { openRefresher, simAccount } from './a-refresher.ts';

/** Signs `count` accounts in at `api`, on the home of `bench`. */
export async function signAccountsIn(bench: Bench, api: TokenProvider, count: number): Promise<void> {
  const places = placesOf({
    env: { CCPROXY_HOME: bench.home },
    userHome: bench.home,
    workingFolder: bench.home,
  });
  const stores = await openStores({ places, env: {}, createKey: 'create', clock: wallClock, log: silentLog });
  for (let number = 1; number <= count; number += 1) {
    const draft = { name: `ann-${number}`, kind: 'oauth' as const, provider: 'sim', baseUrl: api.url };
    await stores.accounts.add(draft, undefined, { tokens: api.signIn() });
  }
  await stores.close();
  await writeFile(places.config, api.config);
}

export const serve = (bench: Bench): Promise<Running> => bench.start(['serve', '--port', '0', '--no-open']);

/** Sends one message after the other through `proxies` in turn until `isOver`; resolves with the statuses, counted. */
export async function converse(
  proxies: () => readonly Running[],
  isOver: () => boolean,
): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  for (let call = 0; !isOver(); call += 1) {
    const all = proxies();
    const status = await post(all[call % all.length]?.url ?? '', `session-${call}`);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    await Bun.sleep(10);
  }
  return statuses;
}

async function post(url: string, session: string): Promise<number> {
  const body = { model: 'claude-opus-5-5', max_tokens: 8, messages: [{ role: 'user', content: 'hi' }] };
  try {
    const answer = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-claude-code-session-id': session },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return 0;
  }
}

/** How often accounts have been renewed: the least often renewed one, and all together. */
export function renewals({ simulator }: TokenProvider): { readonly least: number; readonly all: number } {
  const counts = simulator.signIns.book.families.map((family) => family.renewals);
  return { least: Math.min(...counts), all: counts.reduce((sum, count) => sum + count, 0) };
}

/** The accounts as a proxy sees them. */
export async function accountsAt({ url }: Running): Promise<readonly AccountView[]> {
  const { accounts } = (await (await fetch(`${url}/status`)).json()) as StatusView;
  return accounts;
}

/** Renews each account once more from what lies on the disk; resolves with those that cannot be. */
export async function lostOf(
  bench: Bench,
  api: TokenProvider,
  accounts: readonly AccountView[],
): Promise<string[]> {
  const { refresher, end } = await openRefresher(bench.home, api.url);
  const lost: string[] = [];
  for (const { id, name } of accounts) {
    const ended = await refresher.refresh({ ...simAccount(name), id });
    if (ended.is !== 'fresh') lost.push(`${name}: ${ended.reason}`);
  }
  await end();
  return lost;
}
