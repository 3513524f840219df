import { Problem } from '../base/problem.ts';
import { messageOf } from '../base/errors.ts';
import type { Owner } from '../base/path-owners.ts';
import { asOwner } from './as-owner.ts';
import { readFeed } from './feed.ts';
import type { Asking } from './asking.ts';
import { recall, remember } from './memory.ts';
import { isNewer, type Release } from './release.ts';
import type { Feed } from './trust.ts';

export interface LookOptions {
  readonly feed: Feed;
  readonly asking: Asking;
  /** The version that runs here. */
  readonly current: string;
  /** `update.json`. */
  readonly memory: string;
  /** Whose home directory that is in, where a command of root asks. */
  readonly owner?: Owner | undefined;
}

/** What a look found. */
export interface Look {
  readonly release: Release;
  readonly isNewer: boolean;
}

/**
 * Looks at what the feed offers, believes it or not, and remembers what came of it.
 *
 * @throws Problem of the feed: update-unreachable, update-feed-…, update-signature-wrong, update-stale,
 *   update-downgrade, …
 */
export async function look({ feed, asking, current, memory, owner }: LookOptions): Promise<Look> {
  const at = asking.clock.now();
  try {
    const release = await readFeed(feed, asking);
    const { highest } = await asOwner(owner, () => recall(memory));
    const newer = isNewer(release, { current, highest, now: at });
    const looked = { at, offered: release.version };
    await asOwner(owner, () => remember(memory, { highest: release.version, looked }));
    return { release, isNewer: newer };
  } catch (error) {
    await asOwner(owner, () => rememberTrouble(memory, at, error));
    throw error;
  }
}

/** What was offered before is kept: a feed that is out of reach takes nothing back. */
async function rememberTrouble(memory: string, at: number, error: unknown): Promise<void> {
  const { code, message, fix } =
    error instanceof Problem ? error : { code: 'unexpected', message: messageOf(error), fix: '' };
  const { looked } = await recall(memory);
  const trouble = { code, says: message, fix };
  // A disk that is full now is told about by whoever needs it.
  await remember(memory, { looked: { at, offered: looked?.offered, trouble } }).catch(() => undefined);
}
