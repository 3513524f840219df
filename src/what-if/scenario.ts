import { z } from 'zod';
import type { RateLimits } from '../simulator/limits.ts';
import type { PlanLimit } from './plan-window.ts';
import type { Trouble } from './simulated-account.ts';

/** What made-up traffic looks like. Tokens, shares from 0 to 1, lengths in milliseconds. */
export interface TrafficShape {
  readonly days: number;
  readonly sessions: number;
  /** Hours of the day in which sessions begin. */
  readonly hours: readonly [from: number, to: number];
  /** How many sessions a day of the weekend sees for each on another day. */
  readonly weekend: number;
  /** Sessions that begin right after another one. */
  readonly bursts: number;
  /** Prompts of a person in a session, on average. */
  readonly turns: number;
  /** Calls to answer one of them, on average. */
  readonly calls: number;
  /** Between an answer and the next prompt, on average. */
  readonly thinkMs: number;
  /** Between an answer and the call that brings the results of its tools, on average. */
  readonly toolMs: number;
  /** Tools and system, which all sessions have in common. */
  readonly opening: number;
  /** What a call adds to the conversation. */
  readonly growth: number;
  readonly output: number;
  /** Where a conversation is summed up and starts over. */
  readonly context: number;
  /** Sessions whose prefixes are kept for an hour; the others' for five minutes. */
  readonly hourCache: number;
  /** Prompts that start subagents. */
  readonly agents: number;
  readonly models: Readonly<Record<string, number>>;
}

export interface ScenarioAccount {
  readonly name: string;
  readonly priority: number;
  readonly weight: number;
  readonly models: readonly string[];
  readonly maxConcurrent: number | undefined;
  readonly limits: RateLimits;
  readonly windows: readonly PlanLimit[];
}

/** A trouble with its account; moments are milliseconds after the traffic begins. */
export interface ScenarioTrouble extends Trouble {
  /** Undefined for all of them: then it is the upstream's. */
  readonly account: string | undefined;
}

/** What is played: traffic, accounts, and what goes wrong. */
export interface Scenario {
  readonly name: string;
  readonly traffic: TrafficShape;
  readonly accounts: readonly ScenarioAccount[];
  readonly troubles: readonly ScenarioTrouble[];
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `1h30m`, `2d10h`. */
const length = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?[smhd])+$/, 'it must be a length such as "90s", "1h30m" or "2d10h"')
  .transform((text) =>
    [...text.matchAll(/([\d.]+)([smhd])/g)].reduce(
      (sum, [, amount, unit = 's']) => sum + Number(amount) * (unitMs[unit] ?? 0),
      0,
    ),
  );

const wholeNumber = (least: number, most: number, fallback: number) =>
  z.number().int().min(least).max(most).default(fallback);
const share = (fallback: number) => z.number().min(0).max(1).default(fallback);
const lengthOr = (fallback: string) => length.prefault(fallback);
const perMinute = z.number().int().min(1).optional();

const traffic = z.strictObject({
  days: wholeNumber(1, 366, 7),
  sessions: wholeNumber(1, 100_000, 200),
  hours: z.tuple([z.number().min(0).max(24), z.number().min(0).max(24)]).default([8, 19]),
  weekend: share(0.1),
  bursts: share(0.2),
  turns: z.number().min(1).max(10_000).default(8),
  calls: z.number().min(1).max(10_000).default(9),
  think: lengthOr('3m'),
  tool: lengthOr('8s'),
  opening: wholeNumber(0, 10_000_000, 24_000),
  growth: wholeNumber(1, 10_000_000, 1_500),
  output: wholeNumber(1, 1_000_000, 500),
  context: wholeNumber(1, 100_000_000, 165_000),
  hour_cache: share(0.5),
  agents: share(0.1),
  models: z
    .record(z.string(), z.number().min(0))
    .refine(
      (models) => Object.values(models).some((weight) => weight > 0),
      'one of them needs a share above 0',
    )
    .default({ 'claude-sonnet-5-5': 0.6, 'claude-opus-5-5': 0.25, 'claude-haiku-5-5': 0.15 }),
});

const window = z.strictObject({
  name: z.string().regex(/^[a-z0-9_-]{1,40}$/, 'it must be a word such as "5h"'),
  length,
  usd: z.number().positive(),
});

const account = z.strictObject({
  name: z.string().min(1).max(100),
  count: wholeNumber(1, 1_000, 1),
  priority: wholeNumber(0, 1_000, 100),
  weight: z.number().positive().default(1),
  models: z.array(z.string()).default([]),
  max_concurrent: z.number().int().min(1).optional(),
  requests_per_minute: perMinute,
  input_tokens_per_minute: perMinute,
  output_tokens_per_minute: perMinute,
  windows: z.array(window).default([]),
});

const trouble = z.strictObject({
  account: z.string().optional(),
  kind: z.enum(['overloaded', 'erring', 'unreachable']),
  from: length,
  for: length,
  share: share(1),
});

/** A scenario file, as it is written. Every key of `traffic` has a default. */
export const scenarioSchema = z
  .strictObject({
    traffic: traffic.prefault({}),
    accounts: z.array(account).min(1),
    troubles: z.array(trouble).default([]),
  })
  .superRefine(({ accounts, troubles, traffic: { hours } }, context) => {
    const complain = (path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message });
    };
    if (hours[0] >= hours[1]) complain(['traffic', 'hours'], 'the first hour must be before the second');
    const names = accounts.flatMap(namesOf);
    for (const [at, one] of accounts.entries())
      if (namesOf(one).some((name) => names.indexOf(name) !== names.lastIndexOf(name)))
        complain(['accounts', at, 'name'], `there are two accounts of this name`);
    for (const [at, { account: named }] of troubles.entries())
      if (named !== undefined && !names.includes(named))
        complain(['troubles', at, 'account'], `it must be one of ${names.slice(0, 10).join(', ')}`);
  });

type Written = z.infer<typeof scenarioSchema>;

/** `team-1`, `team-2`, … where there are several. */
function namesOf({ name, count }: Written['accounts'][number]): string[] {
  return count === 1 ? [name] : Array.from({ length: count }, (_, at) => `${name}-${at + 1}`);
}

/** The scenario that was written. */
export function scenarioOf(name: string, written: Written): Scenario {
  const { think, tool, hour_cache: hourCache, hours, ...shape } = written.traffic;
  return {
    name,
    traffic: { ...shape, hours, thinkMs: think, toolMs: tool, hourCache },
    accounts: written.accounts.flatMap((one) => namesOf(one).map((called) => accountOf(called, one))),
    troubles: written.troubles.map(({ account: whose, kind, from, for: lengthMs, share: met }) => ({
      account: whose,
      kind,
      from,
      until: from + lengthMs,
      share: met,
    })),
  };
}

function accountOf(name: string, one: Written['accounts'][number]): ScenarioAccount {
  return {
    name,
    priority: one.priority,
    weight: one.weight,
    models: one.models,
    maxConcurrent: one.max_concurrent,
    limits: {
      requestsPerMinute: one.requests_per_minute,
      inputTokensPerMinute: one.input_tokens_per_minute,
      outputTokensPerMinute: one.output_tokens_per_minute,
    },
    windows: one.windows.map(({ name: window, length: lengthMs, usd }) => ({
      name: window,
      lengthMs,
      microUsd: usd * 1_000_000,
    })),
  };
}
