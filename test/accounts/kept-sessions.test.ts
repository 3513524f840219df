import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { KeptSessions } from '../../src/accounts/kept-sessions.ts';
import { SessionTable } from '../../src/accounts/session-table.ts';
import { type CacheUse, Sessions } from '../../src/accounts/sessions.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { HandClock } from '../help/a-clock.ts';
import { engines } from '../help/a-database.ts';

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  const limits = { ttlMs: 3_600_000, most: 1_000 };
  let clock: HandClock;
  let database: Database;
  let table: SessionTable;
  let kept: KeptSessions;

  beforeEach(async () => {
    clock = new HandClock();
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
    table = new SessionTable(database);
  });

  afterEach(async () => {
    await kept.flush();
    await database.close();
  });

  async function begin(most = limits.most): Promise<Sessions> {
    const sessions = new Sessions(clock, limits.ttlMs, most);
    const now = (): typeof limits => ({ ...limits, most });
    kept = await KeptSessions.open({ sessions, table, limits: now, clock, log: silentLog });
    return sessions;
  }

  const used = (accountId: string): CacheUse => ({
    session: 's',
    accountId,
    startedAt: clock.now(),
    usage: { cacheRead: 0, cacheWrite5m: 10, cacheWrite1h: 0 },
  });

  it('sessions are at home after a restart where they were, those that moved included', async () => {
    const before = await begin();
    for (const name of ['a', 'b']) before.bind(name, 'acc_1');
    before.bind('b', 'acc_2');
    await kept.flush();
    const after = await begin();
    expect(['a', 'b'].map((name) => after.accountOf(name))).toEqual(['acc_1', 'acc_2']);
  });

  it('sessions are forgotten as if there had been no restart, and their rows go', async () => {
    const before = await begin();
    before.bind('old', 'acc_1');
    await kept.flush();
    await clock.turn(limits.ttlMs);
    const after = await begin();
    expect(after.accountOf('old')).toBe('acc_1');
    await clock.turn(1);
    expect(after.accountOf('old')).toBeUndefined();
    after.bind('new', 'acc_1');
    await kept.flush();
    expect((await table.read(0, 10)).map(({ session }) => session)).toEqual(['new']);
  });

  it('a session in use is not written with every call, and still not forgotten', async () => {
    const before = await begin();
    before.bind('s', 'acc_1');
    await kept.flush();
    const [first] = await table.read(0, 10);
    await clock.turn(60_000);
    before.bind('s', 'acc_1');
    await kept.flush();
    expect(await table.read(0, 10)).toEqual([first as never]);
    await clock.turn(limits.ttlMs / 20);
    before.bind('s', 'acc_1');
    await kept.flush();
    expect((await table.read(0, 10))[0]?.used_at).toBe(clock.now());
  });

  it('of too many sessions those used last come back, the latest the last to go', async () => {
    const before = await begin();
    for (const name of ['a', 'b', 'c']) {
      before.bind(name, 'acc_1');
      await clock.turn(1_000);
    }
    await kept.flush();
    const after = await begin(2);
    expect(['a', 'b', 'c'].map((name) => after.accountOf(name))).toEqual([undefined, 'acc_1', 'acc_1']);
    after.bind('d', 'acc_1');
    expect(after.accountOf('b')).toBeUndefined();
  });

  it('a thousand and more sessions are written at once', async () => {
    const before = await begin(5_000);
    for (let at = 0; at < 1_234; at += 1) before.bind(`s${at}`, 'acc_1');
    await clock.turn(5_000);
    await kept.flush();
    expect(await table.read(0, 5_000)).toHaveLength(1_234);
  });

  it('a session goes home after a restart where its cache is warm, and only then', async () => {
    const before = await begin();
    before.bind('s', 'acc_1');
    before.heard(used('acc_1'));
    before.bind('s', 'acc_2');
    await kept.flush();
    await clock.turn(299_999);
    expect((await begin()).leftBy('s')).toBe('acc_1');
    await clock.turn(1);
    expect((await begin()).leftBy('s')).toBeUndefined();
  });

  it('what is known of a cache is written when it has got older by a twentieth of its life, and lasts on', async () => {
    const before = await begin();
    before.bind('s', 'acc_1');
    for (let calls = 0; calls < 20; calls += 1) {
      before.heard(used('acc_1'));
      await kept.flush();
      await clock.turn(1_000);
    }
    const [row] = await table.read(0, 10);
    expect(row).toMatchObject({ cache_used_at: clock.now() - 5_000, cache_kept_ms: 300_000 });
    const after = await begin();
    after.bind('s', 'acc_2');
    await clock.turn(290_000);
    expect(after.leftBy('s')).toBe('acc_1');
  });

  it('a cache that a clock set back would make warm for longer is none', async () => {
    const before = await begin();
    before.bind('s', 'acc_1');
    before.heard(used('acc_1'));
    before.bind('s', 'acc_2');
    await kept.flush();
    clock.set(clock.now() - 60_000);
    const after = await begin();
    expect([after.accountOf('s'), after.leftBy('s')]).toEqual(['acc_2', undefined]);
  });

  it('a clock that was set back makes nothing of the future', async () => {
    const before = await begin();
    before.bind('s', 'acc_1');
    await kept.flush();
    clock.set(clock.now() - 86_400_000);
    const after = await begin();
    await clock.turn(limits.ttlMs + 1);
    expect(after.accountOf('s')).toBeUndefined();
  });
});
