import { readFile } from 'node:fs/promises';
import { messageOf } from '../base/errors.ts';
import { Problem } from '../base/problem.ts';
import { Secret } from '../base/secret.ts';
import { readDatabaseUrl } from '../config/database-url.ts';
import { databasePasswordVariable, type Environment } from '../config/environment.ts';
import type { Settings } from '../config/settings.ts';
import type { PostgresGiven } from '../database/postgres/given.ts';
import { readExtraCa } from './extra-ca.ts';

/** What other Postgres clients read the password from. */
const commonVariable = 'PGPASSWORD';

/**
 * What settings and environment say of a Postgres database; undefined where the file in the home directory is used.
 *
 * @throws Problem `ca-unreadable`
 */
export async function postgresFrom(
  env: Environment,
  settings: Settings['database'],
): Promise<PostgresGiven | undefined> {
  const { url, passwordFile, poolSize, connectTimeoutSeconds, statementTimeoutSeconds } = settings;
  const read = url === undefined ? undefined : readDatabaseUrl(url);
  if (read === undefined || 'wrong' in read) return undefined;
  const extraCa = await readExtraCa(settings.extraCa, 'database.extra_ca');
  return {
    address: read.address,
    async password() {
      const given = filled(env[databasePasswordVariable]);
      if (given !== undefined) return new Secret(given);
      if (passwordFile !== undefined) return passwordIn(passwordFile);
      const common = filled(env[commonVariable]);
      return common === undefined ? undefined : new Secret(common);
    },
    authorities: extraCa === undefined ? undefined : [...(await usualRoots()), extraCa],
    poolSize,
    connectTimeoutMs: connectTimeoutSeconds * 1000,
    statementTimeoutMs: statementTimeoutSeconds * 1000,
  };
}

/** For those who have certificates of their own; no other proxy loads `node:tls` (docs/decisions/0091). */
async function usualRoots(): Promise<readonly string[]> {
  return (await import('node:tls')).rootCertificates;
}

/** @throws Problem `database-password` */
async function passwordIn(path: string): Promise<Secret> {
  try {
    const text = await readFile(path, 'utf8');
    // The line end that `echo` and editors put behind it.
    return new Secret(text.replace(/\r?\n$/, ''));
  } catch (error) {
    throw new Problem(
      'database-password',
      `The password of the database cannot be read from ${path}: ${messageOf(error)}.`,
      'Correct database.password_file, or let the user who runs the proxy read that file.',
    );
  }
}

/** An empty variable counts as not set. */
function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
