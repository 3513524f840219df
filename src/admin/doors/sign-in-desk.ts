import type { Actor, Audit } from '../../access/people/audit.ts';
import type { Links } from '../../access/people/links.ts';
import type { PageSession, PageSessions } from '../../access/people/page-sessions.ts';
import { type People, sessionsOf } from '../../access/people/people.ts';
import type { Throttle, Try } from '../../access/people/throttle.ts';
import { nameKey } from '../../base/name-key.ts';
import { randomText } from '../../access/random-text.ts';
import { Problem } from '../../base/problem.ts';
import type { Log } from '../../base/log.ts';
import type { Secret } from '../../base/secret.ts';
import { isSafeUrl } from '../../config/hosts.ts';
import type { Settings } from '../../config/settings.ts';
import type { Identified, Identities, Identity } from '../../oauth/identity.ts';
import type { Asker, Origin } from '../pages/asker.ts';
import { cookieEnd, cookieLine, readCookie } from './cookies.ts';
import { returnPath } from './return-path.ts';
import { roleOf } from './role-of.ts';
import { type Flow, flowSeconds, type SealedFlows } from './sealed-flow.ts';

export interface SignInDeskOptions {
  readonly settings: () => Settings['admin'];
  readonly people: People;
  readonly sessions: PageSessions;
  readonly links: Links;
  readonly throttle: Throttle;
  readonly flows: SealedFlows;
  readonly audit: Audit;
  readonly identities: () => Promise<Identities>;
  readonly log: Log;
}

/** How a try to sign in went. */
export type SignedIn =
  | { readonly is: 'in'; readonly to: string; readonly setCookies: readonly string[] }
  | Refused;

/** Why somebody is not let in, and what to do about it. */
export interface Refused {
  readonly is: 'refused';
  readonly title: string;
  readonly fix: string;
  readonly retryAfterSeconds?: number;
}

/** Nobody here signs in that way. */
interface Unknown extends Omit<Refused, 'is'> {
  readonly is: 'unknown';
}

/** Where a browser goes to sign in at a provider. */
type Sent =
  | { readonly is: 'away'; readonly url: string; readonly setCookies: readonly string[] }
  | Refused
  | Unknown;

/** Under which path providers send people back, and under which page that is. */
export const callbackPath = '/sign-in/callback';

/** Lets people in at the page, and out again. */
export class SignInDesk {
  readonly #options: SignInDeskOptions;

  constructor(options: SignInDeskOptions) {
    this.#options = options;
  }

  /** The ways there are now. @throws DatabaseError */
  async ways(): Promise<{ readonly password: boolean; readonly providers: readonly string[] }> {
    const { people, settings } = this.#options;
    return { password: (await people.list()).length > 0, providers: settings().providers };
  }

  /** Whether a password or a session may travel under this address: nobody on the way reads along. */
  isSafe({ local, url }: Origin): boolean {
    return url.startsWith('https:') || (local && isSafeUrl(new URL(url)));
  }

  /** @throws GatewayError overloaded_here; DatabaseError */
  async withPassword(
    request: Request,
    origin: Origin,
    given: { readonly name: string; readonly password: Secret; readonly to: string | undefined },
  ): Promise<SignedIn> {
    const { people, throttle } = this.#options;
    if (!this.isSafe(origin)) return unsafe;
    const name = given.name.trim().slice(0, 100);
    const tried = throttle.begin(origin.address, nameKey(name));
    if (tried.is === 'wait') return tooMany(tried.seconds);
    const person = await people.signedInBy(name, given.password).catch((error: unknown) => {
      // Too many sign in, or the database is away: whoever comes has done nothing wrong.
      tried.takenBack();
      throw error;
    });
    if (person === undefined) {
      // Somebody may have typed their password there: only a name that is one is written down.
      const known = (await people.list()).find((one) => nameKey(one.name) === nameKey(name));
      const by = { name: known?.name ?? 'somebody', via: 'password', address: origin.address };
      await this.#refused(by, 'wrong name or password', tried);
      return wrongPassword;
    }
    tried.succeeded();
    const who = {
      via: 'password',
      whose: sessionsOf(person.id),
      name: person.name,
      email: undefined,
    } as const;
    const result = await this.#letIn(request, origin, who, given.to);
    const now = await people.byId(person.id);
    if (now?.passwordAt === person.passwordAt) return result;
    // It was changed while the old one was compared, and this session may have begun after all others were ended.
    await this.#options.sessions.endAll(sessionsOf(person.id));
    return wrongPassword;
  }

