import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import type { BudgetSettings } from '../../../src/config/settings.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { type Admission, Budgets } from '../../../src/usage/budgets/budgets.ts';
import type { Held } from '../../../src/usage/budgets/hold.ts';
import type { Known } from '../../../src/usage/budgets/pots.ts';
import { Spend } from '../../../src/usage/budgets/spend.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { aBudget, aRecord, aUsage, flatPrice } from '../../help/a-budget.ts';
import { HandClock } from '../../help/a-clock.ts';
import { MemoryLog } from '../../help/a-log.ts';

const ann: Known = { id: 'key_ann', name: 'ann' };
const bob: Known = { id: 'key_bob', name: 'bob' };
const accounts: Known[] = [
  { id: 'acc_one', name: 'one' },
  { id: 'acc_two', name: 'two' },
];
const day = 86_400_000;

let database: Database;
let clock: HandClock;
let log: MemoryLog;
let spend: Spend;
let policy: 'open' | 'closed';

beforeEach(async () => {
  database = await openDatabase({ path: ':memory:', log: silentLog });
  clock = new HandClock(Date.parse('2026-11-22T12:00Z'));
  log = new MemoryLog();
  policy = 'open';
  spend = await Spend.open({ database, clock, log });
});
afterEach(() => database.close());

function budgets(set: Record<string, Partial<BudgetSettings>>, keys: Known[] = [ann, bob]): Budgets {
  const made = new Budgets({ spend, priceOf: flatPrice, clock, log, whenUnreadable: () => policy });
  const named = Object.entries(set).map(([name, more]) => [name, aBudget(more)] as const);
  made.refill({ budgets: new Map(named), keys, accounts });
  return made;
}

/** A call of 400 bytes that may bring 80 tokens: 100 in and 80 out are expected, 900 millionths of a dollar. */
const asked = { model: 'm', bodyBytes: 400, maxTokens: 80 };

function held(admission: Admission): Held {
  if (admission.is !== 'admitted') throw new Error(`refused: ${admission.is}`);
  return admission.hold;
}

/** One whole call that costs so many dollars. */
function use(
  on: Budgets,
  dollars: number,
  client: string | undefined = 'key_ann',
  account = 'acc_one',
): void {
  const hold = held(on.admit(client, asked));
  hold.on(account);
  hold.settle(costing(dollars));
}

function costing(dollars: number, more: Partial<CallRecord> = {}): CallRecord {
  return aRecord({ model: 'm', usage: aUsage(dollars * 1e6, 0, { isEstimate: true }), ...more });
}

it('counts without any budget too: what is set later begins with what was used', () => {
  const free = budgets({});
  use(free, 3);
  const leaving = held(free.admit('key_ann', asked));
  leaving.on('acc_one');
  leaving.settle(aRecord({ model: 'm', status: 499, ended: 'client-left' }));
  const [seen] = budgets({ team: { limitUsd: 20 } }).look();
  expect(seen).toMatchObject({ used: 3_000_900, held: 0, callsInFlight: 0 });
});

const left = (): CallRecord => aRecord({ model: 'm', status: 499, ended: 'client-left' });

