import * as z from 'zod';
import { roles } from '../../access/people/role.ts';
import type * as people from '../contract-people.ts';
import { maybe, moment } from './schemas-accounts.ts';

const role = z.enum(roles);

const person = z.strictObject({
  id: z.string(),
  name: z.string(),
  role,
  createdAt: moment,
  passwordAt: moment,
  sessions: z.number(),
}) satisfies z.ZodType<people.PersonView>;

const password = z.strictObject({
  person: person.omit({ sessions: true }),
  isNew: z.boolean(),
}) satisfies z.ZodType<people.PasswordView>;

const link = z.strictObject({
  path: z.string(),
  role,
  expiresAt: moment,
  publicUrl: maybe(z.string()),
}) satisfies z.ZodType<people.LinkView>;

const change = z.strictObject({
  id: z.string(),
  at: moment,
  who: z.string(),
  via: z.string(),
  address: z.string(),
  what: z.string(),
  subject: z.string(),
  details: z.record(z.string(), z.string()),
}) satisfies z.ZodType<people.ChangeView>;

/** Who comes in at the page, and who changed what. */
export const peopleSchemas = { Person: person, Password: password, Link: link, Change: change } as const;
