import type { ClientKeys } from '../../access/client-keys.ts';
import type { PageSession, PageSessions } from '../../access/people/page-sessions.ts';
import { type People, sessionsOf } from '../../access/people/people.ts';
import { type Role, roleFrom } from '../../access/people/role.ts';
import type { Secret } from '../../base/secret.ts';
import type { Settings } from '../../config/settings.ts';
import type { Asker, Known, Origin, WhoIsAsking } from '../pages/asker.ts';
import { controlHeader, isSame } from '../run-file.ts';
import { cookieLine, readCookie } from './cookies.ts';
import { roleOf } from './role-of.ts';

export interface WhoOptions {
  readonly settings: () => Settings['admin'];
  readonly keys: Pick<ClientKeys, 'authenticate'>;
  readonly people: Pick<People, 'byId'>;
  readonly sessions: Pick<PageSessions, 'find' | 'byId'>;
  readonly controlToken: Secret;
  /** The client key that a request brings along, if any. */
  readonly keyIn: (headers: Headers) => string | undefined;
}

/** What a page sends when it keeps itself up to date: nobody has done anything. */
export const liveHeader = 'x-ccproxy-live';

/** Knows who asks: by a command's token, a client key with a role, a sign-in, or by being at this machine. */
export class Doorkeeper {
  readonly #options: WhoOptions;

  constructor(options: WhoOptions) {
    this.#options = options;
  }

  /** @throws DatabaseError */
  readonly whoIsAsking: WhoIsAsking = async (request, origin) => {
    const byCommand = this.#byCommand(request, origin) ?? this.#byKey(request, origin);
    if (byCommand !== undefined) return { asker: byCommand };
    return (await this.#bySession(request, origin)) ?? this.#byBeingHere(origin);
  };

  /**
   * What somebody may do by now who once opened something and goes on looking; undefined where they are no longer to
   * be shown anything: they are signed out, taken away, or no longer in the settings.
   *
   * @throws DatabaseError
   */
  async roleNow({ via, session, role }: Asker): Promise<Role | undefined> {
    if (via === 'loopback') return this.#options.settings().signIn === 'always' ? undefined : role;
    if (via === 'key' || via === 'command') return role;
    const open = await this.#options.sessions.byId(session);
    return open && (await this.#personOf(open))?.role;
  }

  /** The token never leaves this machine, so from elsewhere it is nothing. */
  #byCommand({ headers }: Request, { local, address }: Origin): Asker | undefined {
    const given = headers.get(controlHeader);
    if (!local || given === null || !isSame(given, this.#options.controlToken.reveal())) return undefined;
    return { role: 'admin', name: 'a command', via: 'command', session: 'command', address };
  }

  #byKey({ headers }: Request, { address }: Origin): Asker | undefined {
    const { keys, keyIn } = this.#options;
    const presented = keyIn(headers);
    const found = presented === undefined ? undefined : keys.authenticate(presented);
    if (found?.is !== 'known' || found.key.role === undefined) return undefined;
    const { id, name, role } = found.key;
    return { role, name, via: 'key', session: id, address };
  }

  async #bySession(request: Request, { url, address }: Origin): Promise<Known | undefined> {
    const cookie = readCookie(request, 'session', url);
    if (cookie === undefined) return undefined;
    const isUse = !request.headers.has(liveHeader) && new URL(request.url).pathname !== '/api/events';
    const shown = await this.#options.sessions.find(cookie, isUse);
    if (shown === undefined) return undefined;
    const { session, renewed } = shown;
    const who = await this.#personOf(session);
    if (who === undefined) return undefined;
    const asker: Asker = { ...who, via: session.via, session: session.id, address };
    const { sessionSeconds } = this.#options.settings();
    return {
      asker,
      setCookie: renewed && cookieLine('session', renewed, url, sessionSeconds),
    };
  }

  /** Asked each time: who is no longer an admin is none from this moment on. */
  async #personOf({
    via,
    whose,
    name,
    email,
  }: PageSession): Promise<{ role: Role; name: string } | undefined> {
    const rest = whose.slice(whose.indexOf(':') + 1);
    switch (via) {
      case 'password': {
        const person = await this.#options.people.byId(rest);
        return person !== undefined && sessionsOf(person.id) === whose ? person : undefined;
      }
      case 'link': {
        const role = roleFrom(rest.split(':', 1)[0] ?? '');
        return role && { role, name };
      }
      case 'oidc': {
        const at = rest.indexOf(':');
        const identity = { provider: rest.slice(0, at), subject: rest.slice(at + 1), email };
        const role = roleOf(identity, this.#options.settings());
        return role && { role, name };
      }
    }
  }

  /** Whoever sits at this machine is its admin, as long as nobody has to sign in. */
  #byBeingHere({ local, address }: Origin): Known | undefined {
    if (!local || this.#options.settings().signIn === 'always') return undefined;
    return { asker: { role: 'admin', name: 'this machine', via: 'loopback', session: 'loopback', address } };
  }
}
