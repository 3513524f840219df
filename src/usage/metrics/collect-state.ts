import type { LedgerState } from '../ledger/ledger.ts';
import { declared } from './declared.ts';
import { single, type Declared, type Family, type Point } from './family.ts';
import type { AccountState, BudgetSource, HeadroomSource, MetricSources } from './sources.ts';

const standings = ['ready', 'resting', 'signed-out', 'switched-off'] as const;

/** How things stand right now, as the sources tell it. What has no source is left out. */
export function collectState({ accounts, traffic, headroom, ledger, budgets }: MetricSources): Family[] {
  const { callsInFlight, callsWaiting, streamsOpen, heldBytes } = traffic();
  return [
    single(declared.callsInFlight, callsInFlight),
    single(declared.callsWaiting, callsWaiting),
    single(declared.streamsOpen, streamsOpen),
    single(declared.heldBytes, heldBytes),
    ...accountFamilies(accounts()),
    ...(headroom === undefined ? [] : headroomFamilies(headroom())),
    ...(budgets === undefined ? [] : budgetFamilies(budgets())),
    ...(ledger === undefined ? [] : ledgerFamilies(ledger())),
  ];
}

/** A label value as programs write it: `signed_out`. */
export function labelWord(word: string): string {
  return word.replaceAll('-', '_');
}

function accountFamilies(accounts: readonly AccountState[]): Family[] {
  const standing = accounts.flatMap(({ account, standing: is }) =>
    standings.map((one) => ({ values: [account, labelWord(one)], value: one === is ? 1 : 0 })),
  );
  return [
    { declared: declared.standing, points: standing },
    gauge(declared.restEnds, accounts, named, ({ restsUntil }) => seconds(restsUntil)),
    gauge(declared.avoided, accounts, named, ({ isAvoided }) => (isAvoided ? 1 : 0)),
    gauge(declared.accountInFlight, accounts, named, ({ callsInFlight }) => callsInFlight),
  ];
}

function headroomFamilies(readings: ReturnType<HeadroomSource>): Family[] {
  const labels = (reading: { account: string; window: string }): string[] => [
    reading.account,
    reading.window,
  ];
  return [
    gauge(declared.headroom, readings, labels, ({ used }) =>
      used === undefined ? undefined : Math.max(0, 1 - used),
    ),
    gauge(declared.remaining, readings, labels, ({ remaining }) => remaining),
    gauge(declared.windowReset, readings, labels, ({ resetAt }) => seconds(resetAt)),
  ];
}

function budgetFamilies(budgets: ReturnType<BudgetSource>): Family[] {
  const all = toldApart(budgets);
  const money = all.filter(({ unit }) => unit === 'usd');
  const tokens = all.filter(({ unit }) => unit === 'tokens');
  return [
    gauge(declared.budgetUsedRatio, all, withUnit, ratioOf),
    gauge(declared.budgetUsedUsd, money, budgetLabels, ({ used }) => used),
    gauge(declared.budgetLimitUsd, money, budgetLabels, ({ limit }) => limit),
    gauge(declared.budgetUsedTokens, tokens, budgetLabels, ({ used }) => used),
    gauge(declared.budgetLimitTokens, tokens, budgetLabels, ({ limit }) => limit),
    gauge(declared.budgetReset, all, withUnit, ({ resetAt }) => seconds(resetAt)),
  ];
}

type BudgetState = ReturnType<BudgetSource>[number];

function budgetLabels({ budget, scope, period, isHard }: BudgetState): string[] {
  return [budget, scope, period, isHard ? 'true' : 'false'];
}

function withUnit(one: BudgetState): string[] {
  return [...budgetLabels(one), one.unit];
}

function ratioOf({ used, limit }: BudgetState): number | undefined {
  return limit > 0 ? used / limit : undefined;
}

/** Of budgets that labels do not tell apart the fullest: a series that is there twice spoils the whole scrape. */
function toldApart(budgets: readonly BudgetState[]): BudgetState[] {
  const fullest = new Map<string, BudgetState>();
  for (const one of budgets) {
    const key = JSON.stringify(withUnit(one));
    const other = fullest.get(key);
    if (other === undefined || (ratioOf(one) ?? 0) > (ratioOf(other) ?? 0)) fullest.set(key, one);
  }
  return [...fullest.values()];
}

function ledgerFamilies({
  waiting,
  waitingBytes,
  lagMs,
  written,
  dropped,
  failingSince,
}: LedgerState): Family[] {
  return [
    single(declared.ledgerQueue, waiting),
    single(declared.ledgerQueueBytes, waitingBytes),
    single(declared.ledgerLag, lagMs / 1000),
    single(declared.ledgerFailing, failingSince === undefined ? 0 : 1),
    single(declared.ledgerWritten, written),
    {
      declared: declared.ledgerDropped,
      points: [
        { values: ['all'], value: dropped.calls },
        { values: ['attempts'], value: dropped.attempts },
      ],
    },
  ];
}

/** A point for each of `things` that has the value. */
function gauge<T>(
  metric: Declared,
  things: readonly T[],
  labels: (thing: T) => readonly string[],
  value: (thing: T) => number | undefined,
): Family {
  const points = things.flatMap((thing): Point[] => {
    const found = value(thing);
    return found === undefined ? [] : [{ values: labels(thing), value: found }];
  });
  return { declared: metric, points };
}

function named({ account }: AccountState): readonly string[] {
  return [account];
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
