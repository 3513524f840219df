import type { Compilable, ExpressionBuilder } from 'kysely';
import { nameKey } from '../../base/name-key.ts';
import { ownCommand } from '../../base/own-command.ts';
import { Problem } from '../../base/problem.ts';
import type { Clock } from '../../base/clock.ts';
import type { Secret } from '../../base/secret.ts';
import type { Database } from '../../database/open.ts';
import type { Tables } from '../../database/tables.ts';
import type { PersonRow } from '../../database/people-tables.ts';
import { randomText } from '../random-text.ts';
import { leastPasswordLetters, mostPasswordLetters, type Passwords } from './passwords.ts';
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

/** For whom a password is set: whoever it is, or only somebody new. */
export type PasswordFor = 'anybody' | 'new';

/** Somebody as they were shown to whoever changes them. */
export type SeenPerson = Pick<Person, 'id' | 'name' | 'role'>;

/** What is left out stays. */
export interface PersonChanges {
  readonly role?: Role | undefined;
  readonly password?: Secret | undefined;
}

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
   * @throws Problem person-invalid, person-taken, password-short, password-long; DatabaseError
   */
  async setPassword(
    name: string,
    password: Secret,
    role?: Role,
    isFor: PasswordFor = 'anybody',
  ): Promise<{ person: Person; isNew: boolean }> {
    const { database, passwords, clock } = this.#options;
    checkName(name);
    checkPassword(password);
    const now = clock.now();
    const before = await this.#named(name);
    if (isFor === 'new' && before !== undefined) throw taken(before.name);
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
    const store = {
      anybody: made.onConflict((conflict) =>
        conflict.column('name_key').doUpdateSet({ password: hash, role: newRole, password_at }),
      ),
      new: made.onConflict((conflict) => conflict.column('name_key').doNothing()),
    }[isFor];
    const [stored] = await database.batch([store, ends(database, row.id)], { durable: true });
    // Hashing takes a while: somebody else was quicker.
    if (stored === 0) throw taken(row.name);
    const [person] = read(row);
    if (person === undefined) throw new TypeError(`"${row.role}" is no role`);
    return { person, isNew: before === undefined };
  }

  /** @throws Problem person-unknown; DatabaseError */
  async setRole(name: string, role: Role): Promise<Person> {
    const { database } = this.#options;
    const person = await this.find(name);
    const change = database.query.updateTable('people').set({ role }).where('id', '=', person.id);
    const [changed] = await database.batch([change], { durable: true });
    if (changed === 0) throw unknown(name);
    return { ...person, role };
  }

  /**
   * Changes role, password or both of somebody, whole or not at all; a role only if it still is the one that was
   * seen. With a new password whoever was signed in with the old one no longer is.
   *
   * @throws Problem person-unknown, person-changed, last-admin, password-short, password-long; DatabaseError
   */
  async change(seen: SeenPerson, { role, password }: PersonChanges, last: LastAdmin): Promise<Person> {
    const { database, passwords, clock } = this.#options;
    const { id, name } = seen;
    if (password !== undefined) checkPassword(password);
    const hash = password && (await passwords.hash(password));
    let change = database.query
      .updateTable('people')
      .set((is) => ({
        role: role ?? is.ref('role'),
        ...(hash !== undefined && { password: hash, password_at: clock.now() }),
      }))
      .where('id', '=', id);
    if (role !== undefined) change = change.where('role', '=', seen.role);
    if (role !== undefined && role !== 'admin' && !last.mayGo) change = change.where(isSpare(id));
    const changed = await this.#inTurn(change, hash === undefined ? [] : [endsWith(database, id, hash)]);
    if (changed === 0) throw await this.#whyNot(seen, role);
    const person = await this.byId(id);
    if (person === undefined) throw unknown(name);
    return person;
  }

  /** @throws Problem person-unknown, last-admin; DatabaseError */
  async remove(name: string, last: LastAdmin = { mayGo: true }): Promise<Person> {
    const { database } = this.#options;
    const person = await this.find(name);
    const gone = database.query.deleteFrom('people').where('id', '=', person.id);
    const removed = await this.#inTurn(last.mayGo ? gone : gone.where(isSpare(person.id)));
    if (removed === 0) throw await this.#whyNot(person);
    await database.batch([ends(database, person.id)], { durable: true });
    return person;
  }

  /** Carries out `statement`, which looks at others than whom it changes, and `more`; gives how many it changed. */
  async #inTurn(statement: Compilable, more: readonly Compilable[] = []): Promise<number | undefined> {
    const { database } = this.#options;
    const { inTurn } = database;
    return (await database.batch([...inTurn, statement, ...more], { durable: true }))[inTurn.length];
  }

  /** Why a statement about somebody found nobody; `role` is the one that was to be theirs. */
  async #whyNot({ id, name, role: seen }: SeenPerson, role?: Role): Promise<Problem> {
    const now = await this.byId(id);
    if (now === undefined) return unknown(name);
    if (role !== undefined && now.role !== seen) return changedMeanwhile(now);
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

/** The same where `hash` was stored. */
function endsWith(database: Database, id: string, hash: string) {
  const stored = database.query
    .selectFrom('people')
    .select('id')
    .where('id', '=', id)
    .where('password', '=', hash);
  return ends(database, id).where((is) => is.exists(stored));
}

/** No admin, or not the only one: looked at in the statement itself, so that two in turn do not take each other. */
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

/** One that can be compared later on, and is not guessed at once. */
function checkPassword(password: Secret): void {
  const text = password.reveal();
  if (Array.from(text).length < leastPasswordLetters) throw tooShort();
  if (text.length <= mostPasswordLetters) return;
  const title = `The password is longer than ${mostPasswordLetters} characters.`;
  throw new Problem('password-long', title, 'Choose a shorter one.');
}

function changedMeanwhile({ name, role }: Person): Problem {
  const title = `Somebody else has changed “${name}” meanwhile: the role is ${role} now. Nothing was saved.`;
  return new Problem('person-changed', title, 'Look again, and change it if it is still to be changed.');
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
