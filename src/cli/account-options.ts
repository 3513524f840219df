import { readFile } from 'node:fs/promises';
import type { SendAs } from '../accounts/account.ts';
import type { AccountChanges } from '../accounts/draft.ts';
import { messageOf } from '../base/errors.ts';
import type { None } from './declare.ts';
import { problem } from './problems.ts';

/** What `auth add` and `auth set` may be told about an account; `none` takes a value away. */
export interface AccountOptions {
  readonly baseUrl?: string;
  readonly priority?: number;
  readonly weight?: number;
  readonly models?: readonly string[];
  readonly maxConcurrent?: number | None;
  readonly sendAs?: SendAs;
  readonly header?: Readonly<Record<string, string>> | None;
  /** A URL. */
  readonly proxy?: string;
  /** A file of certificates. */
  readonly extraCa?: string;
  readonly notes?: string;
  readonly allowPlainHttp?: boolean;
}

/** The settings in `options`, and nothing about those that were not given. @throws Problem `ca-unreadable` */
export async function settingsIn(options: AccountOptions): Promise<AccountChanges> {
  const { models, header, extraCa, baseUrl, priority, weight, maxConcurrent, sendAs, proxy, notes } = options;
  const { allowPlainHttp } = options;
  return {
    ...(baseUrl !== undefined && { baseUrl }),
    ...(priority !== undefined && { priority }),
    ...(weight !== undefined && { weight }),
    ...(models !== undefined && { models: isAll(models) ? [] : models }),
    ...(maxConcurrent !== undefined && { maxConcurrent: orNull(maxConcurrent) }),
    ...(sendAs !== undefined && { sendAs }),
    ...(header !== undefined && { headers: orNull(header) }),
    ...(proxy !== undefined && { proxy: orNull(proxy) }),
    ...(extraCa !== undefined && { extraCa: extraCa === 'none' ? null : await certificates(extraCa) }),
    ...(notes !== undefined && { notes }),
    ...(allowPlainHttp !== undefined && { allowPlainHttp }),
  };
}

/** `--base-url` for `baseUrl`: what is wrong with an account is said by the names it was given. */
export function flagOf(setting: string): string {
  if (setting === 'headers') return '--header';
  if (setting === 'proxyLogin') return '--proxy-login-stdin';
  return `--${setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function orNull<T>(value: T | None): T | null {
  return value === 'none' ? null : value;
}

/** As a lone word of the list; `all` is no name of a model. */
function isAll(models: readonly string[]): boolean {
  return models.length === 1 && models[0] === 'all';
}

/** The certificates themselves become part of the account: the proxy may run as somebody else, elsewhere. */
async function certificates(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw problem('certificates-unreadable', { path, reason: messageOf(cause) }, { cause });
  }
}
