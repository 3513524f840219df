import { describe, expect, it } from 'bun:test';
import type { Person } from '../../../src/access/people/people.ts';
import type { PageSession } from '../../../src/access/people/page-sessions.ts';
import { Doorkeeper, liveHeader } from '../../../src/admin/doors/who.ts';
import type { Asker, Origin } from '../../../src/admin/pages/asker.ts';
import { Secret } from '../../../src/base/secret.ts';
import { defaultSettings } from '../../../src/config/settings.ts';

const here: Origin = { local: true, address: '127.0.0.1', url: 'http://localhost:8000' };
const elsewhere: Origin = { local: false, address: '203.0.113.9', url: 'https://proxy.example.com' };
const token = 'the token of this run, which is long';

const ann: Person = { id: 'per_1', name: 'ann', role: 'viewer', createdAt: 0, passwordAt: 0 };
const session: PageSession = {
  id: 'ses_1',
  via: 'password',
  whose: 'person:per_1',
  name: 'ann',
  email: undefined,
  address: '203.0.113.9',
  createdAt: 0,
  seenAt: 0,
};

interface World {
  session?: PageSession;
  person?: Person | undefined;
  admin?: object;
  renewed?: Secret;
}

function aKeeper({ session: kept = session, person = ann, admin = {}, renewed }: World = {}) {
  const uses: boolean[] = [];
  const keeper = new Doorkeeper({
    settings: () => ({ ...defaultSettings.admin, ...admin }),
    keys: {
      authenticate: (key) => {
        const base = { id: 'key_1', name: 'robot', owner: '', hint: '', createdAt: 0 };
        if (key === 'with role') return { is: 'known', key: { ...base, role: 'viewer' } };
        return key === 'without' ? { is: 'known', key: base } : { is: 'unknown' };
      },
    },
    people: { byId: (id) => Promise.resolve(id === person?.id ? person : undefined) },
    sessions: {
      find: (shown, isUse) => {
        uses.push(isUse);
        return Promise.resolve(shown.reveal() === 'cookie' ? { session: kept, renewed } : undefined);
      },
      byId: (id) => Promise.resolve(id === kept.id ? kept : undefined),
    },
    controlToken: new Secret(token),
    keyIn: (headers) => headers.get('x-ccproxy-key') ?? undefined,
  });
  const ask = async (origin: Origin, headers: Record<string, string> = {}, path = '/accounts') =>
    keeper.whoIsAsking(new Request(`http://localhost:8000${path}`, { headers }), origin);
  return { ask, keeper, uses };
}

const safeCookie = { cookie: '__Host-ccproxy_session=cookie' };

