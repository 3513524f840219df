import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readDraft } from '../accounts/draft.ts';
import { readMounted } from '../accounts/mounted-values.ts';
import { isOwnSignIn, readOriginal } from '../accounts/original-file.ts';
import { type PortableAccount, readExport } from '../accounts/portable.ts';
import { messageOf } from '../base/errors.ts';
import { firstBytes } from '../base/files.ts';
import type { Secret } from '../base/secret.ts';
import { openWithPassphrase } from '../credentials/passphrase-seal.ts';
import { problem } from './problems.ts';

/** What is to be imported. */
export interface ImportFile {
  readonly accounts: readonly PortableAccount[];
  /** It is the file of the original: names came along, sign-ins did not. */
  readonly isOriginal: boolean;
  /** Entries of the original that have no name. */
  readonly skipped: number;
}

export interface ReadImportOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly askPassphrase: () => Promise<Secret>;
}

/** Far above any real file (bytes). */
const largest = 16 * 2 ** 20;

/** A compact JWE: five parts in base64url, of which the first is the head. */
const sealedPattern = /^\s*ey[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+\s*$/;

/**
 * Reads accounts from an export, sealed or plain, a file or folder of accounts as it could be mounted, or the
 * `accounts.json` of the original.
 *
 * @throws Problem import-unreadable, import-unknown, import-own-sign-in, passphrase-wrong, accounts-file-invalid,
 *   account-invalid, export-newer
 */
export async function readImport(
  given: string,
  { env, askPassphrase }: ReadImportOptions,
): Promise<ImportFile> {
  const path = resolve(given);
  if (await isFolder(path))
    return own(
      (await Promise.all((await filesIn(path)).map((file) => readMounted({ path: file, env })))).flat(),
    );
  const text = await textOf(path);
  const content = sealedPattern.test(text) ? await unsealed(text, path, askPassphrase) : text;
  const value = parsed(content);
  if (isOwnSignIn(value)) throw problem('import-own-sign-in', { path });
  const exported = readExport(value);
  if (exported !== undefined) return own(exported);
  const original = readOriginal(value);
  if (original !== undefined) {
    return { accounts: original.accounts.map(withoutSignIn), isOriginal: true, skipped: original.skipped };
  }
  if (!/\.(?:toml|json)$/.test(path)) throw problem('import-unknown', { path });
  return own(await readMounted({ path, env }));
}

function own(accounts: readonly PortableAccount[]): ImportFile {
  return { accounts, isOriginal: false, skipped: 0 };
}

/** A place for a key of its own: what the original had signed in with stays where it is. */
function withoutSignIn({
  name,
  enabled,
}: {
  readonly name: string;
  readonly enabled: boolean;
}): PortableAccount {
  const notes = 'imported; the sign-in it had elsewhere was left out';
  return { settings: readDraft({ name, kind: 'api-key', enabled, notes }) };
}

async function unsealed(text: string, path: string, askPassphrase: () => Promise<Secret>): Promise<string> {
  const opened = await openWithPassphrase(text, await askPassphrase());
  if (opened === undefined) throw problem('passphrase-wrong', { path });
  return opened.reveal();
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw problem('import-unreadable', { path, reason: messageOf(cause) }, { cause });
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^[^.].*\.(?:toml|json)$/.test(name));
  if (names.length === 0) throw problem('import-unknown', { path: folder });
  return names.toSorted().map((name) => join(folder, name));
}

async function textOf(path: string): Promise<string> {
  try {
    const bytes = await firstBytes(path, largest + 1);
    if (bytes.length > largest) throw new Error('it is larger than 16 MiB');
    return new TextDecoder().decode(bytes);
  } catch (cause) {
    throw problem('import-unreadable', { path, reason: messageOf(cause) }, { cause });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
