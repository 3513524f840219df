import { messageOf } from '../../base/errors.ts';
import { ownCommand } from '../../base/own-command.ts';
import { Problem } from '../../base/problem.ts';
import { product } from '../../base/product.ts';
import { type Explanation, failed, toError } from '../errors.ts';

const gone: Explanation = {
  code: 'database-gone',
  title: (place) => `The connection to ${place} broke off`,
  fix: 'The next statement makes a new one. If that fails too, see whether the server runs and what its log says.',
};

const unreachable: Explanation = {
  code: 'database-unreachable',
  title: (place) => `${place} cannot be reached`,
  fix: `See that the server runs and that database.url says where; \`${ownCommand('doctor')}\` tries it again.`,
};

const untrusted: Explanation = {
  code: 'database-unreachable',
  title: (place) => `${place} shows a certificate that is not trusted`,
  fix:
    'Name the authority that issued it in database.extra_ca, and the server in database.url as the certificate does. ' +
    'sslmode=verify-ca checks no name, sslmode=require nothing at all: whoever is in between can then read along.',
};

const unencrypted: Explanation = {
  code: 'database-unreachable',
  title: (place) => `${place} does not offer TLS`,
  fix: 'Switch TLS on at the server (ssl = on). Where the network in between is trusted, put ?sslmode=disable behind database.url.',
};

const refused: Explanation = {
  code: 'database-refused',
  title: (place) => `${place} lets this user not in, or not do what is needed`,
  fix:
    'Check user, password and database name. The user must own the database, or have the right to create tables ' +
    'in its schema.',
};

const crowded: Explanation = {
  code: 'database-crowded',
  title: (place) => `${place} has no connection or no memory left`,
  fix: 'Lower database.pool_size, end other programs that use the server, or raise its max_connections.',
};

const slow: Explanation = {
  code: 'database-slow',
  title: (place) => `${place} took too long over a statement`,
  fix: 'Look for locks and load on the server, or raise database.statement_timeout_seconds.',
};

const busy: Explanation = {
  code: 'database-busy',
  title: (place) => `Something else has kept ${place} locked`,
  fix: 'Try again. If it happens often, see which other program holds locks there (pg_stat_activity).',
};

const damaged: Explanation = {
  code: 'database-damaged',
  title: (place) => `${place} is damaged`,
  fix: `Stop every ${product.binary} that uses it, look into the log of the server, and put a backup in its place.`,
};

/** By SQLSTATE or its class (https://www.postgresql.org/docs/current/errcodes-appendix.html); the longer ones first. */
const explanations: readonly (readonly [prefix: string, explanation: Explanation])[] = [
  [
    '53100',
    {
      code: 'database-full',
      title: (place) => `There is no room left on the disk of ${place}`,
      fix: 'Free some space on the server and try again. Nothing that was stored before is lost.',
    },
  ],
  ['53', crowded],
  [
    '25006',
    {
      code: 'database-readonly',
      title: (place) => `${place} cannot be written`,
      fix: 'It is a standby, or read-only by its settings: database.url must lead to the primary.',
    },
  ],
  ['42501', refused],
  ['3D000', refused],
  ['3F000', refused],
  ['28', refused],
  ['57014', slow],
  ['57P03', unreachable],
  ['57P', gone],
  ['08', gone],
  ['55P03', busy],
  ['40', busy],
  [
    '58030',
    {
      code: 'database-io',
      title: (place) => `The disk of ${place} failed`,
      fix: 'Check the disk of the server and try again. Nothing that was stored before was changed.',
    },
  ],
  ['XX001', damaged],
  ['XX002', damaged],
  [
    '23',
    {
      code: 'database-conflict',
      title: (place) => `A row does not go with what ${place} already holds`,
      fix: 'Another process may have stored the same thing a moment ago: look at the list and try again.',
    },
  ],
];

/** Errors of TLS, by the beginnings of OpenSSL's names and of the runtime's. */
const certificateCode =
  /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/;

/** What `error` of the driver means, where no connection came about. */
export function explainConnecting(error: unknown, place: string): Problem {
  if (error instanceof Problem) return error;
  const state = stateOf(error);
  const reason = messageOf(error);
  if (state !== undefined)
    return toError(explanationOf(state) ?? unreachable, place, reason, { engineCode: state });
  if (reason.startsWith('timeout exceeded when trying to connect')) {
    return toError(crowded, place, 'all of ours are in use');
  }
  if (reason.includes('does not support SSL')) return toError(unencrypted, place, reason);
  if (certificateCode.test(codeOf(error) ?? '')) return toError(untrusted, place, reason);
  return toError(unreachable, place, reason);
}

/** What `error` of the driver means, where a statement failed. Without a SQLSTATE it was the connection. */
export function explainStatement(error: unknown, place: string): Problem {
  if (error instanceof Problem) return error;
  const state = stateOf(error);
  const reason = messageOf(error);
  if (state === undefined) {
    return toError(reason === 'Query read timeout' ? slow : gone, place, reason);
  }
  return toError(explanationOf(state) ?? failed, place, reason, {
    engineCode: state,
    isTaken: isTakenValue(error, state),
  });
}

/**
 * Whether the connection that gave `error` must not be used again: it broke, or what it leads to has become a
 * standby, and a new one may lead to the primary.
 */
export function isSpent({ code }: Problem): boolean {
  return code === 'database-gone' || code === 'database-readonly' || code === 'database-slow';
}

function explanationOf(state: string): Explanation | undefined {
  return explanations.find(([prefix]) => state.startsWith(prefix))?.[1];
}

/** A unique column other than the primary key, as SQLite tells the two apart; Postgres names a primary key so. */
function isTakenValue(error: unknown, state: string): boolean {
  const constraint = propertyOf(error, 'constraint');
  return state === '23505' && constraint !== undefined && !constraint.endsWith('_pkey');
}

/** Five letters or digits: the code of an error that the server sent. */
function stateOf(error: unknown): string | undefined {
  const code = codeOf(error);
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && propertyOf(error, 'severity') !== undefined
    ? code
    : undefined;
}

function codeOf(error: unknown): string | undefined {
  return propertyOf(error, 'code');
}

function propertyOf(error: unknown, name: string): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