describe('a hard budget', () => {
  it('lets calls through until it is used up, and from then on none until it begins anew', async () => {
    const on = budgets({ house: { limitUsd: 3 } });
    for (let at = 0; at < 3; at += 1) use(on, 1);
    expect(on.admit('key_ann', asked)).toMatchObject({ is: 'used-up', cap: { used: 3e6 } });
    expect(on.admit(undefined, asked).is).toBe('used-up');
    await clock.turn(Date.parse('2026-11-30T23:59:59Z') - clock.now());
    expect(on.admit('key_ann', asked).is).toBe('used-up');
    await clock.turn(1_000);
    expect(on.admit('key_ann', asked).is).toBe('admitted');
  });

  it('of one key stops that key and no other', () => {
    const on = budgets({ each: { scope: 'each-key', limitUsd: 1 } });
    use(on, 1, 'key_ann');
    expect(on.admit('key_ann', asked).is).toBe('used-up');
    expect(on.admit('key_bob', asked).is).toBe('admitted');
    expect(on.admit(undefined, asked).is).toBe('admitted');
  });

  it('that keys share is used up by all of them', () => {
    const on = budgets({ team: { scope: 'key', of: ['ann', 'bob'], limitUsd: 2 } });
    use(on, 1, 'key_ann');
    use(on, 1, 'key_bob');
    for (const id of ['key_ann', 'key_bob']) expect(on.admit(id, asked).is).toBe('used-up');
  });

  it('in tokens counts tokens', () => {
    const on = budgets({ house: { limitTokens: 1_000 } });
    const settle = (usage: CallRecord['usage']): void =>
      held(on.admit('key_ann', asked)).settle(aRecord({ model: 'm', usage }));
    settle(aUsage(100, 100, { cacheRead: 1e6, isEstimate: true }));
    expect(on.look()[0]?.used).toBe(200);
    settle(aUsage(0, 800, { isEstimate: true }));
    expect(on.admit('key_ann', asked).is).toBe('used-up');
  });

  it('of which several stand in the way: the one that begins anew last is told', () => {
    const on = budgets({
      day: { limitUsd: 1, period: 'daily' },
      month: { limitUsd: 1 },
      week: { limitUsd: 1, period: 'weekly' },
    });
    use(on, 1);
    expect(on.admit('key_ann', asked)).toMatchObject({ is: 'used-up', cap: { pot: { name: 'month' } } });
  });

  it('knows what was spent before it was set', () => {
    const before = budgets({});
    use(before, 5);
    expect(before.look()).toEqual([]);
    before.refill({ budgets: new Map([['late', aBudget({ limitUsd: 5 })]]), keys: [ann], accounts });
    expect(before.admit('key_ann', asked).is).toBe('used-up');
  });

  it('that is raised lets calls through at once', () => {
    const on = budgets({ house: { limitUsd: 1 } });
    use(on, 1);
    on.refill({ budgets: new Map([['house', aBudget({ limitUsd: 2 })]]), keys: [ann], accounts });
    expect(on.admit('key_ann', asked).is).toBe('admitted');
  });
});

it('a soft budget never refuses', () => {
  const on = budgets({ soft: { limitUsd: 1, hard: false } });
  for (let at = 0; at < 5; at += 1) use(on, 1);
  expect(on.admit('key_ann', asked).is).toBe('admitted');
  expect(on.look()[0]).toMatchObject({ used: 5e6 });
});

describe('calls in flight', () => {
  it('count with what is expected of them, so that a burst runs past a limit by one call at the most', () => {
    const on = budgets({ house: { limitUsd: 0.01 } });
    const admissions = Array.from({ length: 100 }, () => on.admit('key_ann', asked));
    const admitted = admissions.filter(({ is }) => is === 'admitted');
    // 900 millionths each: the twelfth passes the 10,000 that there are.
    expect(admitted).toHaveLength(12);
    expect(new Set(admissions.slice(12).map(({ is }) => is))).toEqual(new Set(['spoken-for']));
    for (const admission of admitted) held(admission).settle(costing(0.0009));
    const { used } = on.look()[0]!;
    expect(used).toBeGreaterThanOrEqual(10_000);
    expect(used - 10_000).toBeLessThanOrEqual(900);
    expect(on.admit('key_ann', asked).is).toBe('used-up');
  });

  it('that cost the most a request allows go no more than eightfold beyond it', () => {
    const on = budgets({ house: { limitUsd: 1 } });
    const greedy = { model: 'm', bodyBytes: 0, maxTokens: 64_000 };
    const admitted = Array.from({ length: 1_000 }, () => on.admit('key_ann', greedy)).filter(
      ({ is }) => is === 'admitted',
    );
    for (const admission of admitted) held(admission).settle(costing(0.64));
    // One dollar, and the one call that may always begin.
    expect(on.look()[0]!.used).toBeLessThanOrEqual(8 * 1e6 + 640_000);
  });

  it('are let go when they are over, and then there is room again', () => {
    const on = budgets({ house: { limitUsd: 0.01 } });
    const holds = Array.from({ length: 12 }, () => held(on.admit('key_ann', asked)));
    expect(on.admit('key_bob', asked).is).toBe('spoken-for');
    expect(on.look()[0]).toMatchObject({ callsInFlight: 12, held: 12 * 900, used: 0 });
    for (const hold of holds) hold.settle(aRecord({ status: 529, ended: 'error' }));
    expect(on.look()[0]).toMatchObject({ callsInFlight: 0, held: 0, used: 0 });
    expect(on.admit('key_bob', asked).is).toBe('admitted');
  });

  it('a single call goes out while anything is left, whatever it may cost', () => {
    const on = budgets({ house: { limitUsd: 0.01 } });
    expect(on.admit('key_ann', { model: 'm', bodyBytes: 30e6, maxTokens: 128_000 }).is).toBe('admitted');
  });

  it('are counted once, however often they end', () => {
    const on = budgets({ house: {} });
    const hold = held(on.admit('key_ann', asked));
    hold.on('acc_one');
    hold.settle(costing(1));
    hold.settle(costing(1));
    hold.on('acc_two');
    expect(on.look()[0]).toMatchObject({ used: 1e6, callsInFlight: 0 });
  });

  it('of a client that left early are charged as expected', () => {
    const on = budgets({ house: {} });
    const hold = held(on.admit('key_ann', asked));
    hold.on('acc_one');
    hold.settle(left());
    expect(on.look()[0]?.used).toBe(900);
    held(on.admit('key_ann', asked)).settle(left());
    // No account had been asked.
    expect(on.look()[0]?.used).toBe(900);
  });
});

