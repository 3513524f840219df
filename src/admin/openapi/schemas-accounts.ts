import * as z from 'zod';
import { accountKinds } from '../../accounts/account.ts';
import { ways } from '../../config/settings-providers.ts';
import type * as view from '../contract-accounts.ts';

// The contract of accounts once more, as schemas: `satisfies` holds each to the type that the code answers with.

/** ISO 8601, in UTC. */
export const moment = z.iso.datetime();
export const maybe = <T extends z.ZodType>(schema: T) => schema.nullable();

const evidence = z.strictObject({
  in: z.enum(['header', 'body']),
  name: z.string(),
  value: z.string(),
}) satisfies z.ZodType<view.EvidenceView>;

const rest = {
  since: moment,
  until: moment,
  reason: z.string(),
  evidence: maybe(evidence),
  isGuess: z.boolean(),
  isCut: z.boolean(),
  askedEarlyAt: maybe(moment),
  endsBy: z.enum(['time', 'probe']),
};

const standing = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('ready') }),
  z.strictObject({ is: z.literal('resting'), ...rest }),
  z.strictObject({
    is: z.literal('signed-out'),
    since: moment,
    reason: z.string(),
    evidence: maybe(evidence),
    endsBy: z.enum(['credential', 'person']),
  }),
  z.strictObject({ is: z.literal('switched-off'), since: maybe(moment), endsBy: z.literal('person') }),
]) satisfies z.ZodType<view.StandingView>;

const window = z.strictObject({
  name: z.string(),
  kind: z.enum(['plan', 'bucket']),
  used: maybe(z.number()),
  limit: maybe(z.number()),
  remaining: maybe(z.number()),
  status: maybe(z.string()),
  resetsAt: maybe(moment),
  readAt: moment,
  forecast: z.enum(['used-up', 'runs-out', 'lasts', 'renewed', 'unknown']),
  runsOutAt: maybe(moment),
}) satisfies z.ZodType<view.WindowView>;

const signIn = z.strictObject({
  provider: z.string(),
  isSignedIn: z.boolean(),
  expiresAt: maybe(moment),
  canRefresh: z.boolean(),
  scope: maybe(z.string()),
  label: maybe(z.string()),
  refreshedAt: maybe(moment),
  nextRefreshAt: maybe(moment),
  lastFailure: maybe(z.strictObject({ at: moment, reason: z.string() })),
}) satisfies z.ZodType<view.SignInView>;

const account = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(accountKinds),
  enabled: z.boolean(),
  standing,
  familyRests: z.array(z.strictObject({ family: z.string(), ...rest })),
  lastRest: maybe(
    z.strictObject({ since: moment, until: moment, reason: z.string(), evidence: maybe(evidence) }),
  ),
  isHalfOpen: z.boolean(),
  isAvoided: z.boolean(),
  priority: z.number(),
  weight: z.number(),
  baseUrl: z.string(),
  models: z.array(z.string()),
  maxConcurrent: maybe(z.number()),
  sendAs: maybe(z.string()),
  signIn: maybe(signIn),
  windows: z.array(window),
  allowPlainHttp: z.boolean(),
  headers: z.record(z.string(), z.string()),
  proxy: maybe(z.string()),
  proxyHasLogin: z.boolean(),
  extraCa: z.array(z.strictObject({ subject: z.string(), expiresAt: z.string() })),
  from: maybe(z.string()),
  notes: z.string(),
  callsInFlight: z.number(),
  served: z.number(),
  lastUsedAt: maybe(moment),
  createdAt: moment,
  updatedAt: moment,
}) satisfies z.ZodType<view.AccountView>;

const needsUser = [
  z.strictObject({ is: z.literal('needs-user'), do: z.literal('open'), url: z.string() }),
  z.strictObject({
    is: z.literal('needs-user'),
    do: z.literal('enter-code'),
    code: z.string(),
    url: z.string(),
    completeUrl: maybe(z.string()),
    notice: maybe(z.string()),
  }),
] as const;

const signInFlow = z.strictObject({
  id: z.string(),
  account: z.string(),
  provider: z.string(),
  way: z.enum(ways),
  startedAt: moment,
  expiresAt: moment,
  state: z.union([
    ...needsUser,
    z.strictObject({ is: z.literal('pending') }),
    z.strictObject({ is: z.literal('done'), label: maybe(z.string()) }),
    z.strictObject({
      is: z.literal('failed'),
      failure: z.enum(['denied', 'expired', 'cancelled', 'refused', 'unreachable', 'unsound', 'not-kept']),
      reason: z.string(),
    }),
  ]),
  warning: maybe(z.string()),
}) satisfies z.ZodType<view.SignInFlowView>;

const removal = z.strictObject({
  account,
  givenBack: maybe(
    z.strictObject({ is: z.enum(['revoked', 'not-offered', 'failed']), reason: maybe(z.string()) }),
  ),
}) satisfies z.ZodType<view.RemovalView>;

const test = z.strictObject({
  works: z.boolean(),
  code: z.string(),
  says: z.string(),
  fix: maybe(z.string()),
  status: maybe(z.number()),
  ms: z.number(),
}) satisfies z.ZodType<view.TestView>;

const rotation = z.strictObject({
  preferred: account,
  before: account,
}) satisfies z.ZodType<view.RotationView>;

const exported = z.strictObject({
  sealed: z.string(),
  names: z.array(z.string()),
}) satisfies z.ZodType<view.ExportView>;

const imported = z.strictObject({
  is: z.enum(['added', 'replaced', 'kept']),
  account,
}) satisfies z.ZodType<view.ImportView>;

/** By the names they have in the document. */
export const accountSchemas = {
  Evidence: evidence,
  Standing: standing,
  Window: window,
  SignIn: signIn,
  Account: account,
  SignInFlow: signInFlow,
  Removal: removal,
  AccountTest: test,
  Rotation: rotation,
  Export: exported,
  Import: imported,
} as const;
