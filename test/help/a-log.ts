import type { Log, LogFacts, LogLevel } from '../../src/base/log.ts';

export interface LoggedLine {
  readonly level: LogLevel;
  readonly event: string;
  readonly facts: LogFacts;
}

/** A log that remembers its lines. */
export class MemoryLog implements Log {
  readonly lines: LoggedLine[] = [];

  debug(event: string, facts: LogFacts = {}): void {
    this.lines.push({ level: 'debug', event, facts });
  }

  info(event: string, facts: LogFacts = {}): void {
    this.lines.push({ level: 'info', event, facts });
  }

  warn(event: string, facts: LogFacts = {}): void {
    this.lines.push({ level: 'warn', event, facts });
  }

  error(event: string, facts: LogFacts = {}): void {
    this.lines.push({ level: 'error', event, facts });
  }

  /** The events of a level, in order. */
  events(level: LogLevel): string[] {
    return this.lines.filter((line) => line.level === level).map(({ event }) => event);
  }
}
