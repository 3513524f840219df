import type { Exit } from './exit-codes.ts';

/** One problem. */
export interface Entry {
  readonly exit: Exit;
  /** What it is, where whoever threw it had nothing better to say. `{…}` is filled in; `{self}` is our command. */
  readonly title: string;
  /** What to do about it. */
  readonly fix: string;
}

/** What helps in several cases. */
export const fixes = {
  restore: 'Put the right file back from a backup; `{self} doctor` looks closer.',
  rights: 'Give this user the right to read and write the folder of the proxy.',
  newer: 'Use that version, or a backup from before.',
} as const;
