import type { CallCounts } from './call-counts.ts';
import { collectCalls, lengths } from './collect-calls.ts';
import { collectProcess } from './collect-process.ts';
import { collectState, labelWord } from './collect-state.ts';
import { declared } from './declared.ts';
import type { Family } from './family.ts';
import type { LoopLag } from './loop-lag.ts';
import type { MetricSources } from './sources.ts';
import type { Tally } from './tally.ts';

/** What was counted since the start. */
export interface Counted {
  readonly calls: CallCounts;
  /** account, result */
  readonly refreshes: Tally;
  readonly lag: LoopLag;
}

/** Every metric with its numbers as they are now. */
export async function collect({ calls, refreshes, lag }: Counted, sources: MetricSources): Promise<Family[]> {
  const ofProcess = await collectProcess();
  const renewals = refreshes.rows().map(([[account = '', result = ''], row]) => ({
    values: [account, labelWord(result)],
    value: row[0] ?? 0,
  }));
  return [
    ...collectCalls(calls),
    ...collectState(sources),
    { declared: declared.refreshes, points: renewals },
    lengths(declared.loopLag, lag.lags),
    ...ofProcess,
  ];
}
