import type { Audit, AuditAsk, AuditEntry } from '../access/people/audit.ts';
import type { Links } from '../access/people/links.ts';
import type { PageSessions } from '../access/people/page-sessions.ts';
import {
  type LastAdmin,
  type PasswordFor,
  type People,
  type Person,
  type PersonChanges,
  type SeenPerson,
  sessionsOf,
} from '../access/people/people.ts';
import type { Role } from '../access/people/role.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { Secret } from '../base/secret.ts';
import { actor } from './audited.ts';
import type { ChangeView, LinkView, PasswordView, PersonView } from './contract-people.ts';
import { moment } from './status.ts';

/** What commands may do about who comes in at the page, and ask about who changed what. */
export interface PeopleManagement {
  listPeople(): Promise<readonly PersonView[]>;
  /** Whoever is not there yet comes to be, as an admin unless told otherwise. @throws Problem person-invalid, password-short, password-long */
  setPassword(name: string, password: Secret, role?: Role): Promise<PasswordView>;
  /** @throws Problem person-unknown */
  setRole(name: string, role: Role): Promise<PasswordView>;
  /** @throws Problem person-unknown */
  removePerson(name: string): Promise<PasswordView>;
  /** Signs somebody out everywhere, or everybody; gives of how many browsers. @throws Problem person-unknown */
  signOut(name: string | undefined): Promise<{ readonly sessions: number }>;
  /** @throws Problem proxy-not-running where nobody is there who could take the link */
  makeLink(role: Role): Promise<LinkView>;
  changes(ask: AuditAsk): Promise<readonly ChangeView[]>;
}

export interface LocalPeopleOptions {
  readonly people: People;
  readonly sessions: PageSessions;
  readonly audit: Audit;
  /** Left out where no proxy runs. */
  readonly links?: Links;
  readonly publicUrl?: () => string | undefined;
}

/** What the page does about people: never taking the last admin, nor somebody's name for somebody else. */
export type PeopleAtThePage = Pick<
  LocalPeople,
  'listPeople' | 'setPassword' | 'changePerson' | 'removePerson' | 'signOut'
>;

/** People, changed where they are kept: in the proxy itself, or by a command while none runs. */
export class LocalPeople implements PeopleManagement {
  readonly #options: LocalPeopleOptions;

  constructor(options: LocalPeopleOptions) {
    this.#options = options;
  }

  async listPeople(): Promise<readonly PersonView[]> {
    const { people, sessions } = this.#options;
    const open = await sessions.list();
    return (await people.list()).map((person) => ({
      ...personView(person),
      sessions: open.filter(({ whose }) => whose === sessionsOf(person.id)).length,
    }));
  }

  async setPassword(name: string, password: Secret, role?: Role, isFor?: PasswordFor): Promise<PasswordView> {
    const { person, isNew } = await this.#options.people.setPassword(name, password, role, isFor);
    await this.#note(isNew ? 'person.added' : 'person.password', person);
    return { person: personView(person), isNew };
  }

  async setRole(name: string, role: Role): Promise<PasswordView> {
    const person = await this.#options.people.setRole(name, role);
    await this.#note('person.role', person);
    return { person: personView(person), isNew: false };
  }

  /** @throws Problem person-unknown, person-changed, last-admin, password-short, password-long */
  async changePerson(seen: SeenPerson, changes: PersonChanges, last: LastAdmin): Promise<void> {
    const person = await this.#options.people.change(seen, changes, last);
    if (changes.role !== undefined) await this.#note('person.role', person);
    if (changes.password !== undefined) await this.#note('person.password', person);
  }

  async removePerson(name: string, last?: LastAdmin): Promise<PasswordView> {
    const person = await this.#options.people.remove(name, last);
    await this.#note('person.removed', person);
    return { person: personView(person), isNew: false };
  }

  async signOut(name: string | undefined): Promise<{ sessions: number }> {
    const { people, sessions, audit } = this.#options;
    const person = name === undefined ? undefined : await people.find(name);
    const count = await sessions.endAll(person && sessionsOf(person.id));
    await audit.note(actor(), { what: 'person.signed-out', subject: person?.name ?? 'everybody' });
    return { sessions: count };
  }

  async makeLink(role: Role): Promise<LinkView> {
    const { links, publicUrl, audit } = this.#options;
    if (links === undefined)
      throw new Problem(
        'proxy-not-running',
        'The proxy is not running.',
        `Start it: \`${ownCommand('serve')}\`.`,
      );
    const { secret, expiresAt } = links.make(role);
    await audit.note(actor(), { what: 'link.made', details: { role } });
    // Behind the `#` it is sent to nobody: not to a log, not to what stands in front, not to other sites.
    const path = `/sign-in#link=${secret.reveal()}`;
    return { path, role, expiresAt: moment(expiresAt), publicUrl: publicUrl?.() ?? null };
  }

  async changes(ask: AuditAsk): Promise<readonly ChangeView[]> {
    return (await this.#options.audit.list(ask)).map(changeView);
  }

  #note(what: string, { name, role }: Person): Promise<void> {
    return this.#options.audit.note(actor(), { what, subject: name, details: { role } });
  }
}

function personView({ id, name, role, createdAt, passwordAt }: Person): Omit<PersonView, 'sessions'> {
  return { id, name, role, createdAt: moment(createdAt), passwordAt: moment(passwordAt) };
}

export function changeView({ id, at, by, what, subject, details }: AuditEntry): ChangeView {
  return { id, at: moment(at), who: by.name, via: by.via, address: by.address, what, subject, details };
}
