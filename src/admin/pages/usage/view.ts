import type { UsageAsk } from '../../../usage/reports/ask.ts';
import type { UsageSeries } from '../../../usage/reports/usage-series.ts';
import type { Sources } from '../sources.ts';
import { type Choice, spanOf } from './choice.ts';

/** So many lines have a colour of their own. */
const mostColours = 5;

/** What the usage page shows of the ledger. */
export interface UsageViewOfPage {
  readonly choice: Choice;
  readonly series: UsageSeries;
  /** Names of the accounts and clients that are chosen, by their ids. */
  readonly names: ReadonlyMap<string, string>;
}

/** `isFollowing`: somebody has it on screen already, and asks with every call that ends. */
export async function usageOfPage(
  sources: Sources,
  choice: Choice,
  isFollowing = false,
): Promise<UsageViewOfPage> {
  const { since, until, every } = spanOf(choice, sources.clock.now());
  const { by, only } = choice;
  const range = { since, until, ...only };
  const ask = { by, every, most: mostColours, ...range };
  const series = await sources.series(ask, isFollowing);
  const names = new Map(series.lines.map(({ key, name }) => [key, name]));
  for (const one of ['account', 'client'] as const) {
    const id = only[one];
    if (id !== undefined && !names.has(id)) names.set(id, await nameOf(one, id, range, sources));
  }
  return { choice, series, names };
}

/** What an account or a client is called; the ledger alone knows those that are gone. */
async function nameOf(
  what: 'account' | 'client',
  id: string,
  range: Omit<UsageAsk, 'by'>,
  { management, reports }: Sources,
): Promise<string> {
  const known = await (what === 'account' ? management.listAccounts() : management.listKeys());
  const found = known.find((one) => one.id === id);
  if (found !== undefined) return found.name;
  const [line] = (await reports.usage({ by: what, ...range })).lines;
  return line?.name ?? id;
}
