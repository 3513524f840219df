import { Problem } from '../../base/problem.ts';
import type { Secret } from '../../base/secret.ts';
import { databasePasswordVariable } from '../../config/environment.ts';
import type { DatabaseAddress } from '../../config/database-url.ts';

/** Everything that is needed to use a Postgres database. */
export interface PostgresGiven {
  readonly address: DatabaseAddress;
  /** Asked for each new connection whose server wants one; undefined where none is given. */
  readonly password: () => Promise<Secret | undefined>;
  /** Certificates (PEM) to trust; left out, the usual ones. */
  readonly authorities?: readonly string[] | undefined;
  readonly poolSize: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** The password as the driver asks for it. */
export function passwordFor({ password }: PostgresGiven, place: string): () => Promise<string> {
  return async () => {
    const given = await password();
    if (given !== undefined) return given.reveal();
    throw new Problem(
      'database-password',
      `${place} asks for a password, and none is given.`,
      `Set ${databasePasswordVariable}, or database.password_file to a file that holds it.`,
    );
  };
}

/** The options of TLS; false where none is wanted. */
export function tlsFor({ address: { tls }, authorities }: PostgresGiven): TlsOptions | false {
  if (tls === 'disable') return false;
  return {
    rejectUnauthorized: tls !== 'require',
    // The certificate must be from an authority that is trusted, whoever it names.
    ...(tls === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(authorities !== undefined && { ca: [...authorities] }),
  };
}

interface TlsOptions {
  readonly rejectUnauthorized: boolean;
  readonly checkServerIdentity?: () => undefined;
  readonly ca?: string[];
}