  /** @throws DatabaseError */
  async withLink(request: Request, origin: Origin, link: Secret): Promise<SignedIn> {
    if (!this.isSafe(origin)) return unsafe;
    const role = this.#options.links.use(link);
    if (role === undefined) {
      await this.#refused({ name: 'somebody', via: 'link', address: origin.address }, 'used, old or made up');
      return linkOver;
    }
    // Each link is somebody of their own: signing out everywhere means nobody else.
    const whose = `role:${role}:${randomText(8)}`;
    const who = { via: 'link', whose, name: 'one-time link', email: undefined } as const;
    return this.#letIn(request, origin, who, undefined);
  }

  /** Sends the browser to a provider. */
  async toProvider({ url }: Origin, provider: string, to: string | undefined): Promise<Sent> {
    const { settings, identities, flows } = this.#options;
    if (!settings().providers.includes(provider)) return noSuchProvider;
    try {
      const { url: there, asked } = await (await identities()).ask(provider, `${url}${callbackPath}`);
      const sealed = await flows.seal({ asked, to: returnPath(to) });
      return { is: 'away', url: there, setCookies: [cookieLine('sign_in', sealed, url, flowSeconds)] };
    } catch (error) {
      return this.#providerFails(provider, error);
    }
  }

  /** The browser has come back from the provider with `answer`. @throws DatabaseError */
  async fromProvider(request: Request, origin: Origin, answer: URLSearchParams): Promise<SignedIn> {
    const { settings, flows, throttle, log } = this.#options;
    const sealed = readCookie(request, 'sign_in', origin.url);
    const flow = sealed === undefined ? undefined : await flows.open(sealed);
    if (flow === undefined || !this.isSafe(origin)) return notBegun;
    // Each answer is a request of ours to the provider, with the secret of this proxy.
    const tried = throttle.begin(origin.address, `\0oidc ${origin.address}`);
    if (tried.is === 'wait') return tooMany(tried.seconds);
    const { provider } = flow.asked;
    const identified = await this.#identified(flow.asked, answer);
    if (identified.is === 'foreign') return notBegun;
    if (identified.is !== 'known') {
      log.warn('a provider signed nobody in', { provider, is: identified.is, reason: identified.reason });
      if (identified.is === 'unreachable') {
        // Nobody has guessed: whoever comes from this address goes on, with a password too.
        tried.takenBack();
        return providerTrouble(provider);
      }
      const by = { name: 'somebody', via: 'oidc', address: origin.address };
      await this.#refused(by, `${provider}: ${identified.reason}`, tried);
      return identified.is === 'denied' ? deniedThere(provider) : providerTrouble(provider);
    }
    const { identity } = identified;
    if (roleOf(identity, settings()) === undefined) {
      await this.#refused(
        { name: identity.name, via: 'oidc', address: origin.address },
        `no role at ${provider}`,
        tried,
      );
      return noRole(identity);
    }
    tried.succeeded();
    const whose = `oidc:${provider}:${identity.subject}`;
    const who = { via: 'oidc', whose, name: identity.name, email: identity.email } as const;
    const result = await this.#letIn(request, origin, who, flow.to);
    if (result.is !== 'in') return result;
    return { ...result, setCookies: [...result.setCookies, cookieEnd('sign_in', origin.url)] };
  }

  /** Who has come back, whatever keeps the provider from being asked. */
  async #identified(asked: Flow['asked'], answer: URLSearchParams): Promise<Identified> {
    try {
      return await (await this.#options.identities()).identify(asked, answer);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { is: 'unreachable', reason: `${error.message} ${error.fix}` };
    }
  }

  /**
   * What keeps a provider from signing anybody in is for who runs the proxy: addresses, settings and words of the
   * provider are nothing that a stranger has to be told.
   */
  #providerFails(provider: string, error: unknown): Refused {
    if (!(error instanceof Problem)) throw error;
    const { code, message: reason, fix } = error;
    this.#options.log.warn('nobody can sign in at a provider', { provider, code, reason, fix });
    return providerTrouble(provider);
  }

  /** Ends this session, or all of the same person. @throws DatabaseError */
  async signOut(asker: Asker, { url }: Origin, everywhere: boolean): Promise<readonly string[]> {
    const { sessions, audit } = this.#options;
    const mine = (await sessions.list()).find(({ id }) => id === asker.session);
    if (mine !== undefined) {
      if (everywhere) await sessions.endAll(mine.whose);
      else await sessions.end(mine.id);
      await audit.noteRepeated(asker, { what: everywhere ? 'signed-out.everywhere' : 'signed-out' });
    }
    return [cookieEnd('session', url)];
  }

  /** What the browser had before ends: nobody goes on under a session that somebody else could know. */
  async #letIn(
    request: Request,
    { url, address }: Origin,
    who: Pick<PageSession, 'via' | 'whose' | 'name' | 'email'>,
    to: string | undefined,
  ): Promise<SignedIn> {
    const { sessions, audit, settings } = this.#options;
    const before = readCookie(request, 'session', url);
    const old = before === undefined ? undefined : await sessions.find(before, false);
    if (old !== undefined) await sessions.end(old.session.id);
    const { secret } = await sessions.begin({ ...who, address });
    await audit.noteRepeated({ name: who.name, via: who.via, address }, { what: 'signed-in' });
    const line = cookieLine('session', secret, url, settings().sessionSeconds);
    return { is: 'in', to: returnPath(to), setCookies: [line] };
  }

  /** The first of many tries is told, the second, the fourth, the eighth …: strangers must not fill the log of changes. */
  async #refused(by: Actor, why: string, tried?: Try): Promise<void> {
    const { throttle, audit } = this.#options;
    const counted = tried ?? throttle.begin(by.address, `\0${by.via} ${by.address}`);
    if (counted.is === 'wait' || !Number.isInteger(Math.log2(counted.failuresBefore + 1))) return;
    await audit.note(by, { what: 'sign-in.refused', details: { why } });
  }
}

