/**
 * What a choice of an account costs the processor: bun bench/workloads/choosing.ts [--quick]. It prints µs by number of accounts and
 * kind of choice, the best of its rounds; the pool is the one that serves, with budgets and headroom as it asks them.
 */
import type { Account } from '../../src/accounts/account.ts';
import type { Ask } from '../../src/accounts/choice.ts';
import { noMemory } from '../../src/accounts/memory.ts';
import { policies, type PolicyName } from '../../src/accounts/policies/all.ts';
import { Headroom } from '../../src/accounts/headroom/headroom.ts';
import { Pool } from '../../src/accounts/pool.ts';
import { defaultRoutes } from '../../src/accounts/routes.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import { wallClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { Leaving } from '../../src/base/signal.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { Patience } from '../../src/proxy/patience.ts';
import { Budgets } from '../../src/usage/budgets/budgets.ts';

const hourMs = 3_600_000;
const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 3 : 7;
const choices = isQuick ? 1_000 : 4_000;
/** Calls that run at once, so that accounts differ in what they carry. */
const atOnce = 300;
const remembered = 10_000;

function account(at: number): Account {
  return {
    id: `acc_${at}`,
    name: `account-${at}`,
    kind: 'api-key',
    baseUrl: 'https://api.example.test',
    allowPlainHttp: false,
    priority: 100,
    weight: 1 + (at % 3),
    models: [],
    notes: '',
    enabled: true,
    createdAt: 0,
    updatedAt: 0,
    credentialAt: 0,
  };
}

/** A pool in use: each account has told of three windows, and as many sessions are remembered as there may be. */
function pool(accounts: number, policy: PolicyName): { made: Pool; sessions: Sessions } {
  const spend = { of: () => ({ microUsd: 0, tokens: 0 }) } as unknown as ConstructorParameters<
    typeof Budgets
  >[0]['spend'];
  const budgets = new Budgets({
    spend,
    priceOf: () => 0,
    clock: wallClock,
    log: silentLog,
    whenUnreadable: () => 'open',
  });
  const sessions = new Sessions(wallClock, hourMs, remembered);
  const now = wallClock.now();
  const ofPlan = { kind: 'plan', family: undefined, readAt: now } as const;
  const windows = (at: number) => [
    { ...ofPlan, window: '5h', used: (at % 97) / 100, resetAt: now + hourMs + at },
    { ...ofPlan, window: '7d', used: (at % 89) / 100, resetAt: now + 50 * hourMs + at },
    {
      ...ofPlan,
      window: '7d_opus',
      family: 'opus' as const,
      used: (at % 83) / 100,
      resetAt: now + 50 * hourMs,
    },
  ];
  const roomOf = (id: string) => ({ windows: windows(Number(id.slice(4))) });
  const made = new Pool(
    wallClock,
    sessions,
    () => {},
    (id) => budgets.barred(id),
    { ...noMemory, roomOf },
  );
  made.follow({ ...defaultRoutes, policy });
  made.refill(Array.from({ length: accounts }, (_, at) => account(at)));
  for (let at = 0; at < remembered; at += 1) sessions.bind(`session-${at}`, `acc_${at % accounts}`);
  return { made, sessions };
}

/** µs of processor time a choice; the call itself is part of it, and that its place is given back. */
function cost(on: Pool, askOf: (at: number) => Partial<Ask>, tried: ReadonlySet<string> = new Set()): number {
  const held: (() => void)[] = [];
  let at = 0;
  const round = (): number => {
    const before = process.cpuUsage();
    for (const end = at + choices; at < end; at += 1) {
      const ask: Ask = { purpose: 'messages', own: false, model: 'claude-opus-5-5', ...askOf(at) };
      const choice = on.choose(ask, tried);
      if (choice.is === 'account') {
        held[at % atOnce]?.();
        held[at % atOnce] = () => {
          choice.lease.release();
        };
      }
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / choices;
  };
  round();
  const best = Math.min(...Array.from({ length: rounds }, round));
  for (const release of held) release();
  return best;
}

/** What the API says of its limits beside an answer. */
const limits = ['requests', 'input-tokens', 'output-tokens', 'tokens'].flatMap((what) => [
  `anthropic-ratelimit-${what}-limit`,
  '400000',
  `anthropic-ratelimit-${what}-remaining`,
  '399000',
  `anthropic-ratelimit-${what}-reset`,
  '2099-01-01T00:00:00Z',
]);

/**
 * µs of processor time that one whole call takes of the pool, as the corridor asks it: a session at home has its
 * account, which serves it and says what it has left; what was in its cache is remembered.
 */
async function wholeCall(accounts: number): Promise<number> {
  const { made: on, sessions } = pool(accounts, 'balanced');
  const table = { read: () => Promise.resolve([]), write: () => Promise.resolve() };
  const headroom = await Headroom.open({ table, clock: wallClock, log: silentLog });
  const around = { pool: on, settings: () => defaultSettings, clock: wallClock, log: silentLog };
  const call = { headers: [], signal: new Leaving() };
  const usage = { input: 9, output: 9, cacheRead: 9_000, cacheWrite5m: 90, cacheWrite1h: 0 };
  const oneCall = (session: string): void => {
    const ask: Ask = { purpose: 'messages', own: false, model: 'claude-opus-5-5', session };
    const patience = new Patience({ ask, call }, around);
    const choice = patience.next();
    if (choice instanceof Promise || choice.is !== 'account') throw new Error('nobody is free');
    const { account, lease } = choice;
    patience.asks(account.id);
    headroom.learn(account.id, limits);
    patience.learns(account, { is: 'fine', isServed: true });
    lease.release();
    patience.ends(true, account);
    sessions.heard({ session, accountId: account.id, startedAt: wallClock.now(), usage });
  };
  const round = (): number => {
    const before = process.cpuUsage();
    for (let at = 0; at < choices; at += 1) oneCall(`session-${remembered - 1 - (at % 32)}`);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / choices;
  };
  round();
  return Math.min(...Array.from({ length: rounds }, round));
}

async function costs(accounts: number): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  let sessions = 0;
  const isNew = (): Partial<Ask> => ({ session: `new-${(sessions += 1)}` });
  for (const policy of Object.keys(policies) as PolicyName[])
    found[policy] = cost(pool(accounts, policy).made, isNew);
  const { made: on } = pool(accounts, 'balanced');
  found['home'] = cost(on, (at) => ({ session: `session-${remembered - 1 - (at % 32)}` }));
  found['next'] = cost(on, () => ({}), new Set(['acc_0']));
  const allowed = ['account-5', 'account-7', 'acc_0'];
  found['allowed'] = cost(on, () => ({ ...isNew(), allowed }));
  found['call'] = await wholeCall(accounts);
  found['pinned'] = cost(on, () => ({ pinned: `account-${accounts - 1}` }));
  return found;
}

console.log(JSON.stringify({ one: await costs(1), thousand: await costs(1_000) }));
process.exit();
