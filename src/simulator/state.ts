import type { World } from './world.ts';

/** What the simulator knows at a moment, in a form that can be printed. */
export interface SimulatorState {
  /** Calls since the start. */
  readonly calls: number;
  /** Calls that have not ended. */
  readonly open: number;
  readonly keys: readonly KeyFacts[];
  readonly cache_entries: number;
  readonly threads: number;
  readonly files: number;
  readonly batches: number;
  readonly sessions: number;
  readonly faults: readonly object[];
}

interface KeyFacts {
  readonly name: string;
  readonly organization: string;
  readonly workspace: string;
  readonly revoked: boolean;
  readonly calls: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Billed tokens by model. */
  readonly models: Readonly<Record<string, object>>;
  readonly remaining: Readonly<Record<string, number>>;
  /** Used part of each window of a subscription. */
  readonly windows: Readonly<Record<string, number>> | null;
}

export function stateOf(world: World): SimulatorState {
  const now = world.clock.now();
  return {
    calls: world.record.count,
    open: world.record.open,
    keys: world.keys.all().map((key) => ({
      name: key.name,
      organization: key.organization,
      workspace: key.workspace,
      revoked: key.settings.revoked ?? false,
      calls: key.totals.calls,
      statuses: key.totals.statuses,
      models: key.totals.models,
      remaining: key.limits.remaining(now),
      windows: key.windows?.utilization(now) ?? null,
    })),
    cache_entries: world.cache.size,
    threads: world.threads.size,
    files: world.files.size,
    batches: world.batches.size,
    sessions: world.sessions.size,
    faults: world.rules.list(now),
  };
}

/** Forgets everything but the settings, the rules and the record. */
export function resetWorld(world: World): void {
  const now = world.clock.now();
  world.cache.clear();
  world.threads.clear();
  world.files.clear();
  world.batches.clear();
  world.objects.clear();
  world.sessions.clear();
  for (const key of world.keys.all()) key.restart(now);
}
