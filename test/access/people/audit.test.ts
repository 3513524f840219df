import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { Audit } from '../../../src/access/people/audit.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { silentLog } from '../../../src/base/log.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines } from '../../help/a-database.ts';
import { MemoryLog } from '../../help/a-log.ts';

const ann = { name: 'ann', via: 'password', address: '203.0.113.9' };
const bob = { name: 'bob', via: 'key', address: '198.51.100.1' };
const day = 86_400_000;

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  let database: Database;
  let clock: HandClock;
  let log: MemoryLog;
  let audit: Audit;

  beforeEach(async () => {
    database = await openDatabase({ ...(await aPlace()), log: silentLog });
    clock = new HandClock();
    log = new MemoryLog();
    audit = new Audit({ database, clock, log, keepDays: () => 30 });
  });

  afterEach(() => database.close());

  it('keeps who did what to what, when, how known and from where; the newest first', async () => {
    await audit.note(ann, { what: 'account.added', subject: 'work', details: { kind: 'api-key', on: true } });
    await clock.turn(1);
    await audit.note(bob, { what: 'key.revoked', subject: 'laptop' });
    expect(await audit.list({ limit: 10 })).toMatchObject([
      { at: clock.now(), by: bob, what: 'key.revoked', subject: 'laptop', details: {} },
      { at: clock.now() - 1, by: ann, what: 'account.added', details: { kind: 'api-key', on: 'true' } },
    ]);
  });

  it('gives a part: by kind, by person, since when, and those before one', async () => {
    for (const what of ['account.added', 'account.removed', 'key.created', 'signed-in']) {
      await audit.note(what === 'signed-in' ? bob : ann, { what });
      await clock.turn(1_000);
    }
    const whats = async (ask: object): Promise<string[]> =>
      (await audit.list({ limit: 10, ...ask })).map(({ what }) => what);
    expect(await whats({ what: 'account' })).toEqual(['account.removed', 'account.added']);
    expect(await whats({ what: 'acc_unt%' })).toEqual([]);
    expect(await whats({ who: 'bob' })).toEqual(['signed-in']);
    expect(await whats({ since: clock.now() - 2_000 })).toEqual(['signed-in', 'key.created']);
    const [newest] = await audit.list({ limit: 1 });
    expect(await whats({ before: newest!.id })).toEqual(['key.created', 'account.removed', 'account.added']);
  });

  it('holds nothing that looks like a secret, and nothing endless', async () => {
    const secret = 'sk-ant-api03-0123456789abcdef';
    const long = 'x'.repeat(10_000);
    await audit.note(
      { ...ann, name: secret },
      { what: 'a', subject: secret, details: { why: secret, long } },
    );
    const [entry] = await audit.list({ limit: 1 });
    expect(JSON.stringify(entry)).not.toContain(secret);
    expect(JSON.stringify(entry).length).toBeLessThan(1_000);
  });

  it('forgets what is older than it is to be kept', async () => {
    await audit.note(ann, { what: 'one' });
    await clock.turn(29 * day);
    await audit.note(ann, { what: 'two' });
    await clock.turn(2 * day);
    await audit.note(ann, { what: 'three' });
    expect((await audit.list({ limit: 10 })).map(({ what }) => what)).toEqual(['three', 'two']);
  });

  it('keeps changes, sign-ins and what was refused each in places of its own', async () => {
    const most = { changes: 3, 'sign-ins': 2, refusals: 2 };
    const small = new Audit({ database, clock, log, keepDays: () => 30, most });
    const whats = ['key.created', 'sign-in.refused', 'change.refused'];
    for (const what of whats) await small.note(ann, { what });
    for (let at = 0; at < 5; at += 1)
      await small.note(bob, { what: at % 2 === 0 ? 'signed-in' : 'signed-out' });
    await clock.turn(3_600_000);
    await small.note(bob, { what: 'signed-out.everywhere' });
    expect((await small.list({ limit: 20 })).map(({ what }) => what)).toEqual([
      'signed-out.everywhere',
      'signed-in',
      ...whats.toReversed(),
    ]);
  });

  it('is told of what goes on again and again the first time, the second, the fourth …, by person and address', async () => {
    for (let at = 0; at < 10; at += 1) await audit.noteRepeated(ann, { what: 'signed-in' });
    await audit.noteRepeated({ ...ann, address: '192.0.2.7' }, { what: 'signed-in' });
    const told = await audit.list({ limit: 20 });
    expect(told.map(({ details }) => details['times'])).toEqual([undefined, '8', '4', '2', undefined]);
  });

  it('tells pages that there is something new, and the log where it could not be kept', async () => {
    const before = await audit.newest();
    await audit.note(ann, { what: 'one' });
    expect(await audit.newest()).not.toBe(before);
    await database.query.schema.dropTable('audit').execute();
    await audit.note(ann, { what: 'two' });
    expect(log.lines).toMatchObject([{ level: 'error', facts: { what: 'two', by: 'ann' } }]);
  });
});
