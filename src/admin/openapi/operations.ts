import * as z from 'zod';
import { draftShape as keyShape } from '../../access/key-draft.ts';
import { draftShape as accountShape } from '../../accounts/draft.ts';
import { ways } from '../../config/settings-providers.ts';
import { addBody, changeBody, exportBody, importBody } from '../control-accounts.ts';
import { beginBody, pasteBody } from '../control-sign-ins.ts';
import { helloBody } from '../control.ts';
import { type Operation, schemas } from './operation.ts';
import { furtherOperations } from './further-operations.ts';

const accounts = z.strictObject({ accounts: z.array(schemas.Account) });
const account = z.strictObject({ account: schemas.Account });
const switched = z.strictObject({ account: schemas.Account, previous: schemas.Standing });
const key = z.strictObject({ key: schemas.Key });

/** A draft is checked by its own shape, which says of every field what would be right. */
const accountToAdd = () => addBody.extend({ account: accountShape() });
const accountChanges = () =>
  changeBody.extend({ changes: accountShape().omit({ kind: true, provider: true }).partial() });

const accountOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/control/accounts',
    tag: 'accounts',
    summary: 'Every account, in the order in which they are taken',
    door: 'token',
    answer: accounts,
  },
  {
    method: 'post',
    path: '/control/accounts',
    tag: 'accounts',
    summary: 'Adds an account; its secret goes to the vault and into no answer',
    door: 'token',
    body: accountToAdd,
    status: 201,
    answer: account,
  },
  {
    method: 'patch',
    path: '/control/accounts/{name}',
    tag: 'accounts',
    summary: 'Changes settings or the secret of an account; null takes a value away',
    door: 'token',
    body: accountChanges,
    answer: account,
  },
  {
    method: 'delete',
    path: '/control/accounts/{name}',
    tag: 'accounts',
    summary: 'Removes an account and its secrets, and gives its tokens back',
    door: 'token',
    answer: schemas.Removal,
  },
  ...(['enable', 'disable'] as const).flatMap((verb): Operation[] =>
    (['/control/accounts', '/status/accounts'] as const).map((path) => ({
      method: 'post',
      path: `${path}/{name}/${verb}`,
      tag: 'accounts',
      summary: verb === 'enable' ? 'Switches an account on' : 'Switches an account off',
      door: 'token',
      answer: switched,
    })),
  ),
  ...(['/control/accounts', '/status/accounts'] as const).map((path): Operation => ({
    method: 'post',
    path: `${path}/{name}/refresh`,
    tag: 'accounts',
    summary: 'Renews the token of a signed-in account now',
    door: 'token',
    answer: account,
  })),
  {
    method: 'post',
    path: '/control/accounts/{name}/test',
    tag: 'accounts',
    summary: 'Asks its upstream something that costs nothing',
    door: 'token',
    answer: schemas.AccountTest,
  },
  {
    method: 'post',
    path: '/control/rotate',
    tag: 'accounts',
    summary: 'Makes the next account the preferred one',
    door: 'token',
    answer: schemas.Rotation,
  },
  {
    method: 'post',
    path: '/control/export',
    tag: 'accounts',
    summary: 'Accounts with their secrets, sealed with a passphrase',
    door: 'token',
    body: () => exportBody,
    answer: schemas.Export,
  },
  {
    method: 'post',
    path: '/control/import',
    tag: 'accounts',
    summary: 'Takes one account of an export',
    door: 'token',
    body: () => importBody,
    answer: schemas.Import,
  },
];

const signInOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/control/accounts/{name}/ways',
    tag: 'sign-ins',
    summary: 'The ways in that the provider of an account has, best first',
    door: 'token',
    answer: z.strictObject({ ways: z.array(z.enum(ways)) }),
  },
  {
    method: 'get',
    path: '/control/sign-ins',
    tag: 'sign-ins',
    summary: 'Every sign-in that is not forgotten yet, oldest first',
    door: 'token',
    answer: z.strictObject({ signIns: z.array(schemas.SignInFlow) }),
  },
  {
    method: 'post',
    path: '/control/sign-ins',
    tag: 'sign-ins',
    summary: 'Begins to sign an account in',
    door: 'token',
    body: () => beginBody,
    status: 201,
    answer: schemas.SignInFlow,
  },
  {
    method: 'get',
    path: '/control/sign-ins/{id}',
    tag: 'sign-ins',
    summary: 'Where a sign-in stands',
    door: 'token',
    answer: schemas.SignInFlow,
  },
  {
    method: 'post',
    path: '/control/sign-ins/{id}/paste',
    tag: 'sign-ins',
    summary: 'The code, or the address, that a browser came back with',
    door: 'token',
    body: () => pasteBody,
    answer: schemas.SignInFlow,
  },
  {
    method: 'post',
    path: '/control/sign-ins/{id}/cancel',
    tag: 'sign-ins',
    summary: 'Gives a sign-in up',
    door: 'token',
    answer: schemas.SignInFlow,
  },
];

const keyOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/control/keys',
    tag: 'keys',
    summary: 'Every client key, revoked ones too; never a key itself',
    door: 'token',
    answer: z.strictObject({ keys: z.array(schemas.Key) }),
  },
  {
    method: 'post',
    path: '/control/keys',
    tag: 'keys',
    summary: 'Makes a client key: the only answer that holds it',
    door: 'token',
    body: () => keyShape(),
    status: 201,
    answer: schemas.CreatedKey,
  },
  {
    method: 'patch',
    path: '/control/keys/{key}',
    tag: 'keys',
    summary: 'Changes limits, budgets and more; null takes a limit away',
    door: 'token',
    body: () => keyShape().omit({ name: true }).partial(),
    answer: key,
  },
  {
    method: 'delete',
    path: '/control/keys/{key}',
    tag: 'keys',
    summary: 'Revokes a client key for ever',
    door: 'token',
    answer: key,
  },
  {
    method: 'post',
    path: '/control/local-key',
    tag: 'keys',
    summary: "The key of this machine's own commands, made at its first use",
    door: 'token',
    answer: z.strictObject({ key: z.string() }),
  },
];

const hello: Operation = {
  method: 'post',
  path: '/control/hello',
  tag: 'proxy',
  summary: 'Proves that this proxy wrote run.json, before anybody tells it a secret',
  door: 'machine',
  body: () => helloBody,
  answer: z.strictObject({ proof: z.string(), pid: z.number(), version: z.string() }),
};

/** Every route there is for programs. A test compares them with those that are served. */
export const operations: readonly Operation[] = [
  ...accountOperations,
  ...signInOperations,
  ...keyOperations,
  hello,
  ...furtherOperations,
];
