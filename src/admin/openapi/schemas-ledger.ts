import * as z from 'zod';
import { dimensions, groupings } from '../../usage/reports/groupings.ts';
import type * as capture from '../contract-capture.ts';
import type * as settings from '../contract-settings.ts';
import type * as usage from '../contract-usage.ts';
import { maybe, moment } from './schemas-accounts.ts';

const sums = {
  calls: z.number(),
  messages: z.number(),
  errors: z.number(),
  cut: z.number(),
  clientLeft: z.number(),
  moves: z.number(),
  estimates: z.number(),
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite5m: z.number(),
  cacheWrite1h: z.number(),
  thinking: z.number(),
  webSearches: z.number(),
  usd: z.number(),
  usdOfUnknown: z.number(),
  usdSavedByCache: z.number(),
  usdLostToMoves: z.number(),
  cacheShare: maybe(z.number()),
  firstByteMs: maybe(z.number()),
  tookMs: maybe(z.number()),
  outputPerSecond: maybe(z.number()),
};

const summary = z.strictObject(sums) satisfies z.ZodType<usage.SummaryView>;
const usageLine = z.strictObject({
  key: z.string(),
  name: z.string(),
  ...sums,
}) satisfies z.ZodType<usage.UsageLineView>;

const usageView = z.strictObject({
  by: z.enum(groupings),
  since: moment,
  until: moment,
  lines: z.array(usageLine),
  total: summary,
}) satisfies z.ZodType<usage.UsageView>;

const seriesView = z.strictObject({
  by: z.enum(dimensions),
  every: z.enum(['hour', 'day']),
  since: moment,
  until: moment,
  slots: z.array(z.string()),
  lines: z.array(
    z.strictObject({
      key: z.string(),
      name: z.string(),
      isOthers: z.boolean(),
      total: summary,
      points: z.array(summary),
    }),
  ),
  points: z.array(summary),
  total: summary,
}) satisfies z.ZodType<usage.UsageSeriesView>;

const attempt = z.strictObject({
  account: z.string(),
  atMs: z.number(),
  ms: z.number(),
  ending: z.string(),
  status: maybe(z.number()),
  errorType: maybe(z.string()),
  errorCode: maybe(z.string()),
  scope: maybe(z.string()),
  lesson: z.string(),
  reason: maybe(z.string()),
  evidence: maybe(z.strictObject({ header: z.string(), value: z.string() })),
  upstreamRequestId: maybe(z.string()),
}) satisfies z.ZodType<usage.AttemptView>;

const tokens = z.strictObject({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite5m: z.number(),
  cacheWrite1h: z.number(),
  thinking: maybe(z.number()),
  webSearches: z.number(),
  isEstimate: z.boolean(),
});

/** What is told of a move, wherever one is. */
export const moveFields = {
  from: z.string(),
  to: z.string(),
  reason: z.string(),
  tokens: maybe(z.number()),
  usd: maybe(z.number()),
};

const digest = { bytes: z.number(), sha256: z.string() };
const bodyDigests = z.strictObject({
  came: z.strictObject({ ...digest, isWhole: z.boolean() }),
  went: z.array(z.strictObject({ attempt: z.number(), account: z.string(), ...digest, isSame: z.boolean() })),
  isTranslated: z.boolean(),
}) satisfies z.ZodType<usage.BodyDigestsView>;

const request = z.strictObject({
  id: z.number(),
  requestId: z.string(),
  upstreamRequestId: maybe(z.string()),
  at: moment,
  method: z.string(),
  path: z.string(),
  purpose: z.string(),
  client: z.string(),
  session: maybe(z.string()),
  agent: maybe(z.string()),
  parentAgent: maybe(z.string()),
  model: maybe(z.string()),
  answeredModel: maybe(z.string()),
  account: maybe(z.string()),
  why: maybe(z.string()),
  isStream: z.boolean(),
  status: z.number(),
  ended: z.string(),
  errorType: maybe(z.string()),
  stopReason: maybe(z.string()),
  messageId: maybe(z.string()),
  bytesIn: z.number(),
  bytesOut: z.number(),
  firstByteMs: maybe(z.number()),
  ms: z.number(),
  waitedMs: maybe(z.number()),
  outputPerSecond: maybe(z.number()),
  tokens: maybe(tokens),
  serviceTier: maybe(z.string()),
  speed: maybe(z.string()),
  inferenceGeo: maybe(z.string()),
  usd: maybe(z.number()),
  priceBasis: maybe(z.string()),
  attemptCount: z.number(),
  attempts: z.array(attempt),
  move: maybe(z.strictObject(moveFields)),
  bodyDigests: maybe(bodyDigests),
}) satisfies z.ZodType<usage.RequestView>;

