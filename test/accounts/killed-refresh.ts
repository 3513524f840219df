import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript, startScript } from '../help/a-process.ts';
import { aTokenProvider, type TokenProvider } from '../help/a-token-provider.ts';
import { openRefresher, simAccount } from './a-refresher.ts';

/** Where a refresh is killed: before one of its own steps, or while the provider is at work on it. */
export type DeathPoint =
  | { readonly before: string }
  | { readonly atProvider: 'arrived' | 'committed' | 'answering' }
  /** So long after its start (ms). */
  | { readonly after: number };

/** What became of the account whose refresh was killed. */
export interface Fate {
  /** What it had done, see `refresh-and-die.ts`. */
  readonly done: readonly string[];
  /** The provider has given out new tokens. */
  readonly isCommitted: boolean;
  /** The new tokens are in the vault. */
  readonly isStored: boolean;
  /** The account's sign-in is gone; undefined where it lives. */
  readonly over: string | undefined;
}

const script = new URL('refresh-and-die.ts', import.meta.url);
const ann = simAccount('ann');
const bob = simAccount('bob');

/** A refresh that is left alone: its steps in order (`rename credentials.json#2`), and its dangerous part. */
export async function refreshUndisturbed(): Promise<{
  readonly steps: string[];
  /** From the commit at the provider until the new tokens would survive: a kill, and a power cut (ms). */
  readonly windowMs: { readonly kill: number; readonly powerCut: number };
}> {
  return inHome(0, async (home, api) => {
    const { book } = api.simulator.signIns;
    const renew = book.renew.bind(book);
    let committedAt = 0;
    book.renew = (...asked) => {
      committedAt = performance.timeOrigin + performance.now();
      return renew(...asked);
    };
    const { done, moments, wasKilled } = await refreshAndDie(home, api, { before: '' });
    if (wasKilled) throw new Error('it was not to be killed');
    // A step is printed before it is done: what follows on it is the moment after.
    const until = (step: string): number => (moments[done.indexOf(step) + 1] ?? Number.NaN) - committedAt;
    const windowMs = { kill: until('rename credentials.json#2'), powerCut: until('sync home#3') };
    return { steps: done, windowMs };
  });
}

/**
 * Kills a refresh with SIGKILL, and lets another process go on where it left off. Fails where anything is lost
 * that need not be: another account, a vault that opens, the peace of the provider.
 */
export async function killRefresh(point: DeathPoint, graceSeconds: number): Promise<Fate> {
  return inHome(graceSeconds, async (home, api) => {
    const { done, wasKilled } = await refreshAndDie(home, api, point);
    if (!wasKilled && !('after' in point)) throw new Error(`it was not killed, but did ${done.join(', ')}`);
    const isCommitted = api.simulator.signIns.book.families[0]!.renewals > 0;
    const isStored = done.filter((step) => step.startsWith('rename credentials.json#')).length > 1;
    const over = await goOn(home, api);
    const asked = api.asked();
    if ((await goOn(home, api)) !== over) throw new Error('a second look found something else');
    if (over !== undefined && api.asked() !== asked) throw new Error('what is over was tried once more');
    return { done, isCommitted, isStored, over };
  });
}

/** What the next process finds and does; resolves with why the account is over, or undefined where it lives. */
async function goOn(home: string, api: TokenProvider): Promise<string | undefined> {
  const { tokens, refresher, end } = await openRefresher(home, api.url);
  try {
    await tokens.reload([ann.id, bob.id]);
    if (refresher.dueIn(ann) === 0) await refresher.attempt(ann);
    if (tokens.usable(bob.id) === undefined) throw new Error('another account was lost');
    const lack = tokens.lackOf(ann.id);
    if (lack !== undefined) return lack.reason;
    // Alive is what can be renewed, again and again.
    const ended = await refresher.refresh(ann);
    if (ended.is !== 'fresh') throw new Error(`it seems to live, but ${ended.reason}`);
    if (api.alarms() > 0) throw new Error('a spent token was used');
    return undefined;
  } finally {
    await end();
  }
}

/** What a refresh does on a full disk: its steps, and how often the provider was asked. */
export async function refreshOnFullDisk(): Promise<{ steps: string[]; asked: number; locks: string[] }> {
  return inHome(0, async (home, api) => {
    const text = await runScript(script, [home, api.url], { isDiskFull: true });
    const steps = text.split('\n').map((line) => line.split('\t', 1)[0] ?? '');
    return { steps, asked: api.asked(), locks: await readdir(join(home, 'locks')) };
  });
}

async function inHome<T>(
  graceSeconds: number,
  work: (home: string, api: TokenProvider) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'ccproxy-kill-'));
  const api = await aTokenProvider({ graceSeconds });
  try {
    const { tokens, end } = await openRefresher(home, api.url);
    for (const { id } of [ann, bob]) await tokens.store(id, api.signIn());
    await end();
    return await work(home, api);
  } finally {
    await api.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function refreshAndDie(
  home: string,
  api: TokenProvider,
  point: DeathPoint,
): Promise<{ done: string[]; moments: number[]; wasKilled: boolean }> {
  const child = startScript(script, [home, api.url, 'before' in point ? point.before : '']);
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  if ('after' in point) setTimeout(kill, point.after);
  if ('atProvider' in point) killAtProvider(api, point.atProvider, kill);
  const lines = (await new Response(child.stdout).text()).trimEnd().split('\n');
  await child.exited;
  const wasKilled = child.signalCode === 'SIGKILL';
  const printed = lines.map((line) => line.split('\t'));
  const done = printed.map(([step = '']) => step);
  const moments = printed.map(([, moment]) => Number(moment));
  // The step it was killed before was announced, and not done.
  return { done: wasKilled && 'before' in point ? done.slice(0, -1) : done, moments, wasKilled };
}

function killAtProvider(
  api: TokenProvider,
  moment: 'arrived' | 'committed' | 'answering',
  kill: () => void,
): void {
  const { book } = api.simulator.signIns;
  const renew = book.renew.bind(book);
  // The head goes out, and nothing of the body.
  if (moment === 'answering') api.simulator.fault({ path: '/oauth/token', scenario: 'slow-first', times: 1 });
  book.renew = (...asked) => {
    book.renew = renew;
    if (moment === 'arrived') {
      kill();
      return undefined;
    }
    const renewal = renew(...asked);
    if (moment === 'committed') kill();
    else setTimeout(kill, 30);
    return renewal;
  };
}
