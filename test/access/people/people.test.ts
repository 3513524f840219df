import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { sql } from 'kysely';
import { PageSessions } from '../../../src/access/people/page-sessions.ts';
import { Passwords } from '../../../src/access/people/passwords.ts';
import { People, sessionsOf } from '../../../src/access/people/people.ts';
import { silentLog } from '../../../src/base/log.ts';
import { Secret } from '../../../src/base/secret.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines, everythingIn } from '../../help/a-database.ts';
import type { Place } from '../../help/a-place.ts';
import { problemOf } from '../../help/a-problem.ts';

/** Does `work` while the rows of all people are locked; they are free when two connections wait for something. */
async function heldUntilTwoWait<T>(place: Place, work: () => Promise<T>): Promise<T> {
  const database = await openDatabase({ ...place, log: silentLog });
  const underway = await database.query.transaction().execute(async (query) => {
    await sql`select id from people for update`.execute(query);
    const done = work();
    for (;;) {
      const { rows } = await sql`
        select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        database.query,
      );
      if (rows.length === 2) return { done };
    }
  });
  await database.close();
  return underway.done;
}

const password = new Secret('correct horse battery');
const other = new Secret('another long password');

describe.each(engines)('on $name', ({ name: engine, places }) => {
  const aPlace = places();
  let place: Place;
  let database: Database;
  let people: People;
  const clock = new HandClock();

  beforeEach(async () => {
    place = await aPlace();
    database = await openDatabase({ ...place, log: silentLog });
    people = new People({ database, passwords: new Passwords(), clock });
  });

  afterEach(() => database.close());

  it('whoever gets a password comes to be, as an admin unless told otherwise', async () => {
    expect(await people.setPassword('Ann', password)).toMatchObject({
      isNew: true,
      person: { name: 'Ann', role: 'admin', createdAt: clock.now() },
    });
    expect(await people.setPassword('bob', password, 'viewer')).toMatchObject({ person: { role: 'viewer' } });
    expect((await people.list()).map(({ name, role }) => [name, role])).toEqual([
      ['Ann', 'admin'],
      ['bob', 'viewer'],
    ]);
    expect(await everythingIn(place)).not.toContain(password.reveal());
  });

  it('a name is one name in whatever case; a new password keeps the role, and ends the old', async () => {
    await people.setPassword('ann', password, 'viewer');
    expect(await people.setPassword('ANN', other)).toMatchObject({
      isNew: false,
      person: { name: 'ann', role: 'viewer' },
    });
    expect(await people.signedInBy('Ann', password)).toBeUndefined();
    expect(await people.signedInBy('Ann', other)).toMatchObject({ name: 'ann' });
    expect(await people.signedInBy('bob', other)).toBeUndefined();
  });

  it('a password that is short, or too long to be compared, and a name that cannot be read, are refused', async () => {
    const short = people.setPassword('ann', new Secret('🦜🦜🦜🦜🦜🦜🦜🦜🦜🦜🦜'));
    expect((await problemOf(short)).code).toBe('password-short');
    const long = people.setPassword('ann', new Secret('x'.repeat(1_001)));
    expect((await problemOf(long)).code).toBe('password-long');
    for (const name of ['', ' ', 'a\nb', 'a\u200bb', 'x'.repeat(101)])
      expect([name, (await problemOf(people.setPassword(name, password))).code]).toEqual([
        name,
        'person-invalid',
      ]);
    expect(await people.list()).toEqual([]);
  });

  it('a role can be changed, and somebody removed; nobody who is not there', async () => {
    const { person } = await people.setPassword('ann', password);
    expect(await people.setRole('Ann', 'viewer')).toMatchObject({ role: 'viewer' });
    expect(await people.byId(person.id)).toMatchObject({ role: 'viewer' });
    expect(await people.remove('ann')).toMatchObject({ name: 'ann' });
    expect(await people.byId(person.id)).toBeUndefined();
    expect((await problemOf(people.remove('ann'))).code).toBe('person-unknown');
    expect((await problemOf(people.setRole('ann', 'admin'))).code).toBe('person-unknown');
    expect((await problemOf(people.find('ann'))).code).toBe('person-unknown');
  });

  it('the longest password that is taken lets in', async () => {
    const long = new Secret('x'.repeat(1_000));
    await people.setPassword('ann', long);
    expect(await people.signedInBy('ann', long)).toMatchObject({ name: 'ann' });
  });

  it('a password can be meant for somebody new alone', async () => {
    await people.setPassword('ann', password, 'viewer', 'new');
    expect((await problemOf(people.setPassword('ANN', other, 'admin', 'new'))).code).toBe('person-taken');
    expect(await people.signedInBy('ann', password)).toMatchObject({ role: 'viewer' });
  });

  it('role and password are changed together, or neither', async () => {
    const free = { mayGo: true };
    const { person } = await people.setPassword('ann', password, 'viewer');
    for (const [wrong, code] of [
      ['short', 'password-short'],
      ['x'.repeat(1_001), 'password-long'],
    ] as const) {
      const refused = people.change(person, { role: 'admin', password: new Secret(wrong) }, free);
      expect((await problemOf(refused)).code).toBe(code);
    }
    expect(await people.signedInBy('ann', password)).toMatchObject({ role: 'viewer' });
    await clock.turn(1);
    const after = await people.change(person, { role: 'admin', password: other }, free);
    expect(after).toEqual({ ...person, role: 'admin', passwordAt: clock.now() });
    expect(await people.signedInBy('ann', other)).toEqual(after);
    expect(await people.change(after, {}, free)).toEqual(after);
  });

  it('a change is for whom somebody saw, as they saw them', async () => {
    const free = { mayGo: true };
    const { person: seen } = await people.setPassword('ann', password);
    await people.setRole('ann', 'viewer');
    const both = { role: 'viewer', password: other } as const;
    expect((await problemOf(people.change(seen, both, free))).code).toBe('person-changed');
    expect(await people.signedInBy('ann', other)).toBeUndefined();
    // A password alone says nothing of the role.
    await people.change(seen, { password: other }, free);
    expect(await people.signedInBy('ann', other)).toMatchObject({ role: 'viewer' });
    await people.remove('ann');
    await people.setPassword('ann', password, 'viewer');
    expect((await problemOf(people.change(seen, { role: 'admin' }, free))).code).toBe('person-unknown');
    expect(await people.find('ann')).toMatchObject({ role: 'viewer' });
  });

  it('of two who make the same person at once one is told that the name is taken', async () => {
    const both = await Promise.allSettled([
      people.setPassword('ann', password, 'admin', 'new'),
      people.setPassword('Ann', other, 'viewer', 'new'),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await people.list()).toHaveLength(1);
  });

  it('the last admin stays where one has to, also when two demote each other at once', async () => {
    const last = { mayGo: false };
    const { person: ann } = await people.setPassword('ann', password);
    await people.setPassword('vera', password, 'viewer');
    const tries = [() => people.change(ann, { role: 'viewer' }, last), () => people.remove('ann', last)];
    for (const refused of tries) expect((await problemOf(refused())).code).toBe('last-admin');
    expect(await people.change(ann, { role: 'admin' }, last)).toMatchObject({ role: 'admin' });
    expect(await people.remove('vera', last)).toMatchObject({ name: 'vera' });
    await people.setPassword('bob', password);
    await Promise.allSettled([people.change(ann, { role: 'viewer' }, last), people.remove('bob', last)]);
    expect((await people.list()).filter(({ role }) => role === 'admin')).toHaveLength(1);
    // At the machine somebody else decides.
    for (const { name } of await people.list()) await people.remove(name);
    expect(await people.list()).toEqual([]);
  });

  it('two processes that demote each other’s admin at once leave one', async () => {
    const last = { mayGo: false };
    const elsewhere = await openDatabase({ ...place, log: silentLog });
    const others = new People({ database: elsewhere, passwords: new Passwords(), clock });
    const { person: ann } = await people.setPassword('ann', password);
    const { person: bob } = await people.setPassword('bob', password);
    const demote = () =>
      Promise.allSettled([
        people.change(ann, { role: 'viewer' }, last),
        others.change(bob, { role: 'viewer' }, last),
      ]);
    // Postgres lets both look before either has written: a third holds their rows until both of them wait.
    const ends = await (engine === 'postgres' ? heldUntilTwoWait(place, demote) : demote());
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await people.list()).filter(({ role }) => role === 'admin')).toHaveLength(1);
    await elsewhere.close();
  });

  it('a new password and a removal end the sessions of that person alone', async () => {
    const limits = () => ({ idleSeconds: 3600, longestSeconds: 3600 });
    const sessions = new PageSessions({ database, clock, limits });
    const ids = new Map<string, string>();
    for (const name of ['ann', 'bob']) {
      const { person } = await people.setPassword(name, password);
      ids.set(name, person.id);
      const who = {
        via: 'password',
        whose: sessionsOf(person.id),
        name,
        email: undefined,
        address: '',
      } as const;
      await sessions.begin(who);
    }
    await people.setPassword('ann', other);
    expect((await sessions.list()).map(({ name }) => name)).toEqual(['bob']);
    await people.remove('bob');
    expect(await sessions.list()).toEqual([]);
  });

  it('somebody with a role that there is not gets in nowhere', async () => {
    const { person } = await people.setPassword('ann', password);
    await database.query.updateTable('people').set({ role: 'owner' }).where('id', '=', person.id).execute();
    expect(await people.byId(person.id)).toBeUndefined();
    expect(await people.signedInBy('ann', password)).toBeUndefined();
  });
});
