import { afterEach, describe, expect, it } from 'bun:test';
import type { PersonView } from '../../../src/admin/contract-people.ts';
import { aProxy, type Proxy, Rooms } from '../../help/a-proxy.ts';
import { Visitor } from '../../help/a-visitor.ts';
import { aPerson, changesIn, control, password } from '../../help/some-people.ts';

const rooms = new Rooms();
afterEach(() => rooms.close());

const config = '[admin]\nsign_in = "always"\n';
const other = 'another good password';

async function aRoom(): Promise<{ proxy: Proxy; ann: Visitor }> {
  const proxy = await rooms.add(aProxy({ config }));
  await aPerson(proxy, 'ann');
  const ann = new Visitor(proxy.url);
  await ann.signIn('ann', password);
  return { proxy, ann };
}

async function peopleIn(proxy: Proxy): Promise<PersonView[]> {
  const answer = await control(proxy, 'GET', '/control/people');
  return ((await answer.json()) as { people: PersonView[] }).people;
}

async function idOf(proxy: Proxy, name: string): Promise<string> {
  return (await peopleIn(proxy)).find((person) => person.name === name)?.id ?? '';
}

async function rolesIn(proxy: Proxy): Promise<string[]> {
  return (await peopleIn(proxy)).map(({ name, role, sessions }) => `${name} ${role} ${sessions}`);
}