describe('an account', () => {
  it('whose budget is used up takes no call until it begins anew, and comes back by itself', async () => {
    const on = budgets({ prod: { scope: 'account', of: ['one'], limitUsd: 1, period: 'daily' } });
    expect(on.barred('acc_one')).toBeUndefined();
    use(on, 1, 'key_ann', 'acc_one');
    expect(on.barred('acc_one')).toMatchObject({
      until: Date.parse('2026-11-23T00:00Z'),
      reason: 'budget prod used up',
    });
    expect(on.barred('acc_two')).toBeUndefined();
    expect(on.admit('key_ann', asked).is).toBe('admitted');
    await clock.turn(day / 2);
    expect(on.barred('acc_one')).toBeUndefined();
  });

  it('tells those who choose how much of each budget is used, and when that begins anew', () => {
    const on = budgets({
      prod: { scope: 'account', of: ['one'], limitUsd: 4, period: 'daily' },
      house: { limitUsd: 20 },
    });
    use(on, 1, 'key_ann', 'acc_one');
    expect(on.windowsOf('acc_one')).toEqual([
      {
        window: 'prod',
        kind: 'period',
        family: undefined,
        used: 0.25,
        readAt: clock.now(),
        resetAt: Date.parse('2026-11-23T00:00Z'),
      },
    ]);
    expect(on.windowsOf('acc_two')).toEqual([]);
  });

  it('is charged for the call that it served, not for those it was only asked for', () => {
    const on = budgets({
      one: { scope: 'account', of: ['one'] },
      two: { scope: 'account', of: ['two'] },
    });
    const hold = held(on.admit('key_ann', asked));
    hold.on('acc_one');
    expect(on.look().map(({ callsInFlight }) => callsInFlight)).toEqual([1, 0]);
    hold.on('acc_two');
    expect(on.look().map(({ callsInFlight }) => callsInFlight)).toEqual([0, 1]);
    hold.settle(costing(1));
    expect(on.look().map(({ used }) => used)).toEqual([0, 1e6]);
  });

  it('is spared while running calls may need what is left, for seconds', () => {
    const on = budgets({ prod: { scope: 'account', of: ['one'], limitUsd: 0.01 } });
    const holds = Array.from({ length: 12 }, () => held(on.admit('key_ann', asked)));
    for (const hold of holds) hold.on('acc_one');
    expect(on.barred('acc_one')).toEqual({
      until: clock.now() + 2_000,
      reason: 'budget prod is spoken for by running calls',
      cap: undefined,
    });
  });

  it('with a soft budget is never spared', () => {
    const on = budgets({ prod: { scope: 'account', of: ['one'], limitUsd: 1, hard: false } });
    use(on, 2);
    expect(on.barred('acc_one')).toBeUndefined();
  });
});

