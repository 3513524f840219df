import { parse, TomlError } from 'smol-toml';
import { messageOf } from '../base/errors.ts';
import { once } from '../base/once.ts';
import { Problem } from '../base/problem.ts';
import { Secret } from '../base/secret.ts';
import { zod } from '../base/zod.ts';
import { fileName } from '../config/setting.ts';
import { type AccountSettings, readDraft, renamed } from './draft.ts';

/** Where a file of accounts says that a value stands. */
export type ValueSource =
  | { readonly in: 'here'; readonly value: Secret }
  | { readonly in: 'file'; readonly path: string }
  | { readonly in: 'environment'; readonly variable: string };

/** An account as a file describes it; what it keeps elsewhere is not read yet. */
export interface DescribedAccount {
  readonly settings: AccountSettings;
  readonly secret: ValueSource | undefined;
  readonly proxyLogin: ValueSource | undefined;
  /** A file of certificates, which become part of the settings. */
  readonly extraCa: ValueSource | undefined;
  /** The user says that a token which looks like one of a consumer sign-in may be used. */
  readonly acceptsTerms: boolean;
}

/** Values that may stand in the file itself, in a file of their own, or in a variable. */
const elsewhere = once(() => ({
  secret: zod().string().optional(),
  secret_file: zod().string().min(1).optional(),
  secret_env: zod().string().min(1).optional(),
  proxy_login: zod().string().optional(),
  proxy_login_file: zod().string().min(1).optional(),
  proxy_login_env: zod().string().min(1).optional(),
  extra_ca_file: zod().string().min(1).optional(),
  accept_terms: zod().boolean().optional(),
}));
const entry = once(() => zod().looseObject(elsewhere()));
const document = once(() =>
  zod().strictObject({ accounts: zod().array(zod().record(zod().string(), zod().unknown())) }),
);

/**
 * The accounts that a text describes: TOML with `[[accounts]]`, or JSON with a list `accounts`, both with the
 * names of the settings file (`base_url`).
 *
 * @param path for messages; its ending says which of the two it is
 * @throws Problem `accounts-file-invalid` that names the account and what is wrong with it
 */
export function readAccountsFile(text: string, path: string): DescribedAccount[] {
  const read = document().safeParse(parsed(text, path));
  if (!read.success) {
    throw invalid(
      path,
      'it must hold accounts and nothing else: [[accounts]] in TOML, {"accounts": […]} in JSON',
    );
  }
  return read.data.accounts.map((fields, at) => {
    try {
      return describe(fields);
    } catch (error) {
      const name =
        typeof fields['name'] === 'string' ? `"${fields['name'].slice(0, 100)}"` : `number ${at + 1}`;
      throw error instanceof Problem ? invalid(path, `account ${name}: ${error.message}`, error) : error;
    }
  });
}

/** A Problem with a file of accounts. */
export function invalid(path: string, what: string, cause?: unknown): Problem {
  const fix = 'Correct the file; until then the accounts it described before stay as they were.';
  // What is wrong may be a sentence already; the path keeps its own dots.
  return new Problem('accounts-file-invalid', `${path} cannot be used: ${what.replace(/\.$/, '')}.`, fix, {
    cause,
  });
}

function describe(fields: Readonly<Record<string, unknown>>): DescribedAccount {
  const read = entry().safeParse(fields);
  if (!read.success) {
    const wrong = read.error.issues.map((issue) => `${issue.path.join('.')} is not what it must be`);
    throw new Problem('account-invalid', wrong.join('; '), '');
  }
  const found = read.data;
  const own = Object.entries(fields).filter(([name]) => !Object.hasOwn(elsewhere(), name));
  return {
    settings: settingsIn(Object.fromEntries(own.map(([name, value]) => [camelCase(name), value]))),
    secret: sourceOf('secret', found.secret, found.secret_file, found.secret_env),
    proxyLogin: sourceOf('proxy_login', found.proxy_login, found.proxy_login_file, found.proxy_login_env),
    extraCa: sourceOf('extra_ca', undefined, found.extra_ca_file, undefined),
    acceptsTerms: found.accept_terms === true,
  };
}

function settingsIn(draft: Readonly<Record<string, unknown>>): AccountSettings {
  try {
    // Their tokens change by themselves, and nobody may write into a mounted file.
    if (draft['kind'] === 'oauth')
      throw new Problem(
        'account-invalid',
        'an account that signs in cannot stand in a file; add it by command',
        '',
      );
    return readDraft(draft);
  } catch (error) {
    throw renamed(error, fileName);
  }
}

function sourceOf(
  what: string,
  value: string | undefined,
  path: string | undefined,
  variable: string | undefined,
): ValueSource | undefined {
  const sources: ValueSource[] = [];
  if (value !== undefined) sources.push({ in: 'here', value: new Secret(value) });
  if (path !== undefined) sources.push({ in: 'file', path });
  if (variable !== undefined) sources.push({ in: 'environment', variable });
  if (sources.length > 1) throw new Problem('account-invalid', `${what} is given twice`, '');
  return sources[0];
}

function parsed(text: string, path: string): unknown {
  try {
    return path.endsWith('.json') ? JSON.parse(text) : parse(text, { maxDepth: 32 });
  } catch (error) {
    // What stands around the mistake may be a secret: only its place is told.
    if (error instanceof TomlError)
      throw invalid(path, `not valid TOML at line ${error.line}, column ${error.column}`);
    if (error instanceof SyntaxError) throw invalid(path, 'not valid JSON');
    throw invalid(path, messageOf(error), error);
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