describe('people at the page', () => {
  it('are added, changed, signed out and removed, and each of it is written down with who did it', async () => {
    const { proxy, ann } = await aRoom();
    const add = { name: 'bob <b>&', role: 'viewer', password: other, again: other };
    const added = await ann.send('/people', '/people', add);
    expect([added.status, added.headers.get('hx-trigger')]).toEqual([200, 'dialog-done']);
    const bob = new Visitor(proxy.url);
    expect((await bob.signIn('bob <b>&', other)).status).toBe(200);
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob <b>& viewer 1']);
    const id = await idOf(proxy, 'bob <b>&');
    await ann.send('/people', '/people/change', { id, role: 'admin', password: '', again: '' });
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob <b>& admin 1']);
    await ann.send('/people', '/people/change', {
      id,
      role: 'admin',
      password: `${other}!`,
      again: `${other}!`,
    });
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob <b>& admin 0']);
    await bob.signIn('bob <b>&', `${other}!`);
    await ann.send('/people', '/people/sign-out', { name: 'bob <b>&' });
    expect((await bob.get('/accounts')).status).toBe(303);
    await ann.send('/people', '/people/remove', { id });
    expect(await rolesIn(proxy)).toEqual(['ann admin 1']);
    expect((await changesIn(proxy)).filter((change) => change.startsWith('ann '))).toEqual([
      'ann signed-in',
      'ann person.added bob <b>&',
      'ann person.role bob <b>&',
      'ann person.password bob <b>&',
      'ann person.signed-out bob <b>&',
      'ann person.removed bob <b>&',
    ]);
  });

  it('of which the last admin can be neither removed nor made a viewer', async () => {
    const { proxy, ann } = await aRoom();
    await aPerson(proxy, 'vera', 'viewer');
    const id = await idOf(proxy, 'ann');
    const demoted = { id, role: 'viewer', password: '', again: '' };
    for (const [path, fields] of [
      ['/people/change', demoted],
      ['/people/remove', { id }],
    ] as const) {
      const refused = await ann.send('/people', path, fields);
      expect([path, refused.status]).toEqual([path, 422]);
      expect(await refused.text()).toContain('is the last admin with a password.');
    }
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'vera viewer 0']);
  });

  it('keep their names for themselves: whoever is there is not added again, whoever is gone does not come back', async () => {
    const { proxy, ann } = await aRoom();
    await aPerson(proxy, 'bob', 'viewer');
    const add = { name: 'BOB', role: 'admin', password: other, again: other };
    const taken = await ann.send('/people', '/people', add);
    expect([taken.status, await taken.text()]).toEqual([
      422,
      expect.stringContaining('has a password already'),
    ]);
    const id = await idOf(proxy, 'bob');
    await control(proxy, 'DELETE', '/control/people/bob');
    const late = { ...add, id, role: 'viewer' };
    expect((await ann.send('/people', '/people/change', late)).status).toBe(404);
    expect(await rolesIn(proxy)).toEqual(['ann admin 1']);
    // Nor is whoever has the name now the one whom an older form shows.
    await aPerson(proxy, 'bob', 'viewer');
    for (const path of ['/people/change', '/people/remove'])
      expect([path, (await ann.send('/people', path, { ...late, role: 'admin' })).status]).toEqual([
        path,
        404,
      ]);
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob viewer 0']);
  });

  it('keep what somebody else has changed since a form was opened', async () => {
    const { proxy, ann } = await aRoom();
    await aPerson(proxy, 'bob');
    const id = await idOf(proxy, 'bob');
    const form = await (await ann.get('/people/change?name=bob')).text();
    expect(form).toContain('name="shown" value="admin"');
    await control(proxy, 'PUT', '/control/people/bob/role', { role: 'viewer' });
    // The role as it was shown is none that was typed.
    const fields = { id, shown: 'admin', role: 'admin', password: other, again: other };
    expect((await ann.send('/people', '/people/change', fields)).status).toBe(200);
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob viewer 0']);
    await control(proxy, 'PUT', '/control/people/bob/role', { role: 'admin' });
    const typed = { id, shown: 'viewer', role: 'admin', password: '', again: '' };
    const refused = await ann.send('/people', '/people/change', typed);
    const text = await refused.text();
    expect([refused.status, text]).toEqual([422, expect.stringContaining('the role is admin now')]);
    expect(text).toContain('name="shown" value="admin"');
  });

  it('are changed whole or not at all', async () => {
    const { proxy, ann } = await aRoom();
    await aPerson(proxy, 'bob', 'viewer');
    const id = await idOf(proxy, 'bob');
    for (const wrong of ['short', 'x'.repeat(1_001)]) {
      const fields = { id, shown: 'viewer', role: 'admin', password: wrong, again: wrong };
      expect((await ann.send('/people', '/people/change', fields)).status).toBe(422);
      expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob viewer 0']);
    }
  });

  it('get no password that was typed in two ways, or that is too short, and it stands in no answer', async () => {
    const { proxy, ann } = await aRoom();
    for (const [typed, again, why] of [
      ['correct horse one', 'correct horse two', 'are not the same'],
      ['short-9371', 'short-9371', 'is shorter than'],
    ] as const) {
      const refused = await ann.send('/people', '/people', { name: 'bob', password: typed, again });
      const text = await refused.text();
      expect([refused.status, text]).toEqual([422, expect.stringContaining(why)]);
      expect(text).not.toContain(typed);
    }
    expect(await rolesIn(proxy)).toEqual(['ann admin 1']);
  });

  it('are shown to viewers, who change nothing about them, not even themselves', async () => {
    const { proxy } = await aRoom();
    await aPerson(proxy, 'vera', 'viewer');
    const vera = new Visitor(proxy.url);
    await vera.signIn('vera', password);
    expect(await (await vera.get('/people')).text()).toContain('aria-label="ann"');
    for (const [path, fields] of [
      ['/people', { name: 'eve', role: 'admin', password: other, again: other }],
      ['/people/change', { id: await idOf(proxy, 'vera'), role: 'admin' }],
      ['/people/remove', { id: await idOf(proxy, 'ann') }],
      ['/people/sign-out', { everybody: 'yes' }],
    ] as const)
      expect([path, (await vera.send('/people', path, fields)).status]).toEqual([path, 403]);
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'vera viewer 1']);
  });

  it('are signed out all at once by who says so, and nobody by a name that is missing', async () => {
    const { proxy, ann } = await aRoom();
    expect((await ann.send('/people', '/people/sign-out')).status).toBe(404);
    expect(await rolesIn(proxy)).toEqual(['ann admin 1']);
    await ann.send('/people', '/people/sign-out', { everybody: 'yes' });
    expect(await rolesIn(proxy)).toEqual(['ann admin 0']);
  });

  it('are told of with whom the settings let in by a provider', async () => {
    const company = '[providers.company]\nissuer = "https://idp.example"\nclient_id = "page"\n';
    const rules = 'providers = ["company"]\nadmins = ["ann@example.com"]\nviewers = ["*@example.com"]\n';
    const proxy = await rooms.add(aProxy({ config: `[admin]\n${rules}${company}` }));
    const text = await (await new Visitor(proxy.url).get('/people')).text();
    for (const words of ['By provider: company', 'ann@example.com', '*@example.com'])
      expect(text).toContain(words);
  });
});
