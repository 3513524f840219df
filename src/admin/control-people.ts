import type { Env, Hono } from 'hono';
import * as z from 'zod';
import { roles } from '../access/people/role.ts';
import { Secret } from '../base/secret.ts';
import { json, readBody } from './answers.ts';
import { noSuchField } from './controls.ts';
import type { PeopleManagement } from './people.ts';

/** More at once would be held in memory whole; further ones are asked for by `before`. */
export const mostChanges = 1_000;

const role = z.enum(roles);
export const passwordBody = z.strictObject(
  { password: z.string().max(1_000), role: role.optional() },
  { error: noSuchField },
);
export const roleBody = z.strictObject({ role }, { error: noSuchField });
export const signOutBody = z.strictObject({ name: z.string().max(200).optional() }, { error: noSuchField });
export const changesBody = z.strictObject(
  {
    limit: z.number().int().min(1).max(mostChanges),
    since: z.number().int().nonnegative().optional(),
    before: z.string().max(100).optional(),
    what: z
      .string()
      .regex(/^[a-z.-]{1,50}$/)
      .optional(),
    who: z.string().max(300).optional(),
  },
  { error: noSuchField },
);

/** `/control/people`: who comes in at the page, and who changed what. Passwords come in here and never go out. */
export function addPeopleRoutes<E extends Env>(app: Hono<E>, people: PeopleManagement): void {
  app.get('/control/people', async () => json({ people: await people.listPeople() }));
  app.put('/control/people/:name/password', async (c) => {
    const { password, role: given } = await readBody(c.req.raw, passwordBody);
    return json(await people.setPassword(c.req.param('name'), new Secret(password), given));
  });
  app.put('/control/people/:name/role', async (c) => {
    const { role: given } = await readBody(c.req.raw, roleBody);
    return json(await people.setRole(c.req.param('name'), given));
  });
  app.delete('/control/people/:name', async (c) => json(await people.removePerson(c.req.param('name'))));
  app.post('/control/sign-out', async (c) => {
    const { name } = await readBody(c.req.raw, signOutBody);
    return json(await people.signOut(name));
  });
  app.post('/control/link', async (c) => {
    const { role: given } = await readBody(c.req.raw, roleBody);
    return json(await people.makeLink(given), 201);
  });
  app.post('/control/reports/changes', async (c) => {
    const { limit, since, before, what, who } = await readBody(c.req.raw, changesBody);
    return json({ changes: await people.changes({ limit, since, before, what, who }) });
  });
}
