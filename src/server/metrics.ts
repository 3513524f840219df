import type { Account } from '../accounts/account.ts';
import type { Headroom } from '../accounts/headroom/headroom.ts';
import type { Pool } from '../accounts/pool.ts';
import type { RefreshEnd } from '../accounts/refresh-once.ts';
import type { Gateway } from '../proxy/gateway.ts';
import type { SeenBudget } from '../usage/budgets/budgets.ts';
import type { Exposition } from '../usage/metrics/expose.ts';
import type { Metrics } from '../usage/metrics/metrics.ts';
import type { OtlpPush } from '../usage/metrics/otlp-push.ts';
import type {
  AccountState,
  BudgetSource,
  HeadroomSource,
  MetricSources,
  RefreshResult,
} from '../usage/metrics/sources.ts';
import type { Parts } from './parts.ts';
import type { Recording } from './recording.ts';

export interface MetricsOptions extends Parts {
  readonly gateway: Gateway;
  readonly headroom: Headroom;
  readonly recording: Pick<Recording, 'ledger' | 'metrics'>;
  /** What goes on in workers. */
  readonly elsewhere: {
    readonly traffic: { readonly calls: number; readonly streams: number; readonly heldBytes: number };
  };
}

/** What a scrape asks. */
export type Show = (accept: string | undefined) => Promise<Exposition>;

/** More windows than the upstreams of anybody tell of. */
const mostWindows = 60;

/** Begins to show and to send the metrics; undefined where they are switched off. */
export function openMetrics(options: MetricsOptions): Show | undefined {
  const { gateway, recording, live, env, closing, clock, log } = options;
  if (!live.settings.metrics.enabled) return undefined;
  const { metrics } = recording;
  const sources = sourcesOf(options);
  closing.push(metrics.lag.watch());
  const families = () => metrics.families(sources);
  let push: Promise<OtlpPush> | undefined;
  const follow = async (): Promise<void> => {
    if (push === undefined && live.settings.metrics.otlpUrl === undefined) return;
    const { sender } = gateway;
    push ??= import('../usage/metrics/otlp-push.ts').then(
      ({ OtlpPush }) => new OtlpPush({ families, sender, env, instance: crypto.randomUUID(), clock, log }),
    );
    (await push).follow(live.settings.metrics);
  };
  live.onChange(() => void follow());
  void follow();
  closing.push(async () => (await push)?.close());
  return (accept) => metrics.exposition(sources, accept);
}

function sourcesOf({ gateway, headroom, recording, elsewhere }: MetricsOptions): MetricSources {
  const { pool, crowd, held } = gateway;
  return {
    accounts: () => accountStates(pool),
    traffic: () => {
      const { calls, streams, heldBytes } = elsewhere.traffic;
      return {
        callsInFlight: crowd.calls + calls,
        callsWaiting: pool.queue.size,
        streamsOpen: crowd.streams + streams,
        heldBytes: held.bytes + heldBytes,
      };
    },
    headroom: headroomSource(pool, headroom),
    ledger: recording.ledger,
    budgets: () => gateway.budgets.look().map(budgetShown),
  };
}

/** What running calls may come to counts as used: it is what decides about the next one. */
function budgetShown({ pot, used, held, resetAt }: SeenBudget): ReturnType<BudgetSource>[number] {
  const { name: budget, scope, period, isHard, unit, limit } = pot;
  const size = unit === 'usd' ? 1e-6 : 1;
  return { budget, scope, period, isHard, unit, used: (used + held) * size, limit: limit * size, resetAt };
}

/** Upstreams name their windows: so many names become labels, and whoever makes up more is not heard. */
function headroomSource(pool: Pool, headroom: Headroom): HeadroomSource {
  const named = new Set<string>();
  const isKnown = (window: string): boolean => {
    if (named.size < mostWindows) named.add(window);
    return named.has(window);
  };
  return () =>
    pool.look().flatMap(({ account }) =>
      headroom
        .of(account.id)
        .filter(({ window }) => isKnown(window))
        .map((seen) => ({ ...seen, account: account.name })),
    );
}

function accountStates(pool: Pool): AccountState[] {
  return pool.look().map(({ account, standing, isAvoided, callsInFlight }) => ({
    account: account.name,
    standing: standing.is,
    restsUntil: standing.is === 'resting' ? standing.until : undefined,
    isAvoided,
    callsInFlight,
  }));
}

/** A listener to renewals that counts them. */
export function refreshCounter(metrics: Metrics): (account: Account, end: RefreshEnd) => void {
  return ({ name }, end) => {
    metrics.refreshed(name, resultOf(end));
  };
}

function resultOf(end: RefreshEnd): RefreshResult {
  switch (end.is) {
    case 'fresh':
      return end.isOurs ? 'refreshed' : 'found';
    case 'over':
      return 'signed-out';
    case 'put-off':
      return end.because;
  }
}
