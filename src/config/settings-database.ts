import { databaseUrl } from './database-url.ts';
import { filePath, optional, seconds, wholeNumber } from './kinds.ts';
import { setting } from './setting.ts';

export const database = {
  help: 'Where accounts (without their secrets), client keys and the ledger are kept: a file in the home directory, or a Postgres database; see `docs/postgres.md`.',
  settings: {
    url: setting({
      kind: optional(databaseUrl()),
      fallback: undefined,
      help: 'A Postgres database instead of the file `proxy.db`. Never with a password: that is given as CCPROXY_DATABASE_PASSWORD, in `password_file`, or as PGPASSWORD. Without `sslmode`, a connection that leaves this machine is encrypted and its certificate checked (`verify-full`).',
      isLive: false,
      example: 'postgres://ccproxy@db.example.com/ccproxy',
    }),
    passwordFile: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'A file that holds the password of that database, such as a mounted secret; read for each new connection. CCPROXY_DATABASE_PASSWORD goes before it.',
      isLive: false,
      example: '/run/secrets/database-password',
    }),
    extraCa: setting({
      kind: optional(filePath()),
      fallback: undefined,
      help: 'Certificates (PEM) to trust besides the usual ones, for that database.',
      isLive: false,
      example: 'tls/database-ca.pem',
    }),
    poolSize: setting({
      kind: wholeNumber(1, 100),
      fallback: 5,
      help: 'Most connections to that database at a time.',
      isLive: false,
    }),
    connectTimeoutSeconds: setting({
      kind: seconds(0.1, 300),
      fallback: 10,
      help: 'Longest wait for a connection to that database, TLS and sign-in included.',
      isLive: false,
    }),
    statementTimeoutSeconds: setting({
      kind: seconds(0.1, 3600),
      fallback: 30,
      help: 'Longest time a statement may take in that database. Migrations have no limit.',
      isLive: false,
    }),
  },
} as const;
