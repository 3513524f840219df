import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { Bindings, type BindingsOptions } from '../../src/accounts/bindings.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { HandClock, settled } from '../help/a-clock.ts';
import { engines } from '../help/a-database.ts';
import { MemoryLog } from '../help/a-log.ts';
import { placeText } from '../help/a-place.ts';
import { startScript } from '../help/a-process.ts';

describe.each(engines)('on $name', ({ places, fill, free }) => {
  const aPlace = places();
  const hour = 3_600_000;
  let database: Database;
  let clock: HandClock;
  let bindings: Bindings;

  beforeEach(async () => {
    clock = new HandClock();
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
    bindings = await open();
  });

  afterEach(async () => {
    await bindings.close();
    await database.close();
  });

  function open(options: Partial<BindingsOptions> = {}): Promise<Bindings> {
    return Bindings.open({ database, clock, log: silentLog, ...options });
  }

  async function stored(): Promise<{ object: string; account_id: string; expires_at: number }[]> {
    return database.query
      .selectFrom('bindings')
      .select(['object', 'account_id', 'expires_at'])
      .orderBy('object')
      .execute();
  }

  /** Waits for what happens in the background; a test that waits in vain fails by its time limit. */
  async function storedIs(wanted: (rows: { object: string }[]) => boolean): Promise<void> {
    while (!wanted(await stored())) await new Promise((resolve) => setImmediate(resolve));
  }

  describe('a binding', () => {
    test('is found at once, before it is written', async () => {
      bindings.remember('files', 'file_1', 'acc_1', hour);
      expect(await bindings.find('file_1')).toBe('acc_1');
      expect(await stored()).toEqual([]);
    });

    test('is written within 100 ms, and there after a restart', async () => {
      bindings.remember('files', 'file_1', 'acc_1', hour);
      await clock.turn(100);
      await storedIs((rows) => rows.length === 1);
      expect(await (await open()).find('file_1')).toBe('acc_1');
      expect(await stored()).toEqual([
        { object: 'object/file_1', account_id: 'acc_1', expires_at: clock.now() - 100 + hour },
      ]);
    });

    test('is written at the end', async () => {
      bindings.remember('files', 'file_1', 'acc_1', hour);
      await bindings.close();
      expect(clock.waiting).toBe(0);
      expect((await stored()).length).toBe(1);
    });

    test('ends when its time is over, in memory and after a restart', async () => {
      bindings.remember('thread', 'msg_1', 'acc_1', hour);
      await clock.turn(hour - 1);
      expect(await bindings.find('msg_1')).toBe('acc_1');
      await clock.turn(1);
      expect(await bindings.find('msg_1')).toBeUndefined();
      expect(await (await open()).find('msg_1')).toBeUndefined();
    });

    test('is replaced by a later one', async () => {
      bindings.remember('files', 'file_1', 'acc_1', hour);
      await bindings.flush();
      bindings.remember('files', 'file_1', 'acc_2', 2 * hour);
      expect(await bindings.find('file_1')).toBe('acc_2');
      await bindings.flush();
      expect(await stored()).toEqual([
        { object: 'object/file_1', account_id: 'acc_2', expires_at: clock.now() + 2 * hour },
      ]);
    });

    test('keeps the moment it was first made when it is renewed', async () => {
      const first = clock.now();
      bindings.remember('files', 'file_1', 'acc_1', hour);
      await clock.turn(hour / 2);
      await storedIs((rows) => rows.length === 1);
      const again = await open();
      again.remember('files', 'file_1', 'acc_1', hour);
      await again.close();
      const { created_at, expires_at } = await database.query
        .selectFrom('bindings')
        .selectAll()
        .executeTakeFirstOrThrow();
      expect([created_at, expires_at]).toEqual([first, clock.now() + hour]);
    });

    test('that is renewed with every call is not written with every call', async () => {
      bindings.remember('session', 's', 'acc_1', hour);
      await bindings.flush();
      for (let call = 0; call < 100; call += 1) {
        bindings.remember('session', 's', 'acc_1', hour);
        await clock.turn(1_000);
      }
      expect((await stored())[0]?.expires_at).toBe(clock.now() - 100_000 + hour);
      await clock.turn(100_000);
      bindings.remember('session', 's', 'acc_1', hour);
      await bindings.flush();
      expect((await stored())[0]?.expires_at).toBe(clock.now() + hour);
    });

    test('of nothing known is nothing', async () => {
      expect(await bindings.find('file_1')).toBeUndefined();
      expect(await bindings.find('')).toBeUndefined();
    });

    test('is forgotten at once and for good', async () => {
      bindings.remember('files', 'file_1', 'acc_1', hour);
      await bindings.flush();
      bindings.forget('file_1');
      expect(await bindings.find('file_1')).toBeUndefined();
      await clock.turn(100);
      expect(await stored()).toEqual([]);
      bindings.remember('files', 'file_1', 'acc_2', hour);
      expect(await bindings.find('file_1')).toBe('acc_2');
    });

    test('with an id no upstream gives out is not kept', async () => {
      bindings.remember('files', 'x'.repeat(300), 'acc_1', hour);
      expect(await bindings.find('x'.repeat(300))).toBeUndefined();
    });
  });

  describe('a name that a client chose', () => {
    test('is never taken for an object of the upstream', async () => {
      bindings.remember('files', 'file_1', 'acc_1', hour);
      bindings.remember('session', 'file_1', 'acc_2', hour);
      for (const each of [bindings, await flushedAndOpen()]) {
        expect(await each.find('file_1')).toBe('acc_1');
        expect(await each.find('file_1', 'session')).toBe('acc_2');
        expect(await each.find('session/file_1')).toBeUndefined();
      }
      bindings.forget('file_1', 'session');
      expect(await bindings.find('file_1')).toBe('acc_1');
    });

    async function flushedAndOpen(): Promise<Bindings> {
      await bindings.flush();
      return open();
    }
  });

  describe('many bindings', () => {
    test('are all found, whether memory still has them or not', async () => {
      for (let number = 0; number < 7_000; number += 1)
        bindings.remember('files', `file_${number}`, `acc_${number % 7}`, hour);
      await bindings.flush();
      for (const number of [0, 1, 1_999, 2_000, 6_999])
        expect(await bindings.find(`file_${number}`)).toBe(`acc_${number % 7}`);
      expect((await stored()).length).toBe(7_000);
    });

    test('of one kind push out the ones of that kind that end soonest, and no others', async () => {
      const small = await open({ mostOfAKind: 3 });
      small.remember('batches', 'msgbatch_1', 'acc_1', hour);
      for (let number = 0; number < 6; number += 1)
        small.remember('session', `s${number}`, 'acc_1', hour + number);
      await small.sweep();
      expect((await stored()).map(({ object }) => object)).toEqual([
        'object/msgbatch_1',
        'session/s3',
        'session/s4',
        'session/s5',
      ]);
    });

    test('of a flood are thinned out before the hour is over', async () => {
      const small = await open({ mostOfAKind: 8 });
      for (let number = 0; number < 40; number += 1)
        small.remember('session', `s${number}`, 'acc_1', hour + number);
      await clock.turn(100);
      await storedIs((rows) => rows.length === 8);
      await small.close();
    });

    test('that have expired are removed every hour', async () => {
      bindings.remember('thread', 'msg_1', 'acc_1', hour / 2);
      bindings.remember('files', 'file_1', 'acc_1', 5 * hour);
      await clock.turn(hour);
      await storedIs((rows) => rows.map(({ object }) => object).join() === 'object/file_1');
    });
  });

  describe('a database that cannot write', () => {
    test('costs nobody anything: bindings are found, and written later', async () => {
      const log = new MemoryLog();
      const mine = await open({ log });
      await fill(database);
      mine.remember('files', 'file_1', 'acc_1', hour);
      await clock.turn(5_000);
      await settled();
      await mine.flush();
      expect(await mine.find('file_1')).toBe('acc_1');
      expect(log.events('warn')).toEqual(['bindings cannot be written']);
      await free(database);
      await clock.turn(5_000);
      await mine.flush();
      expect((await stored()).length).toBe(1);
      expect(log.events('info')).toEqual(['bindings are written again']);
      await mine.close();
    });

    test('fills the memory only so far', async () => {
      await fill(database);
      for (let number = 0; number < 25_000; number += 1)
        bindings.remember('files', `file_${number}`, 'acc_1', hour);
      await bindings.flush();
      await free(database);
      await bindings.flush();
      expect((await stored()).length).toBe(20_000);
    });

    test('and cannot read is a line in the log, not an error of the call', async () => {
      const log = new MemoryLog();
      const mine = await open({ log });
      await database.close();
      expect(await mine.find('file_1')).toBeUndefined();
      expect(log.events('warn')).toEqual(['bindings cannot be read']);
    });
  });

  test('a process writes while it runs, and when it is killed nothing of that is lost', async () => {
    const place = await aPlace();
    const child = startScript(new URL('remember-bindings.ts', import.meta.url), [placeText(place)]);
    let written = 0;
    for await (const chunk of child.stdout) {
      written = Math.max(written, ...new TextDecoder().decode(chunk).trim().split('\n').map(Number));
      if (written >= 100) child.kill('SIGKILL');
    }
    await child.exited;
    const file = await openDatabase({ ...place, log: silentLog });
    const after = await Bindings.open({ database: file, clock: new HandClock(Date.now()), log: silentLog });
    for (let number = 0; number < written; number += 1)
      expect(await after.find(`file_${number}`)).toBe('acc_1');
    await after.close();
    await file.close();
  });
});
