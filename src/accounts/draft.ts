import type * as z from 'zod';
import { once } from '../base/once.ts';
import { Problem } from '../base/problem.ts';
import { zod } from '../base/zod.ts';
import {
  type Account,
  accountIdPrefix,
  accountKinds,
  defaultBaseUrl,
  nameKey,
  sendingWays,
} from './account.ts';
import { baseUrl, isThisMachine, proxyUrl } from './addresses.ts';
import { readCertificates } from './certificates.ts';

/** What is fixed about an account by whoever adds or changes it. */
export type AccountSettings = Omit<
  Account,
  'id' | 'from' | 'proxyLogin' | 'createdAt' | 'updatedAt' | 'credentialAt'
>;

const name = once(() =>
  zod()
    .string({ error: 'must be text' })
    .trim()
    .min(1, 'must not be empty')
    .max(100, 'must have at most 100 characters')
    .refine((text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), 'must have no invisible characters')
    .refine(
      (text) => !nameKey(text).startsWith(accountIdPrefix),
      `must not begin with "${accountIdPrefix}", as ids do`,
    ),
);

/** Whether an account may be called so. */
export function isAccountName(text: string): boolean {
  return name().safeParse(text).success;
}

/** The name of a provider in the settings, as a table of the file can be called. */
const provider = () =>
  zod()
    .string({ error: 'must be text' })
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the name of a provider: letters, digits, "_" and "-"');

const extraCa = () =>
  zod()
    .string({ error: 'must be text' })
    .transform((text, context) => {
      const read = readCertificates(text);
      if ('pem' in read) return read.pem;
      context.addIssue({ code: 'custom', message: read.wrong });
      return zod().NEVER;
    });

const models = () =>
  zod()
    .array(zod().string({ error: 'must be text' }).trim().min(1, 'must not hold an empty pattern').max(200))
    .max(100, 'must have at most 100 patterns')
    .readonly();

/** A header name (RFC 9110 §5.6.2) and a value that cannot end its line (§5.5). */
const tokenPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;
const valuePattern = /^[\x20-\x7e\t\x80-\xff]{0,4096}$/;

/** What keys and tokens of the API begin with: whoever may see the settings of an account would see it. */
const credentialPattern = /\bsk-ant-/i;

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

const headers = () =>
  zod()
    .record(zod().string(), zod().string({ error: 'must be text' }))
    .superRefine((given, context) => {
      const seen = new Set<string>();
      for (const [header, value] of Object.entries(given)) {
        const lower = header.toLowerCase();
        const wrong = !tokenPattern.test(header)
          ? 'is not a header name'
          : refusedHeaders.has(lower)
            ? 'cannot be set here: the proxy sets it itself'
            : !valuePattern.test(value)
              ? 'has a value with characters that no header may hold'
              : credentialPattern.test(value)
                ? 'looks like a credential: give it as the secret of the account'
                : seen.has(lower)
                  ? 'is there twice'
                  : undefined;
        if (wrong !== undefined) context.addIssue({ code: 'custom', message: `"${header}" ${wrong}` });
        seen.add(lower);
      }
      if (seen.size > 50) context.addIssue({ code: 'custom', message: 'must be at most 50' });
    });

const whole = (least: number, most: number) =>
  zod()
    .number({ error: 'must be a number' })
    .refine(
      (value) => Number.isInteger(value) && value >= least && value <= most,
      `must be a whole number from ${least} to ${most}`,
    );

/** Both nothing and `null` mean none. */
const none = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

/** What a draft is checked by. */
export const draftShape = once(() =>
  zod().strictObject({
    name: name(),
    kind: zod().enum(accountKinds, { error: `must be one of ${accountKinds.join(', ')}` }),
    baseUrl: baseUrl().optional(),
    allowPlainHttp: zod().boolean({ error: 'must be true or false' }).default(false),
    sendAs: zod()
      .enum(sendingWays, { error: `must be one of ${sendingWays.join(', ')}` })
      .nullish()
      .transform(none),
    provider: provider().nullish().transform(none),
    priority: whole(0, 1000).default(100),
    weight: zod()
      .number({ error: 'must be a number' })
      .refine((value) => value >= 0.01 && value <= 1000, 'must be a number from 0.01 to 1000')
      .default(1),
    models: models().default([]),
    maxConcurrent: whole(1, 100_000).nullish().transform(none),
    headers: headers().nullish().transform(none),
    proxy: proxyUrl().nullish().transform(none),
    extraCa: extraCa().nullish().transform(none),
    notes: zod().string({ error: 'must be text' }).max(4000, 'must have at most 4000 characters').default(''),
    enabled: zod().boolean({ error: 'must be true or false' }).default(true),
  }),
);

