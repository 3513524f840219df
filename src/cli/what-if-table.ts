import type { Comparison } from '../what-if/compare.ts';
import { callByCall } from '../what-if/policies.ts';
import type { AccountModel } from '../what-if/simulated-account.ts';
import type { Tally } from '../what-if/tally.ts';
import { dollars, shortNumber } from '../base/amounts.ts';
import { numberCell, plain, type Cell, type Terminal } from './terminal.ts';
import { lengthWords } from './words.ts';

const headings = [
  'POLICY',
  'SERVED',
  'FAILED',
  'MOVED',
  'CACHE READ',
  'LOST',
  'OF ORACLE',
  'COST',
  'WAITED',
  'LONGEST',
];

/** The policies side by side, and in words what the figures stand for. `ms`: how long playing them took. */
export function showComparison(
  terminal: Terminal,
  comparison: Comparison,
  { models, ms }: { readonly models: readonly AccountModel[]; readonly ms: number },
): void {
  const { calls, sessions, tallies, oracle } = comparison;
  const rows = tallies.map((tally) => rowOf(tally, oracle?.cacheRead));
  terminal.table(headings, rows);
  const accounts = models.length === 1 ? '1 account' : `${models.length} accounts`;
  terminal.note(
    `${calls.toLocaleString('en')} calls of ${sessions.toLocaleString('en')} sessions on ${accounts}, played in ${(ms / 1000).toFixed(1)} s.`,
  );
  if (oracle?.is === 'exhaustive')
    terminal.note(
      `The oracle is the best of all ${oracle.courses.toLocaleString('en')} courses that the calls could have taken.`,
    );
  if (oracle?.is === 'best-of-policies')
    terminal.note('The oracle takes of each session the policy that kept most of its cache.');
  if (oracle !== undefined)
    terminal.note(
      `One account without limits or troubles would have read ${shortNumber(oracle.ceiling)} from its cache.`,
    );
  const unpriced = tallies[0]?.total.unpriced ?? 0;
  if (unpriced > 0)
    terminal.note(`${shortNumber(unpriced)} calls are of models that no price is known of: an assumption.`);
  if (tallies.some(({ policy }) => policy === callByCall))
    terminal.note(
      `${callByCall} is no policy of the proxy: what a load balancer that knows no sessions does.`,
    );
}

function rowOf({ policy, total }: Tally, oracleRead: number | undefined): readonly Cell[] {
  const { served, failed, moved, cacheRead, cacheLost, microUsd, waitedMs, longestWaitMs } = total;
  return [
    plain(policy),
    numberCell(shortNumber(served)),
    { text: shortNumber(failed), isNumber: true, style: failed === 0 ? undefined : 'red' },
    numberCell(shortNumber(moved)),
    numberCell(shortNumber(cacheRead)),
    numberCell(shortNumber(cacheLost)),
    numberCell(oracleRead === undefined ? '' : percent(shareOf(cacheRead, oracleRead))),
    numberCell(dollars(microUsd / 1_000_000)),
    numberCell(lengthWords(waitedMs)),
    numberCell(lengthWords(longestWaitMs)),
  ];
}

/** The same for programs. */
export function viewOfComparison(
  { calls, sessions, tallies, oracle }: Comparison,
  models: readonly AccountModel[],
): object {
  const nameOf = new Map(models.map(({ account }) => [account.id, account.name]));
  return {
    calls,
    sessions,
    accounts: models.map(({ account }) => account.name),
    oracle: oracle ?? null,
    policies: tallies.map(({ policy, total, byAccount }) => {
      const { microUsd, ...sums } = total;
      return {
        policy,
        ...sums,
        usd: microUsd / 1_000_000,
        shareOfOracle: oracle === undefined ? null : shareOf(total.cacheRead, oracle.cacheRead),
        servedBy: Object.fromEntries([...byAccount].map(([id, count]) => [nameOf.get(id) ?? id, count])),
      };
    }),
  };
}

/** Where there was nothing to keep, all of it was kept. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
