import { randomBytes } from 'node:crypto';
import { Audit } from '../access/people/audit.ts';
import { Links } from '../access/people/links.ts';
import { PageSessions } from '../access/people/page-sessions.ts';
import { Passwords } from '../access/people/passwords.ts';
import { People } from '../access/people/people.ts';
import { Throttle } from '../access/people/throttle.ts';
import type { Doors } from '../admin/doors/doors.ts';
import { SealedFlows } from '../admin/doors/sealed-flow.ts';
import { SignInDesk } from '../admin/doors/sign-in-desk.ts';
import { Doorkeeper } from '../admin/doors/who.ts';
import { LocalPeople } from '../admin/people.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Secret } from '../base/secret.ts';
import type { Settings } from '../config/settings.ts';
import type { Database } from '../database/open.ts';
import { keyHeader } from '../proxy/authenticate.ts';
import { bearerIn, isClientKey } from '../proxy/presented.ts';
import type { Parts } from './parts.ts';
import type { Tokens } from './tokens.ts';

interface KeptOptions {
  readonly database: Database;
  readonly settings: () => Settings;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who comes in at the page, as it is kept in the database. */
export function keptPeople({ database, settings, clock, log }: KeptOptions): {
  people: People;
  sessions: PageSessions;
  audit: Audit;
} {
  const limits = () => {
    const { idleSeconds, sessionSeconds } = settings().admin;
    return { idleSeconds, longestSeconds: sessionSeconds };
  };
  return {
    people: new People({ database, passwords: new Passwords(), clock }),
    sessions: new PageSessions({ database, clock, limits }),
    audit: new Audit({ database, clock, log, keepDays: () => settings().admin.auditDays }),
  };
}

export interface PeopleOptions extends Pick<Parts, 'stores' | 'live' | 'clock' | 'log'> {
  readonly tokens: Pick<Tokens, 'oauth'>;
  readonly controlToken: Secret;
}

/** The doors of the running proxy, and what commands may do about who comes in. */
export function openPeople(options: PeopleOptions): { doors: Doors; management: LocalPeople } {
  const { stores, live, tokens, controlToken, clock, log } = options;
  const { database, keys } = stores;
  const settings = () => live.settings;
  const admin = () => live.settings.admin;
  const kept = keptPeople({ database, settings, clock, log });
  const links = new Links(clock);
  const keeper = new Doorkeeper({ ...kept, settings: admin, keys, controlToken, keyIn });
  const desk = new SignInDesk({
    ...kept,
    settings: admin,
    links,
    throttle: new Throttle(clock, randomBytes(32)),
    flows: new SealedFlows(clock),
    identities: () => tokens.oauth.identities(),
    log,
  });
  return {
    doors: {
      whoIsAsking: keeper.whoIsAsking,
      roleNow: (asker) => keeper.roleNow(asker),
      desk,
      audit: kept.audit,
    },
    management: new LocalPeople({ ...kept, links, publicUrl: () => live.settings.server.publicUrl }),
  };
}

/** Where clients put a key of ours. */
function keyIn(headers: Headers): string | undefined {
  const places = [
    headers.get(keyHeader),
    bearerIn(headers.get('authorization') ?? ''),
    headers.get('x-api-key'),
  ];
  return places.find((key): key is string => key !== null && isClientKey(key));
}
