import * as z from 'zod';
import { bodyBody, destroyBody, findBody, listBody } from '../control-capture.ts';
import { levelBody } from '../control-log.ts';
import { checkBody, saveBody } from '../control-settings.ts';
import { passphraseBody, prepareBody, rekeyBody } from '../control-vault.ts';
import { ledgerOperations } from './ledger-operations.ts';
import { type Operation, schemas } from './operation.ts';
import { peopleOperations } from './people-operations.ts';

const token = 'token';

const settingsOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/control/settings',
    tag: 'settings',
    summary: 'Every setting: what holds, who says so, what waits for a restart',
    door: token,
    answer: schemas.Settings,
  },
  {
    method: 'post',
    path: '/control/settings/check',
    tag: 'settings',
    summary: 'What would be wrong if these changes were saved; writes nothing',
    door: token,
    body: () => checkBody,
    answer: z.strictObject({ flaws: z.array(schemas.SettingFlaw) }),
  },
  {
    method: 'patch',
    path: '/control/settings',
    tag: 'settings',
    summary: 'Saves changes into the settings file, comments and order as they were, and takes them up',
    door: token,
    body: () => saveBody,
    answer: schemas.SavedSettings,
  },
  {
    method: 'post',
    path: '/control/reload',
    tag: 'settings',
    summary: 'Reads the settings file again',
    door: token,
    answer: schemas.Reload,
  },
];

const vaultOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/control/vault',
    tag: 'vault',
    summary: 'Where the vault and its key are; no secret of it',
    door: token,
    answer: schemas.Vault,
  },
  {
    method: 'post',
    path: '/control/vault/prepare',
    tag: 'vault',
    summary: 'Settles where the key of a new vault goes',
    door: token,
    body: () => prepareBody,
    answer: z.union([
      z.strictObject({ is: z.literal('ready') }),
      z.strictObject({
        is: z.literal('undecided'),
        wants: z.enum(['place', 'passphrase']),
        reason: z.string(),
      }),
    ]),
  },
  {
    method: 'post',
    path: '/control/vault/rekey',
    tag: 'vault',
    summary: 'Gives the vault another key, kept elsewhere',
    door: token,
    body: () => rekeyBody,
    answer: schemas.Rekey,
  },
  {
    method: 'post',
    path: '/control/vault/passphrase',
    tag: 'vault',
    summary: 'Another passphrase before the same key',
    door: token,
    body: () => passphraseBody,
    answer: z.strictObject({ changed: z.literal(true) }),
  },
];

const captureOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/control/capture',
    tag: 'capture',
    summary: 'How much is kept of prompts and answers',
    door: token,
    answer: schemas.CaptureStock,
  },
  {
    method: 'post',
    path: '/control/capture/list',
    tag: 'capture',
    summary: 'Calls that were kept, without their bodies',
    door: token,
    body: () => listBody,
    answer: schemas.CaptureList,
  },
  {
    method: 'post',
    path: '/control/capture/find',
    tag: 'capture',
    summary: 'The newest kept call with this id',
    door: token,
    body: () => findBody,
    answer: schemas.Captured,
  },
  {
    method: 'post',
    path: '/control/capture/body',
    tag: 'capture',
    summary: 'What is kept of a body, byte for byte',
    door: token,
    body: () => bodyBody,
    type: 'application/octet-stream',
  },
  {
    method: 'post',
    path: '/control/capture/delete',
    tag: 'capture',
    summary: 'Destroys what was kept on a day, or everything',
    door: token,
    body: () => destroyBody,
    answer: schemas.CaptureStock,
  },
];

const proxyOperations: readonly Operation[] = [
  ...(['/health', '/health/live', '/health/ready'] as const).map((path): Operation => ({
    method: 'get',
    path,
    tag: 'proxy',
    summary:
      path === '/health/live'
        ? 'Whether the process answers'
        : 'Whether calls can be served, and if not, why',
    door: 'anyone',
    answer: schemas.Health,
    type: 'application/health+json',
  })),
  {
    method: 'get',
    path: '/status',
    tag: 'proxy',
    summary: 'The state of the proxy right now',
    door: 'machine',
    answer: schemas.Status,
  },
  {
    method: 'get',
    path: '/status/accounts',
    tag: 'accounts',
    summary: 'Every account as it stands now',
    door: 'machine',
    answer: z.array(schemas.Account),
  },
  {
    method: 'get',
    path: '/status/accounts/{name}',
    tag: 'accounts',
    summary: 'One account, by its name or id',
    door: 'machine',
    answer: schemas.Account,
  },
  {
    method: 'get',
    path: '/metrics',
    tag: 'proxy',
    summary: 'Metrics, for Prometheus',
    door: 'machine',
    type: 'text/plain',
  },
  {
    method: 'get',
    path: '/control/doctor',
    tag: 'proxy',
    summary: 'Looks at everything, and says of each thing what to do',
    door: token,
    answer: schemas.Doctor,
  },
  {
    method: 'get',
    path: '/control/log',
    tag: 'proxy',
    summary: 'Where the log is, and how much it says',
    door: token,
    answer: schemas.Log,
  },
  {
    method: 'post',
    path: '/control/log/level',
    tag: 'proxy',
    summary: 'Writes from a level on for a while, whatever the settings say',
    door: token,
    body: () => levelBody,
    answer: schemas.Log,
  },
  {
    method: 'delete',
    path: '/control/log/level',
    tag: 'proxy',
    summary: 'The log as in the settings again',
    door: token,
    answer: schemas.Log,
  },
  {
    method: 'post',
    path: '/control/stop',
    tag: 'proxy',
    summary: 'Begins to stop; running calls may end',
    door: token,
    status: 202,
    answer: schemas.Stop,
  },
  {
    method: 'post',
    path: '/control/succeed',
    tag: 'proxy',
    summary: 'Starts another process of the proxy, which takes its place; running calls may end',
    door: token,
    status: 202,
    answer: schemas.Succession,
  },
  {
    method: 'get',
    path: '/api/openapi.json',
    tag: 'proxy',
    summary: 'This document',
    door: 'machine',
    answer: z.record(z.string(), z.unknown()),
  },
  {
    method: 'get',
    path: '/api/events',
    tag: 'proxy',
    summary:
      'Server-sent events: which of the things a page shows have changed; for an admin with `watch=requests` bodies are compared meanwhile',
    door: 'machine',
    type: 'text/event-stream',
  },
];

/** What is not about accounts, sign-ins and keys. */
export const furtherOperations: readonly Operation[] = [
  ...settingsOperations,
  ...vaultOperations,
  ...ledgerOperations,
  ...captureOperations,
  ...peopleOperations,
  ...proxyOperations,
];
