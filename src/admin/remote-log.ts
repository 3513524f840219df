import type { LogLevel } from '../base/log.ts';
import type { LogView } from './contract.ts';

/** Asks the running proxy, which has proved to be ours. */
type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** The log of a running proxy. */
export interface RemoteLog {
  view(): Promise<LogView>;
  hold(level: LogLevel, seconds: number): Promise<LogView>;
  release(): Promise<LogView>;
}

export function remoteLog(ask: Ask): RemoteLog {
  return {
    view: () => ask('GET', '/control/log'),
    hold: (level, seconds) => ask('POST', '/control/log/level', { level, seconds }),
    release: () => ask('DELETE', '/control/log/level'),
  };
}
