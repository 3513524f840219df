/** How long people wait for the page, and for a ledger of millions of calls. */
import { barOf, type Bar, type Wish } from './bar.ts';
import { named, type Results } from './results.ts';

interface Row {
  readonly workload: string;
  readonly figure: string;
  readonly text: string;
  readonly wanted: string;
  readonly decimals?: number;
  readonly isMet: Wish['isMet'];
}

const below =
  (most: number) =>
  (got: number): boolean =>
    got < most;

const isSmooth = (got: number): boolean => got === 0;

const page = { workload: 'page' } as const;
const ledger = { workload: 'ledger' } as const;

const rows: readonly Row[] = [
  { ...page, figure: 'paintMs', text: 'first paint of the page, ms', wanted: '< 100', isMet: below(100) },
  {
    ...page,
    figure: 'requestMs',
    text: 'a call is in the list after, ms',
    wanted: '< 1,000',
    isMet: below(1_000),
  },
  {
    ...page,
    figure: 'usageMs',
    text: 'usage is shown after, ms',
    wanted: '≤ 1,000',
    isMet: (got) => got <= 1_000,
  },
  { ...page, figure: 'accountsLong', text: 'long tasks, 200 accounts', wanted: '0', isMet: isSmooth },
  { ...page, figure: 'requestsLong', text: 'long tasks, 10,000 requests', wanted: '0', isMet: isSmooth },
  { ...page, figure: 'usageLong', text: 'long tasks, their usage', wanted: '0', isMet: isSmooth },
  {
    ...ledger,
    figure: 'byDayMs',
    text: 'a month by day of 5 million, ms',
    wanted: '< 300',
    isMet: below(300),
  },
  {
    ...ledger,
    figure: 'askedP99',
    text: 'others wait for reports, p99, ms',
    wanted: '< 50',
    decimals: 1,
    isMet: below(50),
  },
  {
    ...ledger,
    figure: 'deletingP99',
    text: 'others wait for deleting, p99, ms',
    wanted: '< 50',
    decimals: 1,
    isMet: below(50),
  },
  {
    ...ledger,
    figure: 'lagMs',
    text: 'calls written late meanwhile, ms',
    wanted: '< 2,000',
    isMet: below(2_000),
  },
];

export function waitBars(results: Results): Bar[] {
  return rows.map(({ figure, decimals = 0, ...wish }) =>
    barOf(results, { ...wish, decimals, got: named(results, wish.workload, 'proxy', figure) }),
  );
}
