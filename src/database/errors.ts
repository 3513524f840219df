import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { product } from '../base/product.ts';
import type { Failure } from './protocol.ts';

/** What the engine says of an error beside its words. */
export interface EngineSays {
  /** SQLite's extended result code (`SQLITE_FULL`, …) or Postgres's SQLSTATE (`53100`), where there is one. */
  readonly engineCode?: string | undefined;
  /** Whether a column that must differ from row to row, other than the primary key, holds that value already. */
  readonly isTaken?: boolean;
}

/** What the database could not do, and what a person can do about it. `code` is the same for both engines. */
export class DatabaseError extends Problem {
  readonly engineCode: string | undefined;
  readonly isTaken: boolean;

  constructor(code: string, title: string, fix: string, { engineCode, isTaken = false }: EngineSays = {}) {
    super(code, title, fix);
    this.engineCode = engineCode;
    this.isTaken = isTaken;
  }
}

/** What an error means: `title` names the database by its path or address. */
export interface Explanation {
  readonly code: string;
  readonly title: (place: string) => string;
  readonly fix: string;
}

const stopped: Explanation = {
  code: 'database-gone',
  title: (path) => `The worker that holds ${path} has stopped`,
  get fix() {
    return `Start ${product.name} again. If that does not help: \`${ownCommand('doctor')}\`.`;
  },
};

const closed: Explanation = {
  code: 'database-closed',
  title: (path) => `${path} is closed already`,
  fix: 'This is a mistake in the program, not yours: please report it with the log.',
};

/** A statement that no database would take. */
export const failed: Explanation = {
  code: 'database-failed',
  title: (path) => `${path} refused a statement`,
  fix: 'This is a mistake in the program, not yours: please report it with the log.',
};

/** By the beginning of the result code (https://sqlite.org/rescode.html). */
const explanations: readonly (readonly [prefix: string, explanation: Explanation])[] = [
  [
    'SQLITE_FULL',
    {
      code: 'database-full',
      title: (path) => `There is no room left to write ${path}`,
      fix: 'Free some space on that disk and try again. Nothing that was stored before is lost.',
    },
  ],
  [
    'SQLITE_READONLY',
    {
      code: 'database-readonly',
      title: (path) => `${path} cannot be written`,
      fix: `Give the user who runs ${product.binary} the right to write this file and its folder.`,
    },
  ],
  [
    'SQLITE_CANTOPEN',
    {
      code: 'database-unreadable',
      title: (path) => `${path} cannot be opened`,
      fix: `The path must be a file in a folder that the user who runs ${product.binary} may read and write.`,
    },
  ],
  [
    'SQLITE_BUSY',
    {
      code: 'database-busy',
      title: (path) => `Another process has kept ${path} locked for too long`,
      fix: `See which other ${product.binary} or database tool has it open, end that, and try again.`,
    },
  ],
  [
    'SQLITE_IOERR',
    {
      code: 'database-io',
      title: (path) => `The disk failed while ${path} was in use`,
      fix: 'Check the disk (space, cables, network share) and try again. Nothing that was stored before was changed.',
    },
  ],
  [
    'SQLITE_CONSTRAINT',
    {
      code: 'database-conflict',
      title: (path) => `A row does not go with what ${path} already holds`,
      fix: 'Another process may have stored the same thing a moment ago: look at the list and try again.',
    },
  ],
];

const damaged: Explanation = {
  code: 'database-damaged',
  title: (path) => `${path} is damaged or is not a database`,
  fix:
    `It was left as it is. Stop every ${product.binary} that uses it, keep a copy, then put a backup in its ` +
    'place, or move it away together with its -wal and -shm: the next start makes a new one.',
};

/** The error for a failure the worker reported about the database at `path`. */
export function explain({ message, sqlite }: Failure, path: string): DatabaseError {
  const found = sqlite === undefined ? undefined : explanationOf(sqlite);
  const isTaken = sqlite === 'SQLITE_CONSTRAINT_UNIQUE';
  return toError(found ?? failed, path, message, { engineCode: sqlite, isTaken });
}

/** The error for every query that the worker can no longer answer. */
export function workerStopped(path: string, reason: string): DatabaseError {
  return toError(stopped, path, reason);
}

/** The error for every query after `close`. */
export function alreadyClosed(path: string): DatabaseError {
  return toError(closed, path, undefined);
}

function explanationOf(sqlite: string): Explanation | undefined {
  if (sqlite.startsWith('SQLITE_CORRUPT') || sqlite.startsWith('SQLITE_NOTADB')) return damaged;
  return explanations.find(([prefix]) => sqlite.startsWith(prefix))?.[1];
}

/** The error that `found` is about; `detail` are the engine's own words. */
export function toError(
  { code, title, fix }: Explanation,
  place: string,
  detail: string | undefined,
  says?: EngineSays,
): DatabaseError {
  const text = title(place);
  return new DatabaseError(code, detail === undefined ? `${text}.` : `${text}: ${detail}.`, fix, says);
}
