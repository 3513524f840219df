import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { PageSessions } from '../../../src/access/people/page-sessions.ts';
import { silentLog } from '../../../src/base/log.ts';
import { Secret } from '../../../src/base/secret.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { HandClock } from '../../help/a-clock.ts';
import { engines, everythingIn } from '../../help/a-database.ts';
import type { Place } from '../../help/a-place.ts';

const minute = 60_000;
const ann = {
  via: 'password',
  whose: 'person:per_1',
  name: 'ann',
  email: undefined,
  address: '203.0.113.9',
} as const;

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  let place: Place;
  let database: Database;
  let clock: HandClock;
  let sessions: PageSessions;

  beforeEach(async () => {
    place = await aPlace();
    database = await openDatabase({ ...place, log: silentLog });
    clock = new HandClock();
    const limits = () => ({ idleSeconds: 3_600, longestSeconds: 36_000 });
    sessions = new PageSessions({ database, clock, limits });
  });

  afterEach(() => database.close());

  it('a session is found by what the browser has, which is kept nowhere', async () => {
    const { session, secret } = await sessions.begin(ann);
    expect(secret.reveal()).toMatch(/^[0-9A-Za-z]{43}$/);
    expect(await sessions.find(secret, true)).toEqual({ session, renewed: undefined });
    expect(await everythingIn(place)).not.toContain(secret.reveal());
    for (const made of ['', session.id, 'x'.repeat(43), `${secret.reveal()}x`])
      expect(await sessions.find(new Secret(made), true)).toBeUndefined();
  });

  it('what the browser has is renewed; the old goes when the new is shown, a minute later', async () => {
    const { secret } = await sessions.begin(ann);
    await clock.turn(15 * minute);
    const { renewed } = (await sessions.find(secret, true))!;
    expect(renewed!.reveal()).not.toBe(secret.reveal());
    expect((await sessions.find(renewed!, true))?.session.name).toBe('ann');
    await clock.turn(minute - 1);
    expect(await sessions.find(secret, true)).toBeDefined();
    await clock.turn(1);
    expect(await sessions.find(renewed!, true)).toBeDefined();
    expect(await sessions.find(secret, true)).toBeUndefined();
  });

  it('what was replaced and is shown all the same means that two have it: nobody goes on', async () => {
    const { secret } = await sessions.begin(ann);
    await clock.turn(15 * minute);
    const { renewed } = (await sessions.find(secret, true))!;
    await sessions.find(renewed!, true);
    await clock.turn(minute);
    expect(await sessions.find(secret, true)).toBeUndefined();
    expect(await sessions.find(renewed!, true)).toBeUndefined();
  });

  it('an answer that was lost on its way signs nobody out', async () => {
    const { secret } = await sessions.begin(ann);
    await clock.turn(15 * minute);
    const lost = (await sessions.find(secret, true))!.renewed!;
    await clock.turn(5 * minute);
    const again = (await sessions.find(secret, true))!.renewed!;
    expect(again).toBeDefined();
    expect(await sessions.find(again, true)).toBeDefined();
    // What never arrived is worth nothing to whoever finds it later.
    expect(await sessions.find(lost, true)).toBeUndefined();
  });

  it('of many requests at once one gets something new', async () => {
    const { secret } = await sessions.begin(ann);
    await clock.turn(15 * minute);
    const shown = await Promise.all(Array.from({ length: 8 }, () => sessions.find(secret, true)));
    expect(shown.filter((one) => one?.renewed !== undefined)).toHaveLength(1);
    expect(shown.every((one) => one !== undefined)).toBe(true);
  });

  it('what a page does by itself neither renews nor prolongs it', async () => {
    const { secret } = await sessions.begin(ann);
    for (let step = 0; step < 5; step += 1) {
      await clock.turn(10 * minute);
      expect(await sessions.find(secret, false)).toMatchObject({ renewed: undefined });
    }
    await clock.turn(10 * minute);
    expect(await sessions.find(secret, false)).toBeUndefined();
  });

  it('it ends in the end, whatever is done', async () => {
    const { session, secret } = await sessions.begin(ann);
    let held = secret;
    for (let step = 0; step < 19; step += 1) {
      await clock.turn(30 * minute);
      held = (await sessions.find(held, true))!.renewed ?? held;
    }
    expect(await sessions.byId(session.id)).toMatchObject({ id: session.id, whose: session.whose });
    await clock.turn(30 * minute);
    expect(await sessions.find(held, true)).toBeUndefined();
    expect(await sessions.byId(session.id)).toBeUndefined();
  });

  it('one can be ended, those of one person, and all', async () => {
    const [one, two] = [await sessions.begin(ann), await sessions.begin(ann)];
    const bob = await sessions.begin({ ...ann, whose: 'person:per_2', name: 'bob' });
    await sessions.end(one.session.id);
    expect(await sessions.find(one.secret, true)).toBeUndefined();
    expect(await sessions.find(two.secret, true)).toBeDefined();
    expect(await sessions.endAll('person:per_1')).toBe(1);
    expect((await sessions.list()).map(({ id }) => id)).toEqual([bob.session.id]);
    expect(await sessions.endAll()).toBe(1);
    expect(await sessions.list()).toEqual([]);
  });

  it('of one person there are fifty at the most, and the others stay signed in', async () => {
    const bob = await sessions.begin({ ...ann, whose: 'person:per_2', name: 'bob' });
    for (let at = 0; at < 55; at += 1) {
      await clock.turn(1);
      await sessions.begin(ann);
    }
    const all = await sessions.list();
    expect(all.filter(({ name }) => name === 'ann')).toHaveLength(50);
    expect(await sessions.find(bob.secret, true)).toBeDefined();
  });

  it('those that are over are gone when another begins', async () => {
    await sessions.begin(ann);
    await clock.turn(61 * minute);
    await sessions.begin(ann);
    expect(await database.query.selectFrom('page_sessions').select('id').execute()).toHaveLength(1);
  });
});
