import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
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

const password = new Secret('correct horse battery');
const other = new Secret('another long password');

describe.each(engines)('on $name', ({ places }) => {
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

  it('a password of fewer letters than twelve, and a name that cannot be read, are refused', async () => {
    const short = people.setPassword('ann', new Secret('🦜🦜🦜🦜🦜🦜🦜🦜🦜🦜🦜'));
    expect((await problemOf(short)).code).toBe('password-short');
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

  it('a password can be meant for somebody new alone, or for somebody who is there alone', async () => {
    expect((await problemOf(people.setPassword('ann', password, undefined, 'known'))).code).toBe(
      'person-unknown',
    );
    await people.setPassword('ann', password, 'viewer', 'new');
    expect((await problemOf(people.setPassword('ANN', other, 'admin', 'new'))).code).toBe('person-taken');
    expect(await people.signedInBy('ann', password)).toMatchObject({ role: 'viewer' });
    await people.setPassword('ann', other, undefined, 'known');
    expect(await people.signedInBy('ann', other)).toMatchObject({ role: 'viewer' });
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
    await people.setPassword('ann', password);
    await people.setPassword('vera', password, 'viewer');
    for (const refused of [people.setRole('ann', 'viewer', last), people.remove('ann', last)])
      expect((await problemOf(refused)).code).toBe('last-admin');
    expect(await people.setRole('ann', 'admin', last)).toMatchObject({ role: 'admin' });
    expect(await people.remove('vera', last)).toMatchObject({ name: 'vera' });
    await people.setPassword('bob', password);
    await Promise.allSettled([people.setRole('ann', 'viewer', last), people.remove('bob', last)]);
    expect((await people.list()).filter(({ role }) => role === 'admin')).toHaveLength(1);
    // At the machine somebody else decides.
    for (const { name } of await people.list()) await people.remove(name);
    expect(await people.list()).toEqual([]);
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
