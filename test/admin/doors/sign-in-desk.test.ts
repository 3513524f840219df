import { afterEach, beforeEach, describe, expect, it } from 'bun:test';
import { Audit } from '../../../src/access/people/audit.ts';
import { Links } from '../../../src/access/people/links.ts';
import { PageSessions } from '../../../src/access/people/page-sessions.ts';
import { Passwords } from '../../../src/access/people/passwords.ts';
import { People } from '../../../src/access/people/people.ts';
import { Throttle } from '../../../src/access/people/throttle.ts';
import { SealedFlows } from '../../../src/admin/doors/sealed-flow.ts';
import { SignInDesk, type SignedIn, type SignInDeskOptions } from '../../../src/admin/doors/sign-in-desk.ts';
import { cookieLine } from '../../../src/admin/doors/cookies.ts';
import type { Origin } from '../../../src/admin/pages/asker.ts';
import type { Identities } from '../../../src/oauth/identity.ts';
import { GatewayError } from '../../../src/base/errors.ts';
import { LineLog, silentLog } from '../../../src/base/log.ts';
import { Problem } from '../../../src/base/problem.ts';
import { Secret } from '../../../src/base/secret.ts';
import { defaultSettings } from '../../../src/config/settings.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import { HandClock } from '../../help/a-clock.ts';
import { MemoryLog } from '../../help/a-log.ts';
import { gatewayErrorOf } from '../../help/a-failure.ts';

const password = new Secret('correct horse battery');
const safe: Origin = { local: false, address: '203.0.113.9', url: 'https://proxy.example.com' };
const request = new Request('http://localhost/sign-in', { method: 'POST' });

let clock: HandClock;
let database: Database;
let people: People;
let sessions: PageSessions;
let audit: Audit;
let links: Links;
let options: SignInDeskOptions;
let desk: SignInDesk;

beforeEach(async () => {
  clock = new HandClock();
  database = await openDatabase({ path: ':memory:', log: silentLog });
  people = new People({ database, passwords: new Passwords(), clock });
  await people.setPassword('Ann', password);
  audit = new Audit({ database, clock, log: silentLog, keepDays: () => 1 });
  links = new Links(clock);
  sessions = new PageSessions({ database, clock, limits: () => ({ idleSeconds: 60, longestSeconds: 60 }) });
  options = {
    settings: () => defaultSettings.admin,
    people,
    sessions,
    links,
    throttle: new Throttle(clock, new Uint8Array(32)),
    flows: new SealedFlows(clock),
    audit,
    identities: () => Promise.reject(new Error('nobody is asked here')),
    log: silentLog,
  };
  desk = new SignInDesk(options);
});

afterEach(() => database.close());

const withPassword = (name: string, given: Secret, origin = safe): Promise<SignedIn> =>
  desk.withPassword(request, origin, { name, password: given, to: '/usage' });

async function told(): Promise<string[]> {
  return (await audit.list({ limit: 100 })).map(({ by, what }) => `${by.name} ${what}`).toReversed();
}

describe('where a password may be typed', () => {
  it('is over TLS, or where it never leaves this machine', () => {
    expect(desk.isSafe(safe)).toBe(true);
    expect(desk.isSafe({ local: true, address: '127.0.0.1', url: 'http://localhost:8000' })).toBe(true);
    // A reverse proxy on this machine that speaks no TLS, and a name that only looks like this machine.
    expect(desk.isSafe({ ...safe, url: 'http://localhost:8000' })).toBe(false);
    expect(desk.isSafe({ local: true, address: '127.0.0.1', url: 'http://proxy.example.com' })).toBe(false);
  });

  it('elsewhere it is not even looked at, and a link stays unused', async () => {
    const unsafe = { ...safe, url: 'http://proxy.example.com' };
    const { secret } = links.make('admin');
    expect(await withPassword('ann', password, unsafe)).toMatchObject({ is: 'refused' });
    expect(await desk.withLink(request, unsafe, secret)).toMatchObject({ is: 'refused' });
    expect(await desk.withLink(request, safe, secret)).toMatchObject({ is: 'in', to: '/accounts' });
  });
});

it('a password that was typed as a name is not written down', async () => {
  await withPassword('correct horse battery', new Secret('ann'));
  await withPassword('ann', new Secret('wrong'));
  expect(await told()).toEqual(['somebody sign-in.refused', 'Ann sign-in.refused']);
});

it('links that are made up fill no log, and slow no good one down', async () => {
  for (let at = 0; at < 50; at += 1) await desk.withLink(request, safe, new Secret(`made up ${at}`));
  expect((await told()).length).toBeLessThan(5);
  expect(await desk.withLink(request, safe, links.make('viewer').secret)).toMatchObject({ is: 'in' });
});

