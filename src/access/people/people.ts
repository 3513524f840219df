import type { ExpressionBuilder } from 'kysely';
import { nameKey } from '../../base/name-key.ts';
import { ownCommand } from '../../base/own-command.ts';
import { Problem } from '../../base/problem.ts';
import type { Clock } from '../../base/clock.ts';
import type { Secret } from '../../base/secret.ts';
import type { Database } from '../../database/open.ts';
import type { Tables } from '../../database/tables.ts';
import type { PersonRow } from '../../database/people-tables.ts';
import { randomText } from '../random-text.ts';
import { leastPasswordLetters, type Passwords } from './passwords.ts';
import { type Role, roleFrom } from './role.ts';

/** Somebody who signs in with a password. Moments are milliseconds since the Unix epoch. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly passwordAt: number;
}

export interface PeopleOptions {
  readonly database: Database;
  readonly passwords: Passwords;
  readonly clock: Clock;
}

/** For whom a password is set: whoever it is, only somebody new, or only somebody who is there. */
export type PasswordFor = 'anybody' | 'new' | 'known';

/** Whether somebody may be taken who is the last admin: then nobody may be left who signs in and changes something. */
export interface LastAdmin {
  readonly mayGo: boolean;
}

/** Whose page sessions are a person's. */
export function sessionsOf(id: string): string {
  return `person:${id}`;
}

/** The people who sign in with a password: always read anew, as another process may have changed them. */
export class People {
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Everybody, by name. @throws DatabaseError */
  async list(): Promise<Person[]> {
    const rows = await this.#options.database.query.selectFrom('people').selectAll().execute();
    return rows.flatMap(read).toSorted((a, b) => (nameKey(a.name) < nameKey(b.name) ? -1 : 1));
  }

  /** @throws DatabaseError */
  async byId(id: string): Promise<Person | undefined> {
    const { query } = this.#options.database;
    return (await query.selectFrom('people').selectAll().where('id', '=', id).execute()).flatMap(read)[0];
  }

  /** Who has this name and this password. It takes as long where nobody has. @throws GatewayError overloaded_here */
  async signedInBy(name: string, password: Secret): Promise<Person | undefined> {
    const row = await this.#named(name);
    const isRight = await this.#options.passwords.isRight(password, row?.password);
    return isRight && row !== undefined ? read(row)[0] : undefined;
  }

  /**
   * Gives `name` a password, and a role where one is named. Whoever is not there yet comes to be, as an admin
   * unless told otherwise. Where somebody was signed in with the old password, they no longer are.
   *
   * @throws Problem person-invalid, person-taken, person-unknown, password-short; DatabaseError
   */
  async setPassword(
    name: string,
    password: Secret,
    role?: Role,
    isFor: PasswordFor = 'anybody',
  ): Promise<{ person: Person; isNew: boolean }> {
    const { database, passwords, clock } = this.#options;
    checkName(name);
    if (Array.from(password.reveal()).length < leastPasswordLetters) throw tooShort();
    const now = clock.now();
    const before = await this.#named(name);
    if (isFor === 'new' && before !== undefined) throw taken(before.name);
    if (isFor === 'known' && before === undefined) throw unknown(name);
    const row: PersonRow = {
      id: before?.id ?? `per_${randomText(16)}`,
      name: before?.name ?? name.trim(),
      name_key: nameKey(name),
      role: role ?? before?.role ?? 'admin',
      password: await passwords.hash(password),
      created_at: before?.created_at ?? now,
      password_at: now,
    };
    const { query } = database;
    const { password: hash, role: newRole, password_at } = row;
    const made = query.insertInto('people').values(row);
    const changed = query.updateTable('people').set({ password: hash, password_at }).where('id', '=', row.id);
    const store = {
      anybody: made.onConflict((conflict) =>
        conflict.column('name_key').doUpdateSet({ password: hash, role: newRole, password_at }),
      ),
      new: made.onConflict((conflict) => conflict.column('name_key').doNothing()),
      known: role === undefined ? changed : changed.set({ role }),
    }[isFor];
    const [stored] = await database.batch([store, ends(database, row.id)], { durable: true });
    // Hashing takes a while: somebody else was quicker.
    if (stored === 0) throw isFor === 'new' ? taken(row.name) : unknown(name);
    const [person] = read(row);
    if (person === undefined) throw new TypeError(`"${row.role}" is no role`);
    return { person, isNew: before === undefined };
  }

