import * as z from 'zod';
import { once } from '../base/once.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import { Secret } from '../base/secret.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Account } from './account.ts';
import { type AccountSettings, invalid, readDraft, settingsOf } from './draft.ts';
import { fromStored, toStored } from './stored-tokens.ts';

/** An account with all that is secret about it, on its way from one place to another. */
export interface PortableAccount {
  /** The id it has, so that what is bound to it stays bound. */
  readonly id?: string | undefined;
  readonly settings: AccountSettings;
  readonly secret?: Secret | undefined;
  readonly tokens?: TokenSet | undefined;
  readonly proxyLogin?: Secret | undefined;
}

/** Says what a file is, whoever finds it. */
const formatName = `${product.binary} accounts`;
const formatVersion = 1;

const secrets = once(() =>
  z.looseObject({
    id: z.string().optional(),
    secret: z.string().optional(),
    tokens: z.unknown().optional(),
    proxyLogin: z.string().optional(),
  }),
);

const file = once(() =>
  z.looseObject({
    format: z.literal(formatName),
    version: z.number(),
    accounts: z.array(z.unknown()),
  }),
);

/** `account` with its secrets, which `secretOf` knows by their entries. @throws Problem of the vault */
export async function toPortable(
  account: Account,
  secretOf: (entry: string) => Promise<Secret | undefined>,
): Promise<PortableAccount> {
  const { id, kind, proxyLogin } = account;
  const secret = await secretOf(id);
  const tokens = kind === 'oauth' && secret !== undefined ? fromStored(secret) : undefined;
  return {
    id,
    settings: settingsOf(account),
    secret: kind === 'oauth' ? undefined : secret,
    tokens,
    proxyLogin: proxyLogin === undefined ? undefined : await secretOf(proxyLogin),
  };
}

/** As plain JSON, secrets and all: to be sealed, or sent where secrets may go. */
export function toPlain({ id, settings, secret, tokens, proxyLogin }: PortableAccount): object {
  return {
    ...(id !== undefined && { id }),
    ...settings,
    ...(secret !== undefined && { secret: secret.reveal() }),
    ...(tokens !== undefined && { tokens: JSON.parse(toStored(tokens).reveal()) as unknown }),
    ...(proxyLogin !== undefined && { proxyLogin: proxyLogin.reveal() }),
  };
}

/** What {@link toPlain} gave. @throws Problem `account-invalid` */
export function fromPlain(value: unknown): PortableAccount {
  const read = secrets().safeParse(value);
  if (!read.success) throw invalid(['it must be an object, and what is secret about it text']);
  const { id, secret, tokens, proxyLogin, ...draft } = read.data;
  return {
    id,
    settings: readDraft(draft),
    secret: secret === undefined ? undefined : new Secret(secret),
    tokens: tokens === undefined ? undefined : fromStored(new Secret(JSON.stringify(tokens))),
    proxyLogin: proxyLogin === undefined ? undefined : new Secret(proxyLogin),
  };
}

/** The content of an export. */
export function writeExport(accounts: readonly PortableAccount[], now: number): Secret {
  const exportedAt = new Date(now).toISOString();
  const content = { format: formatName, version: formatVersion, exportedAt, accounts: accounts.map(toPlain) };
  return new Secret(`${JSON.stringify(content, undefined, 2)}\n`);
}

/**
 * The accounts of an export; undefined where `value` is none.
 *
 * @throws Problem `export-newer`, `account-invalid`
 */
export function readExport(value: unknown): PortableAccount[] | undefined {
  const read = file().safeParse(value);
  if (!read.success) return undefined;
  if (read.data.version > formatVersion) {
    const title = `The export is of format ${read.data.version}; this version knows ${formatVersion}.`;
    throw new Problem(
      'export-newer',
      title,
      `Import it with the version of ${product.binary} that wrote it.`,
    );
  }
  return read.data.accounts.map(fromPlain);
}