const unsafe: Refused = {
  is: 'refused',
  title: 'Nobody can sign in over this address: others could read along.',
  fix: 'Use https: server.public_url with a reverse proxy, or server.tls_cert. docs/reverse-proxy.md shows how.',
};

const wrongPassword: Refused = {
  is: 'refused',
  title: 'Name and password do not fit.',
  fix: 'Try again. A forgotten password is set anew at the machine: claude-code-proxy admin password.',
};

const linkOver: Refused = {
  is: 'refused',
  title: 'This link is used up or too old.',
  fix: 'Each signs in once, within five minutes. Make another: claude-code-proxy ui.',
};

const notBegun: Refused = {
  is: 'refused',
  title: 'This sign-in was not begun in this browser, or is too old.',
  fix: 'Begin again.',
};

function tooMany(seconds: number): Refused {
  const when = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} s`;
  const title = 'Too many tries.';
  return { is: 'refused', title, fix: `Try again in ${when}.`, retryAfterSeconds: seconds };
}

const noSuchProvider: Unknown = {
  is: 'unknown',
  title: 'Nobody signs in by that provider here.',
  fix: 'Choose another way.',
};

function deniedThere(provider: string): Refused {
  const title = `“${provider}” did not sign you in.`;
  return { is: 'refused', title, fix: 'You, or it, said no. Begin again, or choose another way.' };
}

function providerTrouble(provider: string): Refused {
  const title = `Nobody can sign in with “${provider}” at this moment.`;
  const fix = 'Try again in a while, or choose another way. Who runs this proxy finds the reason in its log.';
  return { is: 'refused', title, fix };
}

function noRole({ provider, subject, email }: Identity): Refused {
  const who = email ?? `${provider}:${subject}`;
  const title = `“${provider}” says that you are ${who}, who has no role here.`;
  return { is: 'refused', title, fix: 'Ask an admin to add that to admin.admins or admin.viewers.' };
}