/** An account as a person describes it; what is left out takes its default, `null` means none. */
export type AccountDraft = z.input<ReturnType<typeof draftShape>>;

/** New values for some settings of an account. Kind and provider are fixed: others are another account. */
export type AccountChanges = Partial<Omit<AccountDraft, 'kind' | 'provider'>>;

/**
 * Reads a draft from anything.
 *
 * @throws Problem `account-invalid` that names every setting that is wrong, and what would be right
 */
export function readDraft(draft: unknown): AccountSettings {
  const read = draftShape().safeParse(draft);
  if (!read.success) throw invalid(read.error.issues.map(sentence));
  const flaws = flawsTogether(read.data);
  if (flaws.length > 0) throw invalid(flaws);
  const { baseUrl: goesTo = defaultBaseUrl } = read.data;
  const { sendAs, maxConcurrent, headers: own, provider: signsIn, proxy, extraCa: ca, ...rest } = read.data;
  return {
    ...rest,
    baseUrl: goesTo,
    ...(rest.kind === 'api-key' && { sendAs: sendAs ?? 'x-api-key' }),
    ...(signsIn !== undefined && { provider: signsIn }),
    ...(maxConcurrent !== undefined && { maxConcurrent }),
    ...(own !== undefined && Object.keys(own).length > 0 && { headers: own }),
    ...(proxy !== undefined && { proxy }),
    ...(ca !== undefined && { extraCa: ca }),
  };
}

/** What no setting can know alone. */
function flawsTogether(draft: z.output<ReturnType<typeof draftShape>>): string[] {
  const flaws: string[] = [];
  const { kind } = draft;
  if (draft.sendAs !== undefined && kind !== 'api-key')
    flaws.push('sendAs: goes with the kind api-key alone');
  if (draft.provider !== undefined && kind !== 'oauth')
    flaws.push('provider: goes with the kind oauth alone');
  if (draft.provider === undefined && kind === 'oauth')
    flaws.push('provider: must name the provider of the settings that signs the account in');
  if (draft.baseUrl === undefined && kind === 'oauth')
    flaws.push('baseUrl: must say where its calls go; tokens of a provider go nowhere else');
  const url = new URL(draft.baseUrl ?? defaultBaseUrl);
  if (url.protocol === 'http:' && !isThisMachine(url.hostname) && !draft.allowPlainHttp) {
    flaws.push(`baseUrl: would send secrets readable to ${url.hostname}; use https, or set allowPlainHttp`);
  }
  return flaws;
}

/** What of an account a person decides. */
export function settingsOf(account: Account): AccountSettings {
  const { id: _id, from: _from, proxyLogin: _login, ...rest } = account;
  const { createdAt: _created, updatedAt: _updated, credentialAt: _credential, ...settings } = rest;
  return settings;
}

/** A Problem that lists what is wrong with the settings of an account. */
export function invalid(flaws: readonly string[]): Problem {
  return new Problem(
    'account-invalid',
    `The account is not right: ${flaws.join('; ')}.`,
    'Correct that and try again.',
  );
}

/** The same problem with every setting named as the person knows it who is told of it. */
export function renamed(error: unknown, nameOf: (setting: string) => string): unknown {
  if (!(error instanceof Problem) || error.code !== 'account-invalid') return error;
  const said = error.message.replaceAll(settingName(), (setting) => nameOf(setting));
  return new Problem(error.code, said, error.fix, { cause: error });
}

/** Names that are words of the language too are meant only where they stand before what is said of them. */
const settingName = once(() => {
  const names = [...Object.keys(draftShape().shape), 'proxyLogin'];
  const oddNames = names.filter((name) => /[A-Z]/.test(name));
  return new RegExp(String.raw`\b(?:${oddNames.join('|')})\b|\b(?:${names.join('|')})(?=[:.])`, 'g');
});

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such setting`;
  const where = issue.path.join('.');
  return where === '' ? issue.message : `${where}: ${issue.message}`;
}
