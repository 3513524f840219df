import { urlSchema, type Reading } from './addresses.ts';
import { isLoopbackHost, withoutBrackets } from './hosts.ts';
import { asItIs } from './kinds.ts';
import type { Kind } from './setting.ts';

/**
 * How the way to a database is protected, in libpq's words: `require` encrypts and believes any certificate. Its
 * `prefer` and `allow` are not among them: they go on in the clear when somebody in between says so.
 */
export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

/** Where a Postgres database is, and as whom it is used. Never with a password. */
export interface DatabaseAddress {
  /** A name, an IP address without brackets, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly tls: TlsMode;
}

/** What was found, or what is wrong with the text ("is not a postgres URL"). */
export type AddressReading = { readonly address: DatabaseAddress } | { readonly wrong: string };

const usualPort = 5432;

/**
 * A connection URL as libpq knows it (`postgres://user@host:port/database?sslmode=…`), of one host. A Unix socket is
 * `?host=/folder` without a host in front; the user may stand in `?user=` as well.
 */
export function readDatabaseUrl(text: string): AddressReading {
  if (!/^postgres(?:ql)?:\/\/[^\s\\]*$/i.test(text) || !URL.canParse(text)) {
    return { wrong: 'is not a postgres URL' };
  }
  const url = new URL(text);
  const { searchParams: given } = url;
  // Before anything else, so that no other complaint sends it on its way.
  if (url.password !== '' || given.has('password')) return { wrong: 'holds a password' };
  const unknown = [...given.keys()].find((name) => !['host', 'sslmode', 'user'].includes(name));
  if (unknown !== undefined) return { wrong: `has a parameter other than host, user and sslmode` };
  const host = decoded(given.get('host') ?? withoutBrackets(url.hostname));
  const user = given.get('user') ?? decoded(url.username);
  const database = decoded(url.pathname.slice(1));
  if (host === undefined || user === undefined || database === undefined) {
    return { wrong: 'is not a postgres URL' };
  }
  if (host === '') return { wrong: 'names no host' };
  if (user === '') return { wrong: 'names no user' };
  if (database === '' || database.includes('/')) return { wrong: 'names no database' };
  const tls = tlsModeOf(given.get('sslmode'), host);
  if (tls === undefined) return { wrong: 'has an sslmode that could go on without encryption unnoticed' };
  return { address: { host, port: url.port === '' ? usualPort : Number(url.port), user, database, tls } };
}

/** The URL of a Postgres database. */
export function databaseUrl(): Kind<string> {
  return {
    schema: () => urlSchema(databaseUrlFrom),
    fromText: asItIs,
    expects:
      'a URL without a password, such as "postgres://ccproxy@db.example.com/ccproxy"; sslmode may be ' +
      'disable, require, verify-ca or verify-full, and the password goes into CCPROXY_DATABASE_PASSWORD or a file',
  };
}

/** The database as messages name it. */
export function addressText({ host, port, user, database }: DatabaseAddress): string {
  const where = host.includes(':') ? `[${host}]` : host;
  const at = isSocket(host) ? host : `${where}${port === usualPort ? '' : `:${port}`}`;
  return isSocket(host)
    ? `postgres://${user}@/${database}?host=${at}`
    : `postgres://${user}@${at}/${database}`;
}

/** Whether `host` is the folder of a Unix socket. */
export function isSocket(host: string): boolean {
  return host.startsWith('/');
}

function databaseUrlFrom(text: string): Reading {
  const read = readDatabaseUrl(text);
  return 'wrong' in read ? read : { value: text };
}

/** Left out, whatever leaves this machine is encrypted and its certificate checked. */
function tlsModeOf(given: string | null, host: string): TlsMode | undefined {
  if (given === null) return isSocket(host) || isLoopbackHost(host) ? 'disable' : 'verify-full';
  return tlsModes.find((mode) => mode === given);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
