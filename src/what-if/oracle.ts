import type { Lease } from '../accounts/pool.ts';
import { madeUpAccount } from './made-up-account.ts';
import { callByCall, type Chooser } from './policies.ts';
import { playPolicy, type Setup } from './setup.ts';
import type { Tally } from './tally.ts';

/** What somebody who knew the future would have kept of the cache. */
export interface Oracle {
  /**
   * `exhaustive`: every choice of every call was tried. `best-of-policies`: of each session what the policy kept
   * that was the best for it.
   */
  readonly is: 'exhaustive' | 'best-of-policies';
  readonly cacheRead: number;
  /** What one account without limits or troubles would have read: more than anybody could keep. */
  readonly ceiling: number;
  /** How many courses were played to know it. */
  readonly courses: number;
}

/** The best course of all there are, by what is read from the cache; undefined where there are more than `most`. */
export async function bestCourse(
  setup: Setup,
  most: number,
): Promise<{ tally: Tally; courses: number } | undefined> {
  const ids = setup.models.map(({ account }) => account.id);
  let best: Tally | undefined;
  let script: number[] = [];
  for (let courses = 1; courses <= most; courses += 1) {
    const course = new Course(ids, script);
    const tally = await playPolicy(setup, callByCall, course.chooser);
    if (best === undefined || isBetter(tally, best)) best = tally;
    const next = course.next();
    if (next === undefined) return { tally: best, courses };
    script = next;
  }
  return undefined;
}

function isBetter({ total: one }: Tally, { total: other }: Tally): boolean {
  if (one.cacheRead !== other.cacheRead) return one.cacheRead > other.cacheRead;
  return one.served === other.served ? one.microUsd < other.microUsd : one.served > other.served;
}

/** One way through all choices: as the script says, and behind its end always the first account that can. */
class Course {
  readonly #ids: readonly string[];
  readonly #script: readonly number[];
  /** Of each choice that came: which account was taken, and of how many. */
  readonly #made: { taken: number; of: number }[] = [];

  constructor(ids: readonly string[], script: readonly number[]) {
    this.#ids = ids;
    this.#script = script;
  }

  readonly chooser: Chooser = (pool, bound, tried) => {
    const ask = { ...bound, session: undefined };
    const taken = this.#script[this.#made.length] ?? 0;
    const able = this.#ids.flatMap((id) => {
      const choice = tried.has(id) ? undefined : pool.own({ ...ask, allowed: [id] }, tried);
      return choice?.is === 'account' ? [choice] : [];
    });
    if (able.length === 0) return pool.own(ask, tried);
    const leases: Lease[] = able.filter((_choice, at) => at !== taken).map(({ lease }) => lease);
    for (const lease of leases) lease.release();
    this.#made.push({ taken, of: able.length });
    return able[taken] ?? { is: 'limited', readyAt: undefined };
  };

  /** The script of the course after this one; undefined after the last. */
  next(): number[] | undefined {
    const last = this.#made.findLastIndex(({ taken, of }) => taken + 1 < of);
    if (last === -1) return undefined;
    return this.#made.slice(0, last + 1).map(({ taken }, at) => (at === last ? taken + 1 : taken));
  }
}

/** More courses than that are not played: the best of the policies stands in for the oracle. */
const mostCourses = 20_000;

/** What could have been kept, where `tallies` are those of the policies. */
export async function oracleOf(setup: Setup, calls: number, tallies: readonly Tally[]): Promise<Oracle> {
  const ceiling = await ceilingOf(setup);
  const isSmall = calls * Math.log(setup.models.length) <= Math.log(mostCourses);
  const found = isSmall ? await bestCourse(setup, mostCourses) : undefined;
  if (found === undefined)
    return { is: 'best-of-policies', cacheRead: bestOfPolicies(tallies), ceiling, courses: tallies.length };
  const cacheRead = Math.max(found.tally.total.cacheRead, ...tallies.map(({ total }) => total.cacheRead));
  return { is: 'exhaustive', cacheRead, ceiling, courses: found.courses };
}

async function ceilingOf(setup: Setup): Promise<number> {
  const account = madeUpAccount('endless', { priority: 1, weight: 1, models: [] });
  const models = [{ account, limits: {}, windows: [], troubles: [] }];
  return (await playPolicy({ ...setup, models }, callByCall)).total.cacheRead;
}

/** Of each session the most that any policy read from the cache. */
function bestOfPolicies(tallies: readonly Tally[]): number {
  const best = new Map<string, number>();
  for (const { bySession } of tallies)
    for (const [session, { cacheRead }] of bySession)
      best.set(session, Math.max(best.get(session) ?? 0, cacheRead));
  return [...best.values()].reduce((sum, one) => sum + one, 0);
}
