import type { Clock } from '../base/clock.ts';
import type { Environment } from '../config/environment.ts';
import type { Places } from '../config/places.ts';
import type { Terminal } from './terminal.ts';

/** The world a command works in. */
export interface Cli {
  readonly env: Environment;
  readonly terminal: Terminal;
  readonly places: Places;
  readonly clock: Clock;
  /** The result goes out as JSON. */
  readonly isJson: boolean;
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly home?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** What a command does; resolves with its exit code, nothing for 0. */
export type Action<Options> = (
  cli: Cli,
  options: Options & CommonOptions,
  words: readonly string[],
) => Promise<number | undefined>;
