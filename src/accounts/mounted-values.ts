import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { messageOf } from '../base/errors.ts';
import { firstBytes } from '../base/files.ts';
import { Problem } from '../base/problem.ts';
import { Secret } from '../base/secret.ts';
import { nameKey } from './account.ts';
import { readCertificates } from './certificates.ts';
import { readProxyLogin, readSecret } from './given-secrets.ts';
import { type DescribedAccount, invalid, readAccountsFile, type ValueSource } from './mounted-file.ts';
import type { PortableAccount } from './portable.ts';
import { isRefreshToken, mayBeSignIn } from './terms.ts';

/** Where the values come from that a file keeps elsewhere. */
export interface ValuesFrom {
  /** The file itself: relative paths in it start from its folder. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Far above any real file; a wrong path to a disk image should not be read into memory. */
const largestFileBytes = 2 ** 20;

/**
 * Reads a file of accounts and what it names.
 *
 * @param files gets the other files that it names, as far as they are known, also where it fails
 * @throws Problem `accounts-file-invalid`, which never repeats a secret
 */
export async function readMounted(from: ValuesFrom, files: string[] = []): Promise<PortableAccount[]> {
  const { path } = from;
  const described = readAccountsFile(await textOf(path, path), path);
  files.push(...described.flatMap((each) => filesOf(each, path)));
  const names = new Set<string>();
  const accounts: PortableAccount[] = [];
  for (const each of described) {
    const { name } = each.settings;
    try {
      accounts.push(await withValues(each, from));
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'accounts-file-invalid') throw error;
      throw invalid(path, `account "${name}": ${error.message}`, error);
    }
    const key = nameKey(name);
    if (names.has(key)) throw invalid(path, `account "${name}" is there twice`);
    names.add(key);
  }
  return accounts;
}

function filesOf({ secret, proxyLogin, extraCa }: DescribedAccount, path: string): string[] {
  const sources = [secret, proxyLogin, extraCa].filter((source) => source?.in === 'file');
  return sources.map((source) => resolve(dirname(path), source.path));
}

async function withValues(described: DescribedAccount, from: ValuesFrom): Promise<PortableAccount> {
  const { settings, acceptsTerms } = described;
  const secret = readSecret(settings.kind, await valueOf(described.secret, from));
  if (secret !== undefined) requireTerms(secret, acceptsTerms);
  const login = await valueOf(described.proxyLogin, from);
  if (login !== undefined && settings.proxy === undefined)
    throw new Problem('account-invalid', 'proxy_login goes with an outbound proxy', '');
  return {
    settings: { ...settings, ...(await certificatesIn(described.extraCa, from)) },
    secret,
    proxyLogin: login === undefined ? undefined : readProxyLogin(login),
  };
}

async function certificatesIn(
  source: ValueSource | undefined,
  from: ValuesFrom,
): Promise<{ extraCa?: string }> {
  const text = await valueOf(source, from);
  if (text === undefined) return {};
  const read = readCertificates(text.reveal());
  if ('pem' in read) return { extraCa: read.pem };
  throw new Problem('account-invalid', `extra_ca_file: ${read.wrong}`, '');
}

function requireTerms(secret: Secret, isAccepted: boolean): void {
  if (isRefreshToken(secret))
    throw new Problem('account-invalid', 'a refresh token (sk-ant-ort…) is not stored', '');
  if (isAccepted || !mayBeSignIn(secret)) return;
  const title =
    'its token looks like one of a Claude.ai sign-in, which third parties may not store; ' +
    'where it is one of your own workloads, add accept_terms = true';
  throw new Problem('account-invalid', title, '');
}

async function valueOf(
  source: ValueSource | undefined,
  { path, env }: ValuesFrom,
): Promise<Secret | undefined> {
  switch (source?.in) {
    case undefined:
      return undefined;
    case 'here':
      return source.value;
    case 'file':
      return new Secret(await textOf(resolve(dirname(path), source.path), path));
    case 'environment': {
      const value = env[source.variable] ?? '';
      if (value !== '') return new Secret(value);
      throw new Problem('account-invalid', `the variable ${source.variable} is not set for the proxy`, '');
    }
  }
}

/** The text of a file; `of` is the file of accounts that needs it. */
async function textOf(path: string, of: string): Promise<string> {
  try {
    // A pipe or a terminal would be waited for without end, and no other file be followed meanwhile.
    if (!(await stat(path)).isFile()) throw new Error('it is not a file');
    const bytes = await firstBytes(path, largestFileBytes + 1);
    if (bytes.length > largestFileBytes) throw new Error('it is larger than 1 MiB');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const reason = messageOf(error);
    throw invalid(of, path === of ? reason : `${path} cannot be read: ${reason}`, error);
  }
}
