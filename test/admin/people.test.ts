import { afterEach, beforeEach, expect, it } from 'bun:test';
import { Links } from '../../src/access/people/links.ts';
import { LocalPeople } from '../../src/admin/people.ts';
import { silentLog } from '../../src/base/log.ts';
import { Secret } from '../../src/base/secret.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { keptPeople } from '../../src/server/people.ts';
import { HandClock } from '../help/a-clock.ts';
import { problemOf } from '../help/a-problem.ts';

const clock = new HandClock();
let database: Database;

beforeEach(async () => {
  database = await openDatabase({ path: ':memory:', log: silentLog });
});

afterEach(() => database.close());

const kept = () => keptPeople({ database, settings: () => defaultSettings, clock, log: silentLog });

it('a link is made where somebody is there who could take it, for the public URL too', async () => {
  expect((await problemOf(new LocalPeople(kept()).makeLink('admin'))).code).toBe('proxy-not-running');
  const publicUrl = (): string => 'https://proxy.example.com';
  const people = new LocalPeople({ ...kept(), links: new Links(clock), publicUrl });
  const { path, ...rest } = await people.makeLink('viewer');
  expect(path).toMatch(/^\/sign-in#link=[0-9A-Za-z]{43}$/);
  expect(rest).toEqual({
    role: 'viewer',
    publicUrl: 'https://proxy.example.com',
    expiresAt: new Date(clock.now() + 300_000).toISOString(),
  });
});

it('everybody can be signed out, and only somebody who is there', async () => {
  const people = new LocalPeople(kept());
  expect(await people.signOut(undefined)).toEqual({ sessions: 0 });
  expect((await problemOf(people.signOut('ann'))).code).toBe('person-unknown');
});

it('what is done is written down, by nobody in particular where nobody asked', async () => {
  const people = new LocalPeople(kept());
  await people.setPassword('ann', new Secret('correct horse battery'), 'viewer');
  await people.setRole('ann', 'admin');
  await people.removePerson('ann');
  expect((await people.changes({ limit: 10 })).map(({ who, what, subject }) => [who, what, subject])).toEqual(
    [
      ['the proxy', 'person.removed', 'ann'],
      ['the proxy', 'person.role', 'ann'],
      ['the proxy', 'person.added', 'ann'],
    ],
  );
});
