import * as z from 'zod';
import { changesBody, passwordBody, roleBody, signOutBody } from '../control-people.ts';
import { type Operation, schemas } from './operation.ts';

/** `/control/people` and what belongs to it. */
export const peopleOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/control/people',
    tag: 'people',
    summary: 'Who has a password, and in how many browsers they are signed in',
    door: 'token',
    answer: z.strictObject({ people: z.array(schemas.Person) }),
  },
  {
    method: 'put',
    path: '/control/people/{name}/password',
    tag: 'people',
    summary: 'Sets a password; whoever is not there yet comes to be',
    door: 'token',
    body: () => passwordBody,
    answer: schemas.Password,
  },
  {
    method: 'put',
    path: '/control/people/{name}/role',
    tag: 'people',
    summary: 'Changes what somebody may do',
    door: 'token',
    body: () => roleBody,
    answer: schemas.Password,
  },
  {
    method: 'delete',
    path: '/control/people/{name}',
    tag: 'people',
    summary: 'Takes the password away, and signs out',
    door: 'token',
    answer: schemas.Password,
  },
  {
    method: 'post',
    path: '/control/sign-out',
    tag: 'people',
    summary: 'Signs somebody out everywhere, or everybody',
    door: 'token',
    body: () => signOutBody,
    answer: z.strictObject({ sessions: z.number() }),
  },
  {
    method: 'post',
    path: '/control/link',
    tag: 'people',
    summary: 'Makes a link to the page that signs in once; shown this once',
    door: 'token',
    body: () => roleBody,
    status: 201,
    answer: schemas.Link,
  },
  {
    method: 'post',
    path: '/control/reports/changes',
    tag: 'people',
    summary: 'Who changed what, when and from where; the newest first',
    door: 'token',
    body: () => changesBody,
    answer: z.strictObject({ changes: z.array(schemas.Change) }),
  },
];
