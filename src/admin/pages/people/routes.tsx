/** @jsxImportSource hono/jsx */
import type { Hono } from 'hono';
import { type Role, roleFrom } from '../../../access/people/role.ts';
import { Problem } from '../../../base/problem.ts';
import { Secret } from '../../../base/secret.ts';
import type { PersonView } from '../../contract-people.ts';
import { fieldsOf } from '../fields.ts';
import type { PageEnv } from '../page-env.ts';
import type { Pages } from '../pages.ts';
import type { Sources } from '../sources.ts';
import { AddPerson, ChangePerson, RemovePerson, SignOutAll } from './form.tsx';
import { PeopleContent, PeoplePage, peopleShortcuts } from './page.tsx';
import { peopleView } from './view.ts';

/** From the page nobody leaves it without an admin; commands at the machine may. */
const keepsOne = { mayGo: false } as const;

/** Adds the page of the people. A name is a field or a query, never a part of a path: it may hold anything. */
export function addPeoplePages(app: Hono<PageEnv>, pages: Pages): void {
  const { answering, sources } = pages;
  app.get('/people', async (c) =>
    answering.page(
      c,
      { title: 'People', current: 'settings', shortcuts: peopleShortcuts },
      <PeoplePage view={await peopleView(sources)} />,
    ),
  );
  app.get('/people/content', async () => answering.part(<PeopleContent view={await peopleView(sources)} />));
  app.get('/people/add', () => answering.part(<AddPerson />));
  app.get('/people/change', async (c) =>
    answering.part(<ChangePerson person={await personOf(sources, c.req.query('name'))} />),
  );
  app.get('/people/remove', async (c) =>
    answering.part(<RemovePerson person={await personOf(sources, c.req.query('name'))} />),
  );
  app.get('/people/sign-out', () => answering.part(<SignOutAll />));
  addPasswords(app, pages);
  addEnds(app, pages);
}

function addPasswords(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  const { people, log } = sources;
  app.post('/people', async (c) => {
    const fields = await fieldsOf(c);
    const { name = '' } = fields;
    const role = roleIn(fields);
    try {
      const { person } = await people.setPassword(name, passwordIn(fields), role, 'new');
      log.info('a person was added', { role, by: c.var.asker.name });
      return await answering.done({ tone: 'good', title: `“${person.name}” can sign in now` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<AddPerson name={name} role={role} problem={error} />, 422);
    }
  });
  app.post('/people/change', async (c) => {
    const fields = await fieldsOf(c);
    const person = await shownPersonOf(sources, fields['id']);
    const shown = roleFrom(fields['shown'] ?? '') ?? person.role;
    const typed = roleIn(fields);
    // What somebody else has changed since is not put back by a form that merely shows it.
    const role = typed === shown ? undefined : typed;
    try {
      const isNewPassword = [fields['password'], fields['again']].some((text) => (text ?? '') !== '');
      const password = isNewPassword ? passwordIn(fields) : undefined;
      await people.changePerson({ ...person, role: shown }, { role, password }, keepsOne);
      const settings = [...(role === undefined ? [] : ['role']), ...(isNewPassword ? ['password'] : [])];
      log.info('a person was changed', { settings: settings.join(' and '), by: c.var.asker.name });
      return await answering.done({ tone: 'good', title: `Saved “${person.name}”` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const state = error.code === 'person-changed' ? {} : { role: typed, shown };
      const now = await shownPersonOf(sources, person.id);
      return answering.part(<ChangePerson person={now} {...state} problem={error} />, 422);
    }
  });
}

function addEnds(app: Hono<PageEnv>, { answering, sources }: Pages): void {
  const { people, log } = sources;
  app.post('/people/remove', async (c) => {
    const person = await shownPersonOf(sources, (await fieldsOf(c))['id']);
    try {
      await people.removePerson(person.name, keepsOne);
      log.info('a person was removed', { by: c.var.asker.name });
      return await answering.done({ tone: 'calm', title: `“${person.name}” can no longer sign in` });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return answering.part(<RemovePerson person={person} problem={error} />, 422);
    }
  });
  app.post('/people/sign-out', async (c) => {
    const { name, everybody } = await fieldsOf(c);
    // Whoever leaves the name out by mistake signs nobody out.
    const whom = everybody === 'yes' ? undefined : (await personOf(sources, name)).name;
    const { sessions } = await people.signOut(whom);
    log.info('signed out', { sessions, by: c.var.asker.name });
    const where = sessions === 1 ? '1 browser' : `${sessions} browsers`;
    const title = `Signed ${whom === undefined ? 'everybody' : `“${whom}”`} out of ${where}`;
    return answering.done({ tone: 'calm', title });
  });
}

/** @throws Problem person-unknown */
async function personOf({ people }: Sources, name: string | undefined): Promise<PersonView> {
  const found = (await people.listPeople()).find((person) => person.name === name);
  if (found !== undefined) return found;
  throw new Problem(
    'person-unknown',
    'Nobody of that name has a password here.',
    'Perhaps they were removed.',
  );
}

/** Whom a form showed: whoever got the same name since is somebody else. @throws Problem person-unknown */
async function shownPersonOf({ people }: Sources, id: string | undefined): Promise<PersonView> {
  const found = (await people.listPeople()).find((person) => person.id === id);
  if (found !== undefined) return found;
  const title = 'Whom this form shows has no password here any longer.';
  throw new Problem('person-unknown', title, 'Perhaps they were removed.');
}

/** Nothing that is no role becomes one; the smaller one where it does not say. */
function roleIn(fields: Readonly<Record<string, string>>): Role {
  return roleFrom(fields['role'] ?? '') ?? 'viewer';
}

/** @throws Problem password-differs */
function passwordIn({ password = '', again = '' }: Readonly<Record<string, string>>): Secret {
  if (password === again) return new Secret(password);
  throw new Problem('password-differs', 'The two passwords are not the same.', 'Type both again.');
}