describe('what an answer tells', () => {
  it('is the fullest budget of its caller, and nothing without one', () => {
    const on = budgets({
      one: { scope: 'key', of: ['ann'], limitUsd: 10 },
      two: { scope: 'key', of: ['ann'], limitUsd: 4, period: 'weekly' },
      acc: { scope: 'account', of: ['one'], limitUsd: 2 },
    });
    use(on, 1);
    const headers = held(on.admit('key_ann', asked)).headers();
    expect(headers[headers.indexOf('anthropic-ratelimit-unified-overage-utilization') + 1]).toBe('0.25');
    expect(held(on.admit('key_bob', asked)).headers()).toEqual([]);
    expect(held(on.admit(undefined, asked)).headers()).toEqual([]);
  });

  it('is what it alone has used, where it asks for its usage', () => {
    const on = budgets({});
    use(on, 1.5);
    use(on, 9, 'key_bob');
    expect(on.usageOf('key_ann').extra_usage).toMatchObject({
      used_credits: 150,
      daily: { used_credits: 150 },
    });
  });
});

describe('the log', () => {
  const told = (): unknown[] =>
    log.lines.filter(({ level }) => level === 'warn').map(({ event, facts }) => [event, facts['threshold']]);

  it('hears of each threshold once a period', async () => {
    const on = budgets({ house: { limitUsd: 10 } });
    for (let at = 0; at < 20; at += 1) {
      if (on.admit('key_ann', asked).is !== 'admitted') break;
      use(on, 0.5);
    }
    expect(told()).toEqual([
      ['budget runs out', 0.75],
      ['budget runs out', 0.95],
      ['budget used up', 1],
    ]);
    await clock.turn(10 * day);
    for (let at = 0; at < 16; at += 1) use(on, 0.5);
    expect(told()).toHaveLength(4);
  });

  it('does not hear again after a restart what it had heard', () => {
    use(budgets({ house: { limitUsd: 10 } }), 8);
    expect(told()).toHaveLength(1);
    const again = budgets({ house: { limitUsd: 10 } });
    use(again, 0.1);
    expect(told()).toHaveLength(1);
    use(again, 1.5);
    expect(told().at(-1)).toEqual(['budget runs out', 0.95]);
  });

  it('hears once of names that nobody has', () => {
    const on = budgets({ one: { scope: 'key', of: ['zoe'] } });
    on.refill({ budgets: new Map([['one', aBudget({ scope: 'key', of: ['zoe'] })]]), keys: [ann], accounts });
    expect(log.events('warn')).toEqual(['budgets name somebody who is not here']);
  });
});

describe('while nobody can tell what was spent', () => {
  beforeEach(async () => {
    const broken = new Proxy(database, {
      get(target, name) {
        if (name === 'query') throw new Error('no answer');
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    spend = await Spend.open({ database: broken, clock, log });
  });

  it('callers are served unless the settings say otherwise', () => {
    const on = budgets({ house: { limitUsd: 1 } });
    expect(on.admit('key_ann', asked).is).toBe('admitted');
    policy = 'closed';
    expect(on.admit('key_ann', asked).is).toBe('unreadable');
    use(budgets({ soft: { hard: false } }), 1);
  });

  it('a budget that is known to be used up still refuses', () => {
    const on = budgets({ house: { limitUsd: 1 } });
    use(on, 1);
    expect(on.admit('key_ann', asked).is).toBe('used-up');
  });
});

it('over any run of calls what is told is the sum of what they cost, and nothing stays held', () => {
  // Numbers that look random and are the same in every run.
  let seed = 42;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const on = budgets({ house: { limitUsd: 1e6 }, ann: { scope: 'key', of: ['ann'], limitUsd: 1e6 } });
  const running: Held[] = [];
  let sum = 0;
  for (let step = 0; step < 5_000; step += 1) {
    if (random() < 0.5) {
      const hold = held(
        on.admit('key_ann', { model: 'm', bodyBytes: random() * 1e5, maxTokens: random() * 1e5 }),
      );
      if (random() < 0.8) hold.on(random() < 0.5 ? 'acc_one' : 'acc_two');
      running.push(hold);
    } else if (running.length > 0) {
      const [hold] = running.splice(Math.floor(random() * running.length), 1);
      const micro = Math.floor(random() * 1e5);
      sum += micro;
      hold!.settle(aRecord({ model: 'm', usage: aUsage(micro, 0) }));
    }
    expect(on.look()[0]!.callsInFlight).toBe(running.length);
  }
  for (const hold of running) hold.settle(aRecord({ status: 500, ended: 'error' }));
  for (const seen of on.look()) expect(seen).toMatchObject({ used: sum, held: 0, callsInFlight: 0 });
});