const agent = z.strictObject({
  agent: z.string(),
  calls: z.number(),
  errors: z.number(),
  models: z.array(z.string()),
  accounts: z.array(z.string()),
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  usd: z.number(),
  usdWithBranches: z.number(),
  firstAt: moment,
  lastAt: moment,
  get branches(): z.ZodArray<z.ZodType<usage.AgentView>> {
    return z.array(agent);
  },
}) satisfies z.ZodType<usage.AgentView>;

const session = z.strictObject({ session: z.string(), tree: agent }) satisfies z.ZodType<usage.SessionView>;

const body = z.strictObject({
  bytes: z.number(),
  kept: z.number(),
}) satisfies z.ZodType<capture.CapturedBodyView>;

const captured = z.strictObject({
  file: z.string(),
  place: z.number(),
  requestId: z.string(),
  at: moment,
  ms: z.number(),
  method: z.string(),
  path: z.string(),
  client: z.string(),
  account: maybe(z.string()),
  session: maybe(z.string()),
  model: maybe(z.string()),
  status: z.number(),
  ended: z.string(),
  requestHeaders: z.array(z.string()),
  answerHeaders: z.array(z.string()),
  request: body,
  answer: body,
}) satisfies z.ZodType<capture.CapturedView>;

const captureList = z.strictObject({
  calls: z.array(captured),
  flaws: z.array(z.strictObject({ file: z.string(), is: z.string() })),
}) satisfies z.ZodType<capture.CaptureListView>;

const captureStock = z.strictObject({
  files: z.number(),
  bytes: z.number(),
}) satisfies z.ZodType<capture.CaptureStockView>;

const setting = z.strictObject({
  key: z.string(),
  section: z.string(),
  entry: maybe(z.string()),
  name: z.string(),
  help: z.string(),
  expects: z.string(),
  input: z.enum(['text', 'number', 'choice', 'switch', 'list', 'table']),
  choices: z.array(z.string()),
  unit: maybe(z.enum(['seconds', 'bytes'])),
  value: z.unknown(),
  default: z.unknown(),
  example: maybe(z.string()),
  source: z.strictObject({
    from: z.enum(['default', 'file', 'environment', 'flag', 'command']),
    words: z.string(),
  }),
  inFile: z.unknown(),
  isLive: z.boolean(),
  waitsForRestart: z.boolean(),
  isEditable: z.boolean(),
}) satisfies z.ZodType<settings.SettingView>;

const settingsView = z.strictObject({
  file: z.strictObject({ path: z.string(), exists: z.boolean(), base: z.string() }),
  problem: maybe(z.strictObject({ code: z.string(), title: z.string(), fix: z.string() })),
  sections: z.array(
    z.strictObject({
      name: z.string(),
      help: z.string(),
      what: maybe(z.string()),
      entries: z.array(z.string()),
    }),
  ),
  settings: z.array(setting),
  waitingForRestart: z.array(z.string()),
}) satisfies z.ZodType<settings.SettingsView>;

const settingFlaw = z.strictObject({
  key: maybe(z.string()),
  says: z.string(),
}) satisfies z.ZodType<settings.SettingFlawView>;

const savedSettings = z.strictObject({
  changed: z.array(z.string()),
  waitingForRestart: z.array(z.string()),
}) satisfies z.ZodType<settings.SavedSettingsView>;

/** By the names they have in the document. */
export const ledgerSchemas = {
  Summary: summary,
  UsageLine: usageLine,
  Usage: usageView,
  UsageSeries: seriesView,
  Attempt: attempt,
  Request: request,
  Agent: agent,
  Session: session,
  Captured: captured,
  CaptureList: captureList,
  CaptureStock: captureStock,
  Setting: setting,
  Settings: settingsView,
  SettingFlaw: settingFlaw,
  SavedSettings: savedSettings,
} as const;
