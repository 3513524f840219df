import type { Exit } from './exit-codes.ts';

/** One problem. */
export interface Entry {
  readonly exit: Exit;
  /** What it is, where whoever threw it had nothing better to say. `{…}` is filled in; `{self}` is our command. */
  readonly title: string;
  /** What to do about it. */
  readonly fix: string;
}
