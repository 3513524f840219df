import type { CallRow } from '../../database/tables.ts';

/** One agent of a session, with the agents that it started. */
export interface AgentBranch {
  /** As Claude Code names it; '' is the session's own conversation. */
  readonly agent: string;
  readonly calls: number;
  readonly models: readonly string[];
  readonly accounts: readonly string[];
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly errors: number;
  /** Its own calls, and with all that grew out of it (millionths of a US dollar). */
  readonly microUsd: number;
  readonly microUsdWithBranches: number;
  /** Moments (ms since the epoch). */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly branches: readonly AgentBranch[];
}

interface Growing {
  readonly agent: string;
  readonly calls: CallRow[];
  parent: string;
}

/** Deeper than agents start agents. Clients name their parents: a chain without end must cost no time without end. */
const deepest = 50;

/**
 * The tree of a session's agents. An agent whose parent is not told hangs on the session itself, and so does one
 * whose parents lead in a circle, or deeper than agents nest.
 */
export function sessionTree(calls: readonly CallRow[]): AgentBranch {
  const growing = new Map<string, Growing>([['', { agent: '', calls: [], parent: '' }]]);
  for (const call of calls) {
    const agent = call.agent ?? '';
    const known = growing.get(agent) ?? { agent, calls: [], parent: '' };
    if (call.parent_agent !== null && agent !== '') known.parent = call.parent_agent;
    known.calls.push(call);
    growing.set(agent, known);
  }
  const childrenOf = Map.groupBy(
    [...growing.values()].filter(({ agent }) => agent !== ''),
    (one) => parentOf(one, growing),
  );
  return branch(growing.get('') ?? { agent: '', calls: [], parent: '' }, childrenOf);
}

/** The agent that `one` hangs on: its parent, where that is known and does not lead back to `one`. */
function parentOf(one: Growing, all: ReadonlyMap<string, Growing>): string {
  if (!all.has(one.parent)) return '';
  const seen = new Set<string>();
  for (let at = one.parent; at !== '' && !seen.has(at); at = all.get(at)?.parent ?? '') {
    if (at === one.agent || seen.size === deepest) return '';
    seen.add(at);
  }
  return one.parent;
}

function branch({ agent, calls }: Growing, childrenOf: ReadonlyMap<string, Growing[]>): AgentBranch {
  const branches = (childrenOf.get(agent) ?? []).map((child) => branch(child, childrenOf));
  const sum = (of: (call: CallRow) => number | null): number =>
    calls.reduce((total, call) => total + (of(call) ?? 0), 0);
  const microUsd = sum((call) => call.cost_micro_usd);
  const moments = [...calls.map((call) => call.started_at), ...branches.map(({ firstAt }) => firstAt)];
  const ends = [...calls.map((call) => call.started_at + call.ms), ...branches.map(({ lastAt }) => lastAt)];
  return {
    agent,
    calls: calls.length,
    models: named(calls, ({ model }) => model),
    accounts: named(calls, ({ account_name }) => account_name),
    input: sum((call) => call.input),
    output: sum((call) => call.output),
    cacheRead: sum((call) => call.cache_read),
    cacheWrite: sum((call) => (call.cache_write_5m ?? 0) + (call.cache_write_1h ?? 0)),
    errors: calls.filter(({ ended }) => ended === 'error' || ended === 'cut').length,
    microUsd,
    microUsdWithBranches: branches.reduce((total, one) => total + one.microUsdWithBranches, microUsd),
    firstAt: moments.reduce((least, one) => Math.min(least, one), moments[0] ?? 0),
    lastAt: ends.reduce((most, one) => Math.max(most, one), 0),
    branches: branches.toSorted((a, b) => a.firstAt - b.firstAt),
  };
}

function named(calls: readonly CallRow[], of: (call: CallRow) => string | null): string[] {
  return [...new Set(calls.flatMap((call) => of(call) ?? []))];
}
