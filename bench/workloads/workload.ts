/** What a workload of the benchmark is, and what it gives. */
import type { Instance, World } from '../targets/target.ts';
import type { LoadReport, Tools } from '../instrument/tools.ts';

export interface Figures {
  readonly [name: string]: number | undefined;
}

/** Every time that was taken of something, by what it was (ms). */
export type Times = Readonly<Record<string, readonly number[]>>;

export interface Measurement {
  readonly figures: Figures;
  /** What went wrong, in words: answers that were not 200, lost streams, a key that was not swapped. */
  readonly troubles: readonly string[];
  /** All that was seen, for the file of raw data: what the load generator said, or each time that was taken (ms). */
  readonly raw: readonly (LoadReport | Times)[];
}

export interface Row {
  readonly figure: string;
  readonly label: string;
  readonly decimals: number;
  /** Whether the table shows proxy / nginx for it. */
  readonly ratio?: boolean;
  /** The highest of all rounds instead of their median: one lost event is one too many. */
  readonly worst?: boolean;
}

export const busyRow: Row = { figure: 'busy', label: 'cpu of the target, %', decimals: 0 };

interface AnyWorkload {
  readonly name: string;
  readonly title: string;
  /** A process of its own for each measurement, because memory is what is looked at; warmed up or not. */
  readonly fresh: 'warm' | 'cold' | false;
  /** At most this many rounds: long ones need no repetition to be believed. */
  readonly maxRounds?: number;
  /** Closed loop: the target should be what limits it (see `limits` in report.ts). */
  readonly saturates: boolean;
  readonly withoutDirect?: boolean;
  /** `asked`: only when its name, or its beginning, is asked for, or everything. `long`: only by its name, or by `--long`. */
  readonly when?: 'asked' | 'long';
  /** Files one process has to hold open. */
  readonly openFiles?: number;
  /** The upstream it needs, in the place of the plain one. */
  readonly upstream?: 'tls';
  /** Needs an account before the usual one that can be refused. */
  readonly mayFail?: boolean;
  /** Of the proxy as it usually is, alone. */
  readonly ofProxy?: boolean;
  /** What it needs and this machine lacks, in words; undefined where everything is there. */
  readonly missing?: () => string | undefined;
  /** Fills the home of a proxy before that starts. */
  readonly prepare?: (home: string) => Promise<void>;
  readonly rows: readonly Row[];
}

/** Run on one target after the other. */
export interface OfTargets extends AnyWorkload {
  run(tools: Tools, instance: Instance, quick: boolean): Promise<Measurement>;
}

/** Measures for itself, whatever the targets, and says what its columns are. */
export interface Alone extends AnyWorkload {
  alone(world: World, quick: boolean): Promise<ReadonlyMap<string, Measurement>>;
}

export type Workload = OfTargets | Alone;
