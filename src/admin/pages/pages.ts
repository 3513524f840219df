import type { Secret } from '../../base/secret.ts';
import type { Answering } from './answering.tsx';
import type { Doors } from '../doors/doors.ts';
import type { Feed } from './feed.ts';
import type { Sources } from './sources.ts';

export interface PagesOptions {
  readonly sources: Sources;
  readonly feed: Feed;
  readonly doors: Doors;
  /** Made at the start, for the tokens of `changes.ts`. */
  readonly changeSecret: Secret;
  /** Gets what has to be closed when the proxy stops. */
  readonly closing: (() => void | Promise<void>)[];
  /** Tells this start of the proxy from others. */
  readonly run: string;
}

/** What a page's routes are made with. */
export interface Pages extends PagesOptions {
  readonly answering: Answering;
}
