import type { Clock } from '../base/clock.ts';
import type { LineLog } from '../base/log.ts';
import type { Places } from '../config/places.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Stores } from './stores.ts';

/** What every part of a running proxy is opened with. */
export interface Parts {
  readonly places: Places;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stores: Stores;
  readonly live: LiveSettings;
  readonly clock: Clock;
  /** Runs work behind the present turn of the event loop. */
  readonly behindTurn: (work: () => void) => void;
  readonly log: LineLog;
  /** How many carry calls together, this one counted. */
  readonly processes: number;
  /** What is to be closed at the end, the last first: a part adds itself when it opens. */
  readonly closing: (() => void | Promise<void>)[];
}
