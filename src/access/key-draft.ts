import * as z from 'zod';
import { once } from '../base/once.ts';
import { Problem } from '../base/problem.ts';
import type { ClientKey } from './client-key.ts';

/** What whoever makes a key decides about it. */
export type ClientKeySettings = Pick<
  ClientKey,
  'name' | 'owner' | 'models' | 'accounts' | 'requestsPerMinute' | 'callsAtOnce' | 'expiresAt'
>;

const isVisible = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text);

const words = () =>
  z
    .string({ error: 'must be text' })
    .trim()
    .max(100, 'must have at most 100 characters')
    .refine(isVisible, 'must have no invisible characters');

const list = () =>
  z
    .array(words().min(1, 'must not hold an empty entry').max(200), { error: 'must be a list' })
    .max(100, 'must have at most 100 entries');

const limit = () =>
  z
    .number({ error: 'must be a number' })
    .refine(
      (value) => Number.isInteger(value) && value >= 1 && value <= 1_000_000,
      'must be a whole number from 1 to 1000000',
    );

const shape = once(() =>
  z.strictObject({
    name: words()
      .min(1, 'must not be empty')
      .refine((name) => !name.startsWith('key_'), 'must not begin with "key_", as ids do'),
    owner: words().default(''),
    models: list().nullish(),
    accounts: list().nullish(),
    requestsPerMinute: limit().nullish(),
    callsAtOnce: limit().nullish(),
    expiresAt: z.number({ error: 'must be a moment' }).nullish(),
  }),
);

/** A key as a person describes it: only the name is needed; nothing, `null` and an empty list mean no limit. */
export type ClientKeyDraft = z.input<ReturnType<typeof shape>>;

/**
 * Reads a draft from anything. `now` is what a key must not have expired by already (ms).
 *
 * @throws Problem `key-invalid` that names everything that is wrong, and what would be right
 */
export function readKeyDraft(draft: unknown, now: number): ClientKeySettings {
  const read = shape().safeParse(draft);
  if (!read.success) throw invalid(read.error.issues.map(sentence));
  const { name, owner, models, accounts, requestsPerMinute, callsAtOnce, expiresAt } = read.data;
  if (typeof expiresAt === 'number' && expiresAt <= now) throw invalid(['expiresAt: must be in the future']);
  return {
    name,
    owner,
    ...(hasEntries(models) && { models }),
    ...(hasEntries(accounts) && { accounts }),
    ...(typeof requestsPerMinute === 'number' && { requestsPerMinute }),
    ...(typeof callsAtOnce === 'number' && { callsAtOnce }),
    ...(typeof expiresAt === 'number' && { expiresAt }),
  };
}

/** A name as it is compared: neither case nor the way a character is encoded (Unicode NFKC) matters. */
export function nameKeyOf(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

function hasEntries(given: readonly string[] | null | undefined): given is readonly string[] {
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