  /** @throws Problem person-unknown, last-admin; DatabaseError */
  async setRole(name: string, role: Role, last: LastAdmin = { mayGo: true }): Promise<Person> {
    const { database } = this.#options;
    const person = await this.find(name);
    const change = database.query.updateTable('people').set({ role }).where('id', '=', person.id);
    const isFree = last.mayGo || role === 'admin';
    const statement = isFree ? change : change.where(isSpare(person.id));
    const [changed] = await database.batch([statement], { durable: true });
    if (changed === 0) throw await this.#whyNot(person);
    return { ...person, role };
  }

  /** @throws Problem person-unknown, last-admin; DatabaseError */
  async remove(name: string, last: LastAdmin = { mayGo: true }): Promise<Person> {
    const { database } = this.#options;
    const person = await this.find(name);
    const gone = database.query.deleteFrom('people').where('id', '=', person.id);
    const statement = last.mayGo ? gone : gone.where(isSpare(person.id));
    const [removed] = await database.batch([statement], { durable: true });
    if (removed === 0) throw await this.#whyNot(person);
    await database.batch([ends(database, person.id)], { durable: true });
    return person;
  }

  /** Why a statement about `person` found nobody. */
  async #whyNot({ id, name }: Person): Promise<Problem> {
    if ((await this.byId(id)) === undefined) return unknown(name);
    const title = `"${name}" is the last admin with a password.`;
    const fix = `Make somebody else an admin first, or do it at the machine: \`${ownCommand('admin --help')}\`.`;
    return new Problem('last-admin', title, fix);
  }

  /** @throws Problem person-unknown; DatabaseError */
  async find(name: string): Promise<Person> {
    const row = await this.#named(name);
    const [person] = row === undefined ? [] : read(row);
    if (person !== undefined) return person;
    throw unknown(name);
  }

  #named(name: string): Promise<PersonRow | undefined> {
    const { query } = this.#options.database;
    return query.selectFrom('people').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst();
  }
}

function ends({ query }: Database, id: string) {
  return query.deleteFrom('page_sessions').where('whose', '=', sessionsOf(id));
}

/** No admin, or not the only one: looked at in the statement itself, so that two at once do not take each other. */
function isSpare(id: string) {
  return (is: ExpressionBuilder<Tables, 'people'>) => {
    const others = is.selectFrom('people as other').select('other.id');
    const admins = others.where('other.role', '=', 'admin').where('other.id', '!=', id);
    return is.or([is('people.role', '!=', 'admin'), is.exists(admins)]);
  };
}

/** Somebody whose row cannot be read does not get in. */
function read(row: PersonRow): Person[] {
  const role = roleFrom(row.role);
  if (role === undefined) return [];
  const { id, name, created_at: createdAt, password_at: passwordAt } = row;
  return [{ id, name, role, createdAt, passwordAt }];
}

function checkName(name: string): void {
  if (/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,100}$/u.test(name) && name.trim() !== '') return;
  const title = 'The name must have 1 to 100 characters, and none that cannot be seen.';
  throw new Problem('person-invalid', title, 'Choose another name.');
}

function unknown(name: string): Problem {
  const fix = `\`${ownCommand('admin list')}\` shows who there is.`;
  return new Problem('person-unknown', `Nobody called "${name}" has a password here.`, fix);
}

function taken(name: string): Problem {
  const title = `"${name}" has a password already.`;
  return new Problem('person-taken', title, 'Choose another name, or give them a new password.');
}

function tooShort(): Problem {
  const title = `The password is shorter than ${leastPasswordLetters} characters.`;
  return new Problem('password-short', title, 'Choose a longer one: several words are easy to remember.');
}
