import * as z from 'zod';
import { logLevels } from '../../base/log.ts';
import type * as budgets from '../contract-budgets.ts';
import type * as capture from '../contract-capture.ts';
import type * as health from '../contract-health.ts';
import type { LineView } from '../contract-line.ts';
import type * as view from '../contract.ts';
import { accountSchemas, maybe, moment } from './schemas-accounts.ts';
import { moveFields } from './schemas-ledger.ts';

const { Account: account, Standing: standing, Window: window } = accountSchemas;
const period = z.enum(['daily', 'weekly', 'monthly']);

const keyBudget = z.strictObject({
  period,
  limitUsd: maybe(z.number()),
  limitTokens: maybe(z.number()),
  hard: z.boolean(),
}) satisfies z.ZodType<budgets.KeyBudgetView>;

const budget = z.strictObject({
  name: z.string(),
  scope: z.enum(['total', 'key', 'account']),
  of: z.array(z.string()),
  period,
  unit: z.enum(['usd', 'tokens']),
  limit: z.number(),
  used: z.number(),
  percent: z.number(),
  hard: z.boolean(),
  isUsedUp: z.boolean(),
  resetsAt: moment,
  held: z.number(),
  inFlight: z.number(),
}) satisfies z.ZodType<budgets.BudgetView>;

const key = z.strictObject({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  hint: z.string(),
  state: z.enum(['active', 'expired', 'revoked']),
  createdAt: moment,
  expiresAt: maybe(moment),
  revokedAt: maybe(moment),
  lastUsedAt: maybe(moment),
  models: z.array(z.string()),
  accounts: z.array(z.string()),
  requestsPerMinute: maybe(z.number()),
  callsAtOnce: maybe(z.number()),
  budgets: z.array(keyBudget),
  role: maybe(z.string()),
}) satisfies z.ZodType<view.KeyView>;

const createdKey = z.strictObject({ key: z.string(), view: key }) satisfies z.ZodType<view.CreatedKey>;

const ledger = z.strictObject({
  waiting: z.number(),
  waitingBytes: z.number(),
  lagMs: z.number(),
  written: z.number(),
  droppedCalls: z.number(),
  droppedAttempts: z.number(),
  lastDroppedAt: maybe(moment),
  failingSince: maybe(moment),
  lastError: maybe(z.strictObject({ at: moment, reason: z.string() })),
}) satisfies z.ZodType<view.LedgerView>;

const captureState = z.strictObject({
  isOn: z.boolean(),
  since: maybe(moment),
  folder: z.string(),
  keepDays: z.number(),
  maxBytes: z.number(),
  kept: z.number(),
  dropped: z.number(),
  trouble: maybe(z.string()),
}) satisfies z.ZodType<capture.CaptureView>;

const totals = z.strictObject({
  accounts: z.number(),
  ready: z.number(),
  resting: z.number(),
  signedOut: z.number(),
  switchedOff: z.number(),
  callsInFlight: z.number(),
  served: z.number(),
}) satisfies z.ZodType<view.Totals>;

const status = z.strictObject({
  version: z.string(),
  newer: maybe(z.string()),
  pid: z.number(),
  workers: z.array(z.number()).describe('Further processes that carry calls on the same port.'),
  startedAt: moment,
  uptimeSeconds: z.number(),
  url: z.string(),
  keysRequired: z.boolean(),
  totals,
  accounts: z.array(account),
  budgets: z.array(budget),
  moves: z.array(z.strictObject({ ...moveFields, at: moment, session: maybe(z.string()) })),
  ledger,
  capture: captureState,
}) satisfies z.ZodType<view.StatusView>;

const healthStatus = z.enum(['pass', 'warn', 'fail']);

const healthCheck = z.strictObject({
  componentType: z.enum(['component', 'datastore', 'system']),
  status: healthStatus,
  time: moment,
  observedValue: z.number().exactOptional(),
  observedUnit: z.string().exactOptional(),
  output: z.string().exactOptional(),
}) satisfies z.ZodType<health.HealthCheck>;

const healthView = z.strictObject({
  status: healthStatus,
  version: z.string().exactOptional(),
  serviceId: z.string().exactOptional(),
  description: z.string().exactOptional(),
  output: z.string().exactOptional(),
  checks: z.record(z.string(), z.array(healthCheck)).exactOptional(),
}) satisfies z.ZodType<health.HealthView>;

const doctor = z.strictObject({
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      is: z.enum(['ok', 'warn', 'fail']),
      says: z.string(),
      fix: z.string().exactOptional(),
    }),
  ),
}) satisfies z.ZodType<health.DoctorView>;

const vault = z.strictObject({
  path: z.string(),
  secrets: maybe(z.number()),
  backend: maybe(z.string()),
  detail: z.string(),
  keyId: maybe(z.string()),
  problem: maybe(z.strictObject({ code: z.string(), title: z.string(), fix: z.string() })),
  backupAt: maybe(moment),
  spareKeys: z.number(),
}) satisfies z.ZodType<view.VaultView>;

const rekey = z.strictObject({
  from: maybe(z.string()),
  to: z.string(),
  detail: z.string(),
  keyId: z.string(),
  oldKeyIn: maybe(z.string()),
}) satisfies z.ZodType<view.RekeyView>;

const reload = z.strictObject({
  changed: z.array(z.string()),
  waitingForRestart: z.array(z.string()),
}) satisfies z.ZodType<view.ReloadView>;

const logView = z.strictObject({
  level: z.enum(logLevels),
  until: maybe(moment),
  settingsLevel: z.enum(logLevels),
  file: maybe(z.strictObject({ path: z.string(), trouble: maybe(z.string()), lost: z.number() })),
}) satisfies z.ZodType<view.LogView>;

const stop = z.strictObject({
  stopping: z.literal(true),
  drainSeconds: z.number(),
}) satisfies z.ZodType<view.StopView>;

const succession = z.strictObject({
  pid: z.int().positive(),
  url: z.string(),
}) satisfies z.ZodType<view.SuccessionView>;

const line = z.strictObject({
  account: maybe(
    z.strictObject({ name: z.string(), isOfSession: z.boolean(), standing, windows: z.array(window) }),
  ),
  sessionUsd: maybe(z.number()),
  todayUsd: maybe(z.number()),
  budget: maybe(budget),
}) satisfies z.ZodType<LineView>;

/** By the names they have in the document. */
export const stateSchemas = {
  KeyBudget: keyBudget,
  Budget: budget,
  Key: key,
  CreatedKey: createdKey,
  Ledger: ledger,
  CaptureState: captureState,
  Totals: totals,
  Status: status,
  HealthCheck: healthCheck,
  Health: healthView,
  Doctor: doctor,
  Vault: vault,
  Rekey: rekey,
  Reload: reload,
  Log: logView,
  Stop: stop,
  Succession: succession,
  Line: line,
} as const;
