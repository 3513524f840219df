import { afterEach, describe, expect, it } from 'bun:test';
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

async function rolesIn(proxy: Proxy): Promise<string[]> {
  const { people } = (await (await control(proxy, 'GET', '/control/people')).json()) as {
    people: { name: string; role: string; sessions: number }[];
  };
  return people.map(({ name, role, sessions }) => `${name} ${role} ${sessions}`);
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
    await ann.send('/people', '/people/change', { name: 'bob <b>&', role: 'admin', password: '', again: '' });
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob <b>& admin 1']);
    await ann.send('/people', '/people/change', {
      name: 'bob <b>&',
      role: 'admin',
      password: `${other}!`,
      again: `${other}!`,
    });
    expect(await rolesIn(proxy)).toEqual(['ann admin 1', 'bob <b>& admin 0']);
    await bob.signIn('bob <b>&', `${other}!`);
    await ann.send('/people', '/people/sign-out', { name: 'bob <b>&' });
    expect((await bob.get('/accounts')).status).toBe(303);
    await ann.send('/people', '/people/remove', { name: 'bob <b>&' });
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
    const demoted = { name: 'ann', role: 'viewer', password: '', again: '' };
    for (const [path, fields] of [
      ['/people/change', demoted],
      ['/people/remove', { name: 'ann' }],
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
    await control(proxy, 'DELETE', '/control/people/bob');
    const late = { ...add, name: 'bob', role: 'viewer' };
    expect((await ann.send('/people', '/people/change', late)).status).toBe(404);
    expect(await rolesIn(proxy)).toEqual(['ann admin 1']);
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
      ['/people/change', { name: 'vera', role: 'admin' }],
      ['/people/remove', { name: 'ann' }],
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
