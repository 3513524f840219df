import { randomUUID } from 'node:crypto';
import type { Account } from '../accounts/account.ts';
import type { Pool } from '../accounts/pool.ts';
import type { RefreshEnd } from '../accounts/refresh-once.ts';
import type { Gateway } from '../proxy/gateway.ts';
import type { Recorder } from '../usage/call-record.ts';
import type { Exposition } from '../usage/metrics/expose.ts';
import type { Metrics } from '../usage/metrics/metrics.ts';
import type { OtlpPush } from '../usage/metrics/otlp-push.ts';
import type { AccountState, MetricSources, RefreshResult } from '../usage/metrics/sources.ts';
import type { LiveSettings } from './live-settings.ts';

export interface MetricsOptions {
  readonly metrics: Metrics;
  /** Gets the one that counts. */
  readonly recorders: Recorder[];
  readonly gateway: Gateway;
  readonly live: LiveSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Those that other rooms have. */
  readonly sources: Omit<MetricSources, 'accounts' | 'traffic'>;
  /** Gets what has to be closed, in the order of opening. */
  readonly closing: (() => void | Promise<void>)[];
}

/** What a scrape asks. */
export type Show = (accept: string | undefined) => Promise<Exposition>;

/** Begins to show and to send the metrics; undefined where they are switched off. */
export function openMetrics({ metrics, recorders, closing, ...options }: MetricsOptions): Show | undefined {
  const { gateway, live, env, sources } = options;
  if (!live.settings.metrics.enabled) return undefined;
  const { clock, log, sender, pool, crowd, held } = gateway;
  const all: MetricSources = {
    ...sources,
    accounts: () => accountStates(pool),
    traffic: () => ({ callsInFlight: crowd.calls, streamsOpen: crowd.streams, heldBytes: held.bytes }),
  };
  recorders.push(metrics.record);
  closing.push(metrics.lag.watch());
  const families = () => metrics.families(all);
  let push: Promise<OtlpPush> | undefined;
  const follow = async (): Promise<void> => {
    if (push === undefined && live.settings.metrics.otlpUrl === undefined) return;
    push ??= import('../usage/metrics/otlp-push.ts').then(
      ({ OtlpPush }) => new OtlpPush({ families, sender, env, instance: randomUUID(), clock, log }),
    );
    (await push).follow(live.settings.metrics);
  };
  live.onChange(() => void follow());
  void follow();
  closing.push(async () => (await push)?.close());
  return (accept) => metrics.exposition(all, accept);
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
