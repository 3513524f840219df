import type { Clock } from '../../base/clock.ts';
import type { Recorder } from '../call-record.ts';
import { CallCounts } from './call-counts.ts';
import type { Exposition } from './expose.ts';
import type { Family } from './family.ts';
import { LoopLag } from './loop-lag.ts';
import type { MetricSources, RefreshResult } from './sources.ts';
import { Tally, add } from './tally.ts';

/** What a proxy counts from its start, and shows to whoever asks. */
export class Metrics {
  readonly calls = new CallCounts();
  /** account, result */
  readonly refreshes = new Tally();
  readonly lag: LoopLag;

  constructor(clock: Clock) {
    this.lag = new LoopLag(clock);
  }

  /** Counts one call that is over. */
  get record(): Recorder {
    return this.calls.record;
  }

  /** Counts a renewal of the tokens of `account`. */
  refreshed(account: string, result: RefreshResult): void {
    add(this.refreshes.row(account, result), 0, 1);
  }

  /** Every metric that there is something to tell of, as it is now. */
  async families(sources: MetricSources): Promise<Family[]> {
    // Nobody who is never asked loads what only looking takes.
    const { collect } = await import('./collect.ts');
    return collect(this, sources);
  }

  /** The text for a scrape that accepts `accept`. */
  async exposition(sources: MetricSources, accept: string | undefined): Promise<Exposition> {
    const { expose } = await import('./expose.ts');
    return expose(await this.families(sources), accept);
  }
}
