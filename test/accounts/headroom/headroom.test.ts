import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { Headroom } from '../../../src/accounts/headroom/headroom.ts';
import { HeadroomTable } from '../../../src/accounts/headroom/headroom-table.ts';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { HandClock, settled } from '../../help/a-clock.ts';
import { MemoryLog } from '../../help/a-log.ts';

const minute = 60_000;
let clock: HandClock;
let database: Database;
let headroom: Headroom;

const open = (log = silentLog) => Headroom.open({ table: new HeadroomTable(database), clock, log });

beforeEach(async () => {
  clock = new HandClock();
  database = await openDatabase({ path: ':memory:', log: silentLog });
  headroom = await open();
});

afterEach(async () => {
  await headroom.flush();
  await database.close();
});

const plan = (window: string, used: string) => [
  `anthropic-ratelimit-unified-${window}-utilization`,
  used,
  `anthropic-ratelimit-unified-${window}-reset`,
  String(clock.now() / 1000 + 36_000),
];

describe('what an account has left', () => {
  it('is what its last answer said, the fullest window first, with its age and a forecast', async () => {
    headroom.learn('acc_1', plan('5h', '0.40'));
    await clock.turn(30 * minute);
    headroom.learn('acc_1', [...plan('7d', '0.10'), ...plan('5h', '0.60')]);
    await clock.turn(30 * minute);
    expect(headroom.of('acc_1')).toMatchObject([
      {
        window: '5h',
        used: 0.6,
        readAt: clock.now() - 30 * minute,
        forecast: { is: 'runs-out', at: clock.now() + 120 * minute },
      },
      { window: '7d', used: 0.1, forecast: { is: 'unknown' } },
    ]);
    expect(headroom.of('acc_2')).toEqual([]);
  });

  it('is heard again when an answer says just the same, with the moment and the course', async () => {
    const said = plan('5h', '0.40');
    const dated = () => ['date', String(clock.now()), ...said];
    headroom.learn('acc_1', dated());
    for (let times = 0; times < 3; times += 1) {
      await clock.turn(10 * minute);
      headroom.learn('acc_1', dated());
    }
    expect(headroom.of('acc_1')).toMatchObject([
      { window: '5h', used: 0.4, readAt: clock.now(), forecast: { is: 'lasts' } },
    ]);
  });

  it('is what the last of many answers within a second said, and counts when that came', async () => {
    headroom.learn('acc_1', plan('5h', '0.40'));
    await clock.turn(300);
    headroom.learn('acc_1', plan('5h', '0.50'));
    await clock.turn(300);
    headroom.learn('acc_1', plan('5h', '0.60'));
    const heardAt = clock.now();
    await clock.turn(minute);
    expect(headroom.of('acc_1')).toMatchObject([{ used: 0.6, readAt: heardAt }]);
  });

  it('loses nothing when an answer about another window follows at once', async () => {
    headroom.learn('acc_1', plan('5h', '0.40'));
    headroom.learn('acc_1', plan('5h', '0.50'));
    headroom.learn('acc_1', plan('7d', '0.10'));
    headroom.learn('acc_1', ['date', 'now']);
    headroom.learn('acc_1', plan('7d', '0.20'));
    const reads = headroom.of('acc_1').map(({ window, used }) => [window, used]);
    expect(reads).toEqual([
      ['5h', 0.5],
      ['7d', 0.2],
    ]);
  });

  it('is the last word also where the clock was set back', async () => {
    headroom.learn('acc_1', plan('5h', '0.40'));
    clock.set(clock.now() - minute);
    headroom.learn('acc_1', plan('5h', '0.50'));
    expect(headroom.of('acc_1')).toMatchObject([{ used: 0.5, readAt: clock.now() }]);
  });

  it('is written again where an answer that was only noted came since', async () => {
    const said = plan('5h', '0.40');
    headroom.learn('acc_1', said);
    await headroom.flush();
    await clock.turn(500);
    headroom.learn('acc_1', [...said]);
    await headroom.flush();
    const rows = await database.query.selectFrom('headroom').select('read_at').execute();
    expect(rows).toEqual([{ read_at: clock.now() }]);
  });

  it('is the same after a restart, its course included', async () => {
    headroom.learn('acc_1', plan('5h', '0.40'));
    await clock.turn(30 * minute);
    headroom.learn('acc_1', plan('5h', '0.60'));
    const before = headroom.of('acc_1');
    await headroom.flush();
    headroom = await open();
    expect(headroom.of('acc_1')).toEqual(before);
  });

  it('is written by itself within seconds', async () => {
    headroom.learn('acc_1', plan('5h', '0.40'));
    await clock.turn(5_000);
    await settled();
    await headroom.flush();
    const rows = await database.query.selectFrom('headroom').select(['account_id', 'used']).execute();
    expect(rows).toEqual([{ account_id: 'acc_1', used: 0.4 }]);
  });

  it('is forgotten with the account, on the disk too', async () => {
    headroom.learn('acc_1', plan('5h', '0.40'));
    headroom.learn('acc_2', plan('5h', '0.50'));
    await headroom.flush();
    headroom.keepOnly(new Set(['acc_2']));
    await headroom.flush();
    const left = await open();
    expect([headroom.of('acc_1'), left.of('acc_1'), left.of('acc_2').length]).toEqual([[], [], 1]);
  });

  it('has a bound: an upstream that invents windows has sixty', async () => {
    for (let at = 0; at < 500; at += 1) headroom.learn('acc_1', plan(`w${at}`, '0.5'));
    await headroom.flush();
    expect(headroom.of('acc_1')).toHaveLength(60);
    expect((await open()).of('acc_1')).toHaveLength(60);
  });

  it('stays in memory where the disk fails, which is told once', async () => {
    const log = new MemoryLog();
    headroom = await open(log);
    await database.close();
    headroom.learn('acc_1', plan('5h', '0.40'));
    await headroom.flush();
    headroom.learn('acc_1', plan('5h', '0.41'));
    await headroom.flush();
    expect(headroom.of('acc_1')[0]?.used).toBe(0.41);
    expect(log.events('warn')).toEqual(['headroom cannot be written']);
    database = await openDatabase({ path: ':memory:', log: silentLog });
  });
});

describe('the room of an account', () => {
  it('follows every answer, a restart and a removal, though it was asked for once', async () => {
    const before = headroom.roomOf('acc_1');
    expect(before.windows).toEqual([]);
    headroom.learn('acc_1', plan('7d_opus', '0.40'));
    expect(before.windows).toMatchObject([{ window: '7d_opus', family: 'opus', used: 0.4 }]);
    await headroom.flush();
    headroom = await open();
    const room = headroom.roomOf('acc_1');
    expect(room.windows).toEqual(before.windows);
    headroom.forget('acc_1');
    expect(room.windows).toEqual([]);
  });
});