describe('who asks', () => {
  it('is whoever is at this machine, unless everybody has to sign in; and nobody from elsewhere', async () => {
    const { ask } = aKeeper();
    expect((await ask(here))?.asker).toMatchObject({ role: 'admin', via: 'loopback' });
    expect(await ask(elsewhere)).toBeUndefined();
    expect(await aKeeper({ admin: { signIn: 'always' } }).ask(here)).toBeUndefined();
  });

  it('is a command that shows the token, at this machine alone', async () => {
    const { ask } = aKeeper({ admin: { signIn: 'always' } });
    expect((await ask(here, { 'x-ccproxy-control': token }))?.asker).toMatchObject({ via: 'command' });
    expect(await ask(here, { 'x-ccproxy-control': `${token}x` })).toBeUndefined();
    expect(await ask(elsewhere, { 'x-ccproxy-control': token })).toBeUndefined();
  });

  it('is a client key with a role; one without is nobody, and takes nothing from who is here', async () => {
    const { ask } = aKeeper();
    expect((await ask(elsewhere, { 'x-ccproxy-key': 'with role' }))?.asker).toEqual({
      role: 'viewer',
      name: 'robot',
      via: 'key',
      session: 'key_1',
      address: '203.0.113.9',
    });
    expect(await ask(elsewhere, { 'x-ccproxy-key': 'without' })).toBeUndefined();
    expect((await ask(here, { 'x-ccproxy-key': 'without' }))?.asker.via).toBe('loopback');
  });

  it('is who has signed in, with the role they have now; at this machine, too', async () => {
    const { ask } = aKeeper();
    expect((await ask(elsewhere, safeCookie))?.asker).toMatchObject({
      name: 'ann',
      role: 'viewer',
      session: 'ses_1',
    });
    expect((await ask(here, { cookie: 'ccproxy_session=cookie' }))?.asker).toMatchObject({ role: 'viewer' });
    const promoted = aKeeper({ person: { ...ann, role: 'admin' } });
    expect((await promoted.ask(elsewhere, safeCookie))?.asker.role).toBe('admin');
    const gone = aKeeper({ person: { ...ann, id: 'per_2' } });
    expect(await gone.ask(elsewhere, safeCookie)).toBeUndefined();
  });

  it('is who came by a link or a provider, as long as the settings say so', async () => {
    const link = aKeeper({ session: { ...session, via: 'link', whose: 'role:viewer:1' } });
    expect((await link.ask(elsewhere, safeCookie))?.asker.role).toBe('viewer');
    const byProvider = {
      ...session,
      via: 'oidc',
      whose: 'oidc:company:u:1',
      email: 'ann@example.com',
    } as const;
    const admin = { providers: ['company'], admins: ['u:1'], viewers: ['ann@example.com'] };
    const roleNow = async (settings: object) =>
      (await aKeeper({ session: byProvider, admin: settings }).ask(elsewhere, safeCookie))?.asker.role;
    expect(await roleNow(admin)).toBe('admin');
    expect(await roleNow({ ...admin, admins: [] })).toBe('viewer');
    expect(await roleNow({ ...admin, providers: [] })).toBeUndefined();
  });

  it('uses a session by doing something, and not by a page that keeps itself true', async () => {
    const { ask, uses } = aKeeper();
    await ask(elsewhere, safeCookie);
    await ask(elsewhere, { ...safeCookie, [liveHeader]: 'yes' });
    await ask(elsewhere, safeCookie, '/api/events');
    expect(uses).toEqual([true, false, false]);
  });

  it('gets what takes the place of the cookie', async () => {
    const { ask } = aKeeper({ renewed: new Secret('next') });
    expect((await ask(elsewhere, safeCookie))?.setCookie).toStartWith(
      '__Host-ccproxy_session=next; Max-Age=604800;',
    );
    expect((await aKeeper().ask(elsewhere, safeCookie))?.setCookie).toBeUndefined();
  });
});

describe('who has opened a stream', () => {
  const asker = (via: Asker['via'], id: string): Asker => {
    return { role: 'admin', name: '', via, session: id, address: '' };
  };

  it('goes on as long as their session does, or nobody has to sign in', async () => {
    const { keeper } = aKeeper();
    expect(await keeper.roleNow(asker('password', 'ses_1'))).toBe('viewer');
    expect(await keeper.roleNow(asker('password', 'ses_2'))).toBeUndefined();
    expect(await keeper.roleNow(asker('loopback', 'loopback'))).toBe('admin');
    const { keeper: closed } = aKeeper({ admin: { signIn: 'always' } });
    expect(await closed.roleNow(asker('loopback', ''))).toBeUndefined();
  });

  it('is gone when the settings no longer name them, or they were removed', async () => {
    const byProvider = { ...session, via: 'oidc', whose: 'oidc:company:u:1' } as const;
    const admin = { providers: ['company'], viewers: ['u:1'] };
    const roleNow = (settings: object) =>
      aKeeper({ session: byProvider, admin: settings }).keeper.roleNow(asker('oidc', 'ses_1'));
    expect(await roleNow(admin)).toBe('viewer');
    expect(await roleNow({ ...admin, viewers: [] })).toBeUndefined();
    const { keeper } = aKeeper({ person: { ...ann, id: 'per_2' } });
    expect(await keeper.roleNow(asker('password', 'ses_1'))).toBeUndefined();
  });
});