it('a password that is changed while it is compared lets nobody in any more', async () => {
  const changing = {
    byId: (id: string) => people.byId(id),
    async signedInBy(name: string, given: Secret) {
      const person = await people.signedInBy(name, given);
      await clock.turn(1);
      await people.setPassword('Ann', new Secret('another good password'));
      return person;
    },
  } as unknown as People;
  const late = new SignInDesk({ ...options, people: changing });
  const given = { name: 'ann', password, to: undefined };
  expect(await late.withPassword(request, safe, given)).toMatchObject({ is: 'refused' });
  expect(await sessions.list()).toEqual([]);
});

/** A browser that comes back from the provider `company`. */
async function comingBack(): Promise<Request> {
  const kept = { url: '', redirectUri: '', state: 'state', verifier: 'verifier', nonce: 'nonce' };
  const flow = { asked: { provider: 'company', request: kept }, to: '/accounts' };
  const cookie = cookieLine('sign_in', await options.flows.seal(flow), safe.url, 600).split(';', 1)[0] ?? '';
  return new Request('http://localhost/sign-in/finish', { method: 'POST', headers: { cookie } });
}

it('a provider that is away is no guess: whoever comes from the same address goes on', async () => {
  const identities = {
    identify: async () => ({ is: 'unreachable', reason: 'answered with status 503' }) as const,
  } as unknown as Identities;
  const log = new MemoryLog();
  const troubled = new SignInDesk({ ...options, log, identities: async () => identities });
  const back = await comingBack();
  for (let at = 0; at < 12; at += 1)
    expect(await troubled.fromProvider(back, safe, new URLSearchParams())).toMatchObject({
      is: 'refused',
      title: 'Nobody can sign in with “company” at this moment.',
    });
  expect(await withPassword('ann', password)).toMatchObject({ is: 'in' });
  expect(log.lines[0]).toMatchObject({ level: 'warn', facts: { reason: 'answered with status 503' } });
  expect(await told()).toEqual(['Ann signed-in']);
});

it('answers for a provider are passed on five times, and then slowed down', async () => {
  let asked = 0;
  const identities = {
    identify: async () => {
      asked += 1;
      return { is: 'refused', reason: 'invalid_grant' } as const;
    },
  } as unknown as Identities;
  const slow = new SignInDesk({ ...options, identities: async () => identities });
  const back = await comingBack();
  for (let at = 0; at < 12; at += 1) await slow.fromProvider(back, safe, new URLSearchParams());
  expect(asked).toBe(5);
  const elsewhere = { ...safe, address: '198.51.100.1' };
  await slow.fromProvider(back, elsewhere, new URLSearchParams());
  expect(asked).toBe(6);
});

it('who finds too many signing in has tried nothing', async () => {
  const full = new GatewayError('overloaded_here', 'Too many people sign in at this moment.');
  const crowded = { signedInBy: () => Promise.reject(full) } as unknown as People;
  const busy = new SignInDesk({ ...options, people: crowded });
  const given = { name: 'ann', password, to: undefined };
  for (let at = 0; at < 20; at += 1)
    expect((await gatewayErrorOf(busy.withPassword(request, safe, given))).code).toBe('overloaded_here');
  expect(await withPassword('ann', password)).toMatchObject({ is: 'in' });
});

it('what keeps a provider from signing anybody in is told to the log, and not to strangers', async () => {
  const lines: string[] = [];
  const log = new LineLog({
    level: 'info',
    format: 'json',
    colour: false,
    clock,
    write: (line) => void lines.push(line),
  });
  const title = 'Provider "company": https://idp.internal.example answered with status 502.';
  const away = new Problem('provider-unreachable', title, 'Check the network and providers.company.issuer.');
  const settings = () => ({ ...defaultSettings.admin, providers: ['company'] });
  const identities = { ask: () => Promise.reject(away) } as unknown as Identities;
  const troubled = new SignInDesk({ ...options, settings, log, identities: async () => identities });
  const told = JSON.stringify(await troubled.toProvider(safe, 'company', undefined));
  expect(told).toContain('Nobody can sign in with “company” at this moment.');
  expect(told).not.toMatch(/idp\.internal|502|issuer/);
  expect(lines.join('')).toContain('idp.internal.example answered with status 502');
  expect(await troubled.toProvider(safe, 'another', undefined)).toMatchObject({ is: 'unknown' });
});

it('the ways in are those that somebody has', async () => {
  expect(await desk.ways()).toEqual({ password: true, providers: [] });
});
