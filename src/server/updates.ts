import { messageOf } from '../base/errors.ts';
import { build, product } from '../base/product.ts';
import type { Gateway } from '../proxy/gateway.ts';
import type { Remembered } from '../update/memory.ts';
import type { Parts } from './parts.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** After a start the proxy has other things to do (ms). */
const firstMs = minuteMs;
/** Many proxies that were started at once do not ask at once (ms). */
const spreadMs = 60 * minuteMs;

export interface UpdatesOptions extends Pick<Parts, 'places' | 'env' | 'live' | 'clock' | 'log' | 'closing'> {
  readonly gateway: Pick<Gateway, 'sender' | 'random'>;
  /** Which build this is, and the file it runs from where that is not this process's. */
  readonly target?: string;
  readonly binary?: string;
}

/**
 * Looks once a day for a newer version, some time after the start and never before somebody is served. What that
 * needs is loaded then. A look that fails is remembered for `doctor`; nobody is kept waiting.
 *
 * @returns what tells of a version that is newer than this one; null where none is known of
 */
export function openUpdates(options: UpdatesOptions): () => string | null {
  const { clock, gateway, log, closing } = options;
  let newer: string | null = null;
  let cancel = (): void => {};
  const ending = new AbortController();
  const later = (ms: number, work: () => Promise<void>): void => {
    if (ending.signal.aborted) return;
    cancel = clock.after(ms, () => {
      work().catch((error: unknown) => {
        log.debug('not looked for a newer version', { reason: messageOf(error) });
        later(dayMs, round);
      });
    });
  };
  const round = async (): Promise<void> => {
    const memory = await tidied(options);
    // A proxy that others keep up to date has nothing to look for.
    if (memory === undefined) return;
    const known = await newerIn(memory, options);
    if (known !== null && known !== newer) log.info('a newer version is available', { version: known });
    newer = known;
    const dueMs = dueInMs(memory, clock.now());
    if (dueMs > 0) later(dueMs, round);
    else later(minuteMs + gateway.random() * spreadMs, lookRound);
  };
  const lookRound = async (): Promise<void> => {
    if (await look(options, ending.signal)) await round();
    else later(dayMs, round);
  };
  if ((options.target ?? build.target) !== 'source') later(firstMs, round);
  closing.push(() => {
    cancel();
    ending.abort();
  });
  return () => newer;
}

/** What is remembered, once what an update left behind is cleared away; undefined where updates are not our business. */
async function tidied({ places, env, binary, clock }: UpdatesOptions): Promise<Remembered | undefined> {
  const [{ howInstalled, surroundings }, { removeLeftovers }, { recall }] = await Promise.all([
    import('../update/installed.ts'),
    import('../update/leftovers.ts'),
    import('../update/memory.ts'),
  ]);
  const here = surroundings(env);
  const installed = howInstalled(binary === undefined ? here : { ...here, execPath: binary, isBinary: true });
  if (installed.is !== 'binary') return undefined;
  await removeLeftovers(installed.path, places.home, clock.now());
  return recall(places.update);
}

async function newerIn(memory: Remembered, { live }: UpdatesOptions): Promise<string | null> {
  const { newerThan } = await import('../update/memory.ts');
  return live.settings.update.check ? newerThan(product.version, memory) : null;
}

/** When the next look is due: several proxies of one home, and those that are started often, look once a day too. */
function dueInMs({ looked }: Remembered, now: number): number {
  if (looked === undefined || looked.at > now) return 0;
  return Math.max(0, looked.at + dayMs - now);
}

/** Resolves with whether there was anything to ask, and anybody wanted to know. */
async function look(
  { live, places, env, gateway, clock, log }: UpdatesOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { update } = live.settings;
  if (!update.check || update.feedUrl === undefined) return false;
  const [{ feedIfAny }, looking, { usualPatience }, { wayOutFor }] = await Promise.all([
    import('../update/trust.ts'),
    import('../update/look.ts'),
    import('../update/asking.ts'),
    import('../update/way-out.ts'),
  ]);
  const feed = feedIfAny(update);
  if (feed === undefined) return false;
  const wayOut = (url: URL) => wayOutFor(url, env);
  const asking = { sender: gateway.sender, clock, wayOut, signal, patience: usualPatience };
  try {
    await looking.look({ feed, asking, current: product.version, memory: places.update });
  } catch (error) {
    log.info('the feed of newer versions is of no use', { reason: messageOf(error) });
  }
  return true;
}
