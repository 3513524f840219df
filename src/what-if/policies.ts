import type { Account } from '../accounts/account.ts';
import { policies, type PolicyName } from '../accounts/policies/all.ts';
import { type Ask, type Choice, Pool } from '../accounts/pool.ts';
import type { Headroom } from '../accounts/headroom/headroom.ts';
import { noMemory } from '../accounts/memory.ts';
import { type CacheUse, Sessions } from '../accounts/sessions.ts';
import type { Clock } from '../base/clock.ts';
import type { Settings } from '../config/settings.ts';

/**
 * The one place that knows how a pool is made for a policy. What it makes is the pool that serves, with its sessions
 * and standings; nothing of it is played.
 */

/** Sends each call to the next account, whatever session it belongs to: what a load balancer makes of the accounts. */
export const callByCall = 'call-by-call';

/** Every policy that can be tried, the default first. */
export function policyNames(): string[] {
  return [...Object.keys(policies), callByCall];
}

/** The settings with this policy. */
export function settingsFor(policy: string, settings: Settings): Settings {
  return isPolicy(policy) ? { ...settings, routing: { ...settings.routing, policy } } : settings;
}

function isPolicy(name: string): name is PolicyName {
  return Object.hasOwn(policies, name);
}

/** How a choice is made in the place of the pool's own, which `ask` still answers for any account by itself. */
export type Chooser = (pool: OverruledPool, ask: Ask, tried: ReadonlySet<string>) => Choice;

export interface PoolOptions {
  readonly policy: string;
  readonly accounts: readonly Account[];
  readonly settings: Settings;
  /** What the accounts have left, as their answers told. */
  readonly headroom: Headroom;
  readonly clock: Clock;
  /** Left out, the policy chooses. */
  readonly chooser?: Chooser | undefined;
}

/** A pool, and where it hears what calls left in caches. */
export interface MadePool {
  readonly pool: Pool;
  readonly heard: (use: CacheUse) => void;
}

export function makePool({ policy, accounts, settings, headroom, clock, chooser }: PoolOptions): MadePool {
  const { sessionTtlSeconds, maxSessions } = settings.routing;
  const sessions = new Sessions(clock, sessionTtlSeconds * 1000, maxSessions);
  const memory = { ...noMemory, roomOf: headroom.roomOf };
  const choose = chooser ?? (policy === callByCall ? inTurn(accounts) : undefined);
  const pool =
    choose === undefined
      ? new Pool(clock, sessions, undefined, undefined, memory)
      : new OverruledPool(choose, clock, sessions, undefined, undefined, memory);
  pool.follow(settings.routing);
  pool.refill(accounts);
  return {
    pool,
    heard: (use) => {
      sessions.heard(use);
    },
  };
}

/** The pool, where somebody else chooses: standings, leases and what is learned stay its own. */
export class OverruledPool extends Pool {
  readonly #chooser: Chooser;

  constructor(chooser: Chooser, ...pool: ConstructorParameters<typeof Pool>) {
    super(...pool);
    this.#chooser = chooser;
  }

  override choose(ask: Ask, tried: ReadonlySet<string>): Choice {
    return this.#chooser(this, ask, tried);
  }

  /** What the pool itself would choose. */
  own(ask: Ask, tried: ReadonlySet<string>): Choice {
    return super.choose(ask, tried);
  }
}

function inTurn(accounts: readonly Account[]): Chooser {
  let turn = 0;
  return (pool, bound, tried) => {
    const ask = { ...bound, session: undefined };
    for (let ahead = 0; ahead < accounts.length; ahead += 1) {
      const at = (turn + ahead) % accounts.length;
      const id = accounts[at]?.id;
      if (id === undefined || tried.has(id)) continue;
      const choice = pool.own({ ...ask, allowed: [id] }, tried);
      if (choice.is !== 'account') continue;
      turn = at + 1;
      return choice;
    }
    return pool.own(ask, tried);
  };
}
