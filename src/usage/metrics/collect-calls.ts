import { costColumns, tokenKinds, usageColumns, type CallCounts } from './call-counts.ts';
import { declared } from './declared.ts';
import type { Distribution } from './distribution.ts';
import { single, type Declared, type Family, type Point } from './family.ts';
import type { Tally } from './tally.ts';

/** Money is counted in millionths of a dollar and told in dollars. */
const dollar = 1e-6;

/** What the records of calls came to. */
export function collectCalls(counts: CallCounts): Family[] {
  const { calls, bytes, errors, moves, attempts, tokens, costs } = counts;
  return [
    column(declared.calls, calls),
    column(declared.callErrors, errors),
    lengths(declared.callDuration, counts.durations),
    lengths(declared.firstByte, counts.firstBytes),
    lengths(declared.callWait, counts.waits),
    column(declared.requestBytes, bytes, 0),
    column(declared.answerBytes, bytes, 1),
    { declared: declared.tokens, points: tokenPoints(tokens) },
    column(declared.thinkingTokens, tokens, usageColumns.thinking),
    { declared: declared.serverTools, points: toolPoints(tokens) },
    column(declared.withoutUsage, counts.withoutUsage),
    column(declared.cost, costs, costColumns.cost, dollar),
    column(declared.cacheSaved, costs, costColumns.cacheSaved, dollar),
    column(declared.cacheOverspent, costs, costColumns.cacheOverspent, dollar),
    column(declared.clientCalls, counts.clientCalls),
    {
      declared: declared.clientTokens,
      points: kindPoints(counts.clientTokens, (values, kind) => [...values, kind]),
    },
    column(declared.clientCost, counts.clientCosts, 0, dollar),
    column(declared.attempts, attempts),
    lengths(declared.attemptDuration, counts.attemptDurations),
    column(declared.moves, moves, 0),
    column(declared.moveCost, moves, 1, dollar),
    single(declared.overflow, counts.overflow),
  ];
}

/** One column of a tally whose labels are those of the metric. */
function column(metric: Declared, tally: Tally, at = 0, factor = 1): Family {
  const points = tally.rows().map(([values, row]) => ({ values, value: (row[at] ?? 0) * factor }));
  return { declared: metric, points };
}

export function lengths(metric: Declared, distribution: Distribution): Family {
  return { declared: metric, bounds: distribution.bounds, distributed: distribution.look() };
}

function tokenPoints(tokens: Tally): Point[] {
  return kindPoints(tokens, ([account = '', model = '', estimate = ''], kind) => [
    account,
    model,
    kind,
    estimate,
  ]);
}

function kindPoints(
  tally: Tally,
  labels: (values: readonly string[], kind: string) => readonly string[],
): Point[] {
  return tally
    .rows()
    .flatMap(([values, row]) =>
      tokenKinds.map((kind, at) => ({ values: labels(values, kind), value: row[at] ?? 0 })),
    );
}

/** Only those that were used: most calls have none. Whether the answer broke off does not matter for them. */
function toolPoints(tokens: Tally): Point[] {
  const sums = new Map<string, Point>();
  for (const [[account = '', model = ''], row] of tokens.rows()) {
    for (const [tool, at] of [
      ['web_search', usageColumns.webSearch],
      ['web_fetch', usageColumns.webFetch],
    ] as const) {
      const value = row[at] ?? 0;
      if (value === 0) continue;
      const key = JSON.stringify([account, model, tool]);
      sums.set(key, { values: [account, model, tool], value: value + (sums.get(key)?.value ?? 0) });
    }
  }
  return [...sums.values()];
}
