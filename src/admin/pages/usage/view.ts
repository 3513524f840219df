import type { UsageSeriesView } from '../../contract-usage.ts';
import type { Sources } from '../sources.ts';
import { type Choice, spanOf } from './choice.ts';

/** So many lines have a colour of their own. */
const mostColours = 5;

/** What the usage page shows of the ledger. */
export interface UsageViewOfPage {
  readonly choice: Choice;
  readonly series: UsageSeriesView;
  /** Names of the accounts and clients that are chosen, by their ids. */
  readonly names: ReadonlyMap<string, string>;
}

export async function usageOfPage({ reports, clock }: Sources, choice: Choice): Promise<UsageViewOfPage> {
  const { since, until, every } = spanOf(choice, clock.now());
  const { by, only } = choice;
  const range = { since, until, ...only };
  const series = await reports.series({ by, every, most: mostColours, ...range });
  const names = new Map(series.lines.map(({ key, name }) => [key, name]));
  for (const one of ['account', 'client'] as const) {
    const id = only[one];
    if (id === undefined || names.has(id)) continue;
    const [line] = (await reports.usage({ by: one, ...range })).lines;
    names.set(id, line?.name ?? id);
  }
  return { choice, series, names };
}
