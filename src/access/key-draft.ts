import type * as z from 'zod';
import { once } from '../base/once.ts';
import { Problem } from '../base/problem.ts';
import { zod } from '../base/zod.ts';
import type { ClientKey, KeyBudget } from './client-key.ts';
import { roles } from './people/role.ts';

/** What whoever makes a key decides about it. */
export type ClientKeySettings = Pick<
  ClientKey,
  | 'name'
  | 'owner'
  | 'models'
  | 'accounts'
  | 'requestsPerMinute'
  | 'callsAtOnce'
  | 'budgets'
  | 'role'
  | 'expiresAt'
>;

const isVisible = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);

const words = () =>
  zod()
    .string({ error: 'must be text' })
    .trim()
    .max(100, 'must have at most 100 characters')
    .refine(isVisible, 'must have no invisible characters');

const list = () =>
  zod()
    .array(words().min(1, 'must not hold an empty entry').max(200), { error: 'must be a list' })
    .max(100, 'must have at most 100 entries');

const limit = () =>
  zod()
    .number({ error: 'must be a number' })
    .refine(
      (value) => Number.isInteger(value) && value >= 1 && value <= 1_000_000,
      'must be a whole number from 1 to 1000000',
    );

const budget = () =>
  zod()
    .strictObject({
      period: zod().enum(['daily', 'weekly', 'monthly'], { error: 'must be daily, weekly or monthly' }),
      limitUsd: zod().number({ error: 'must be a number' }).min(0.01).max(1e9).optional(),
      limitTokens: zod().int({ error: 'must be a whole number' }).min(1).optional(),
      hard: zod().boolean({ error: 'must be true or false' }).default(true),
    })
    .refine(
      ({ limitUsd, limitTokens }) => (limitUsd === undefined) !== (limitTokens === undefined),
      'must have limitUsd or limitTokens',
    );

/** What a draft is checked by. */
export const draftShape = once(() =>
  zod().strictObject({
    name: words()
      .min(1, 'must not be empty')
      .refine((name) => !name.startsWith('key_'), 'must not begin with "key_", as ids do'),
    owner: words().default(''),
    models: list().nullish(),
    accounts: list().nullish(),
    requestsPerMinute: limit().nullish(),
    callsAtOnce: limit().nullish(),
    budgets: zod()
      .array(budget(), { error: 'must be a list' })
      .max(20, 'must have at most 20 entries')
      .nullish(),
    role: zod()
      .enum(roles, { error: `must be ${roles.join(' or ')}` })
      .nullish(),
    expiresAt: zod().number({ error: 'must be a moment' }).nullish(),
  }),
);

/** A key as a person describes it: only the name is needed; nothing, `null` and an empty list mean no limit. */
export type ClientKeyDraft = z.input<ReturnType<typeof draftShape>>;

/** What is to be different about a key that is there; `null` takes a limit away, what is left out stays. */
export type ClientKeyChanges = Partial<Omit<ClientKeyDraft, 'name'>>;

/**
 * Reads a draft from anything. `now` is what a key must not have expired by already (ms).
 *
 * @throws Problem `key-invalid` that names everything that is wrong, and what would be right
 */
export function readKeyDraft(draft: unknown, now: number): ClientKeySettings {
  const read = draftShape().safeParse(draft);
  if (!read.success) throw invalid(read.error.issues.map(sentence));
  const { name, owner, models, accounts, requestsPerMinute, callsAtOnce, budgets, role, expiresAt } =
    read.data;
  if (typeof expiresAt === 'number' && expiresAt <= now) throw invalid(['expiresAt: must be in the future']);
  return {
    name,
    owner,
    ...(hasEntries(models) && { models }),
    ...(hasEntries(accounts) && { accounts }),
    ...(typeof requestsPerMinute === 'number' && { requestsPerMinute }),
    ...(typeof callsAtOnce === 'number' && { callsAtOnce }),
    ...(hasEntries(budgets) && { budgets }),
    ...(typeof role === 'string' && { role }),
    ...(typeof expiresAt === 'number' && { expiresAt }),
  };
}

/** Budgets as they were stored. Those that cannot be read must not become "no budget". @throws ZodError */
export function readBudgets(stored: unknown): readonly KeyBudget[] {
  // Most keys have none, and nothing is loaded for them.
  if (Array.isArray(stored) && stored.length === 0) return [];
  return zod().array(budget()).parse(stored);
}

function hasEntries<T>(given: readonly T[] | null | undefined): given is readonly T[] {
  return given !== null && given !== undefined && given.length > 0;
}

function invalid(flaws: readonly string[]): Problem {
  const title = `The client key is not right: ${flaws.join('; ')}.`;
  return new Problem('key-invalid', title, 'Correct that and try again.');
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such setting`;
  const where = issue.path.join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}
