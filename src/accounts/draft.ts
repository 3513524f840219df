import { z } from 'zod';
import { Problem } from '../base/problem.ts';
import { Secret } from '../base/secret.ts';
import {
  type Account,
  accountIdPrefix,
  accountKinds,
  defaultBaseUrl,
  keepsSecret,
  nameKey,
  sendingWays,
} from './account.ts';

/** What is fixed about an account by whoever adds or changes it. */
export type AccountSettings = Omit<Account, 'id' | 'createdAt' | 'updatedAt'>;

const name = z
  .string({ error: 'must be text' })
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must have at most 100 characters')
  .refine((text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), 'must have no invisible characters')
  .refine(
    (text) => !nameKey(text).startsWith(accountIdPrefix),
    `must not begin with "${accountIdPrefix}", as ids do`,
  );

const baseUrl = z.string({ error: 'must be a URL' }).transform((text, context) => {
  const wrong = (message: string): typeof z.NEVER => {
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  };
  const url = URL.parse(text.trim());
  if (url === null) return wrong(`must be a URL such as ${defaultBaseUrl}`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return wrong('must begin with https:// or http://');
  if (url.username !== '' || url.password !== '') {
    return wrong('must hold no user name or password: secrets belong in the vault');
  }
  if (/[?#]/.test(text)) return wrong('must have no "?" and no "#"');
  const path = url.pathname.replace(/\/+$/, '');
  if (path.endsWith('/v1')) return wrong('must end before /v1: the path of each call is put behind it');
  return `${url.protocol}//${url.host}${path}`;
});

const models = z
  .array(z.string({ error: 'must be text' }).trim().min(1, 'must not hold an empty pattern').max(200))
  .max(100, 'must have at most 100 patterns');

/** A header name (RFC 9110 §5.6.2) and a value that cannot end its line (§5.5). */
const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;
const valuePattern = /^[\x20-\x7e\t\x80-\xff]{0,4096}$/;

/** Credentials belong in the vault, not in settings that everybody may read; the rest would break the call. */
const refusedHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'proxy-authorization',
  'cookie',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

const headers = z.record(z.string(), z.string({ error: 'must be text' })).superRefine((given, context) => {
  const seen = new Set<string>();
  for (const [header, value] of Object.entries(given)) {
    const lower = header.toLowerCase();
    const wrong = !tokenPattern.test(header)
      ? 'is not a header name'
      : refusedHeaders.has(lower)
        ? 'cannot be set here: the proxy sets it itself'
        : !valuePattern.test(value)
          ? 'has a value with characters that no header may hold'
          : seen.has(lower)
            ? 'is there twice'
            : undefined;
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: `"${header}" ${wrong}` });
    seen.add(lower);
  }
  if (seen.size > 50) context.addIssue({ code: 'custom', message: 'must be at most 50' });
});

const whole = (least: number, most: number) =>
  z
    .number({ error: 'must be a number' })
    .refine(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `must be a whole number from ${least} to ${most}`,
    );

/** Both nothing and `null` mean none. */
const none = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

const shape = z.strictObject({
  name,
  kind: z.enum(accountKinds, { error: `must be one of ${accountKinds.join(', ')}` }),
  baseUrl: baseUrl.default(defaultBaseUrl),
  allowPlainHttp: z.boolean({ error: 'must be true or false' }).default(false),
  sendAs: z
    .enum(sendingWays, { error: `must be one of ${sendingWays.join(', ')}` })
    .nullish()
    .transform(none),
  priority: whole(0, 1000).default(100),
  weight: z
    .number({ error: 'must be a number' })
    .refine((value) => value >= 0.01 && value <= 1000, 'must be a number from 0.01 to 1000')
    .default(1),
  models: models.default([]),
  maxConcurrent: whole(1, 100_000).nullish().transform(none),
  headers: headers.nullish().transform(none),
  notes: z.string({ error: 'must be text' }).max(4000, 'must have at most 4000 characters').default(''),
  enabled: z.boolean({ error: 'must be true or false' }).default(true),
});

/** An account as a person describes it; what is left out takes its default, `null` means none. */
export type AccountDraft = z.input<typeof shape>;

/** New values for some settings of an account. Its kind is fixed: another kind is another account. */
export type AccountChanges = Partial<Omit<AccountDraft, 'kind'>>;

/**
 * Reads a draft from anything.
 *
 * @throws Problem `account-invalid` that names every setting that is wrong, and what would be right
 */
export function readDraft(draft: unknown): AccountSettings {
  const read = shape.safeParse(draft);
  if (!read.success) throw invalid(read.error.issues.map(sentence));
  const { sendAs, maxConcurrent, headers: own, ...rest } = read.data;
  const flaws: string[] = [];
  if (sendAs !== undefined && rest.kind !== 'api-key') flaws.push('sendAs: goes with the kind api-key alone');
  const url = new URL(rest.baseUrl);
  if (url.protocol === 'http:' && !isThisMachine(url.hostname) && !rest.allowPlainHttp) {
    flaws.push(
      `baseUrl: would send secrets readable to ${url.hostname}; use https, or allow plain http for this account`,
    );
  }
  if (flaws.length > 0) throw invalid(flaws);
  return {
    ...rest,
    ...(rest.kind === 'api-key' && { sendAs: sendAs ?? 'x-api-key' }),
    ...(maxConcurrent !== undefined && { maxConcurrent }),
    ...(own !== undefined && Object.keys(own).length > 0 && { headers: own }),
  };
}

/**
 * A secret as it will stand in a header, without the white space around it; undefined for kinds that have none.
 *
 * @throws Problem `secret-missing`, `secret-invalid`, or `secret-unwanted` for a pass-through account
 */
export function readSecret(kind: Account['kind'], secret: Secret | undefined): Secret | undefined {
  const text = secret?.reveal().trim() ?? '';
  if (!keepsSecret(kind)) {
    if (text === '') return undefined;
    const fix = 'Leave the secret out, or choose the kind api-key or token.';
    throw new Problem(
      'secret-unwanted',
      'A pass-through account has no secret: each client brings its own.',
      fix,
    );
  }
  if (text === '') {
    throw new Problem('secret-missing', 'The secret is empty.', 'Give the key or token of the account.');
  }
  if (/^bearer\s/i.test(text)) {
    throw new Problem('secret-invalid', 'The secret begins with "Bearer".', 'Give only what comes after it.');
  }
  if (!/^[\x21-\x7e]{1,16384}$/.test(text)) {
    const title = 'The secret holds blanks, line breaks or other characters that no key or token has.';
    throw new Problem('secret-invalid', title, 'Copy it again: the whole of it, and nothing else.');
  }
  return new Secret(text);
}

/** A Problem that lists what is wrong with the settings of an account. */
export function invalid(flaws: readonly string[]): Problem {
  return new Problem(
    'account-invalid',
    `The account is not right: ${flaws.join('; ')}.`,
    'Correct that and try again.',
  );
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such setting`;
  const where = issue.path.join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}

/** Loopback names and addresses, as `URL` writes them. */
function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
