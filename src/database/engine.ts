import { Database as Sqlite, type SQLQueryBindings } from 'bun:sqlite';
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { unpack, type Request, type StatementResult, type Statements } from './protocol.ts';
import type { Statement } from './statement.ts';

/** How long one process waits for another that is writing, before it gives up with SQLITE_BUSY. */
const busyTimeoutMs = 5000;

/** Every SQLite database begins with these 16 bytes (https://sqlite.org/fileformat2.html §1.3.1). */
const magic = 'SQLite format 3\0';

/** Checking every page of a file up to this size takes a few milliseconds at most. */
const quickCheckLimitBytes = 2 * 1024 * 1024;

/** An error with the name of a SQLite result code, for what we find before SQLite does. */
class FileError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The one connection to the file. Synchronous: it lives in the worker and nowhere else. */
export class Engine {
  #file: Sqlite | undefined;

  /**
   * Carries out `request`; the results are one per statement, none for open and close.
   *
   * @throws an error with `code`, the name of SQLite's extended result code
   */
  answer(request: Request): StatementResult[] {
    switch (request.is) {
      case 'open':
        this.#file = openFile(request.path);
        break;
      case 'run':
        return [run(this.#opened(), checked(request.statement))];
      case 'batch':
        return batch(this.#opened(), checkedAll(request.statements), request.durable);
      case 'rollback':
        if (this.#opened().inTransaction) this.#opened().run('rollback');
        break;
      case 'close':
        this.#file?.close();
        this.#file = undefined;
    }
    return [];
  }

  #opened(): Sqlite {
    if (this.#file === undefined) throw new FileError('SQLITE_MISUSE', 'the database is not open');
    return this.#file;
  }
}

function openFile(path: string): Sqlite {
  if (path !== ':memory:') prepareFile(path);
  const file = new Sqlite(path, { readwrite: true, create: false });
  try {
    file.run(`pragma busy_timeout = ${busyTimeoutMs}`);
    check(file, path);
    shape(file);
    file.run('pragma synchronous = normal');
    useWal(file);
    file.run('pragma foreign_keys = on');
    // A schema that somebody planted must not be able to call functions with side effects.
    file.run('pragma trusted_schema = off');
    // Kibibytes: the cache is the part of the memory that is ours to choose.
    file.run('pragma cache_size = -1024');
    file.run('pragma journal_size_limit = 8388608');
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Makes the file for its owner alone, or takes away what others may do with it. SQLite gives its -wal
 * and -shm the mode of the main file, whatever the umask, but only when it makes them.
 */
function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (!existsSync(path)) {
    const created = openSync(path, 'a', 0o600);
    fchmodSync(created, 0o600);
    closeSync(created);
  }
  if (!statSync(path).isFile()) throw new FileError('SQLITE_CANTOPEN', 'it is not a file');
  refuseForeignBytes(path);
  for (const mine of [path, `${path}-wal`, `${path}-shm`]) {
    if (existsSync(mine) && (statSync(mine).mode & 0o077) !== 0) chmodSync(mine, 0o600);
  }
}

/** SQLite would find out as well, but only after it has looked for a journal to play back. */
function refuseForeignBytes(path: string): void {
  const head = Buffer.alloc(magic.length);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, head, 0, head.length, 0);
    if (length > 0 && head.toString('latin1') !== magic) {
      throw new FileError('SQLITE_NOTADB', 'it does not begin as an SQLite database does');
    }
  } finally {
    closeSync(file);
  }
}

function check(file: Sqlite, path: string): void {
  file.query('select count(*) from sqlite_schema').get();
  if (path === ':memory:' || statSync(path).size > quickCheckLimitBytes) return;
  const found = file.query<{ quick_check: string }, []>('pragma quick_check(1)').get();
  if (found !== null && found.quick_check !== 'ok') throw new FileError('SQLITE_CORRUPT', found.quick_check);
}

/**
 * What only a new file can learn. It can get smaller after old calls were deleted, without being written anew; and its
 * pages hold some fifteen calls: half of the system's work for a call is done once a page.
 */
function shape(file: Sqlite): void {
  const pages = file.query<{ page_count: number }, []>('pragma page_count').get();
  if (pages?.page_count !== 0) return;
  file.run('pragma page_size = 8192');
  file.run('pragma auto_vacuum = incremental');
}

/**
 * The change to WAL needs the file for itself for a moment, and SQLite does not always wait for that
 * (https://sqlite.org/wal.html §5); two processes that start together both have to get there.
 */
function useWal(file: Sqlite): void {
  for (let triesLeft = busyTimeoutMs / 10; ; triesLeft -= 1) {
    try {
      file.run('pragma journal_mode = wal');
      return;
    } catch (error) {
      if (triesLeft <= 0 || !isBusy(error)) throw error;
      Bun.sleepSync(10);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

/** A statement whose values SQLite takes. */
interface Bindable {
  readonly sql: string;
  readonly parameters: readonly SQLQueryBindings[];
}

function run(file: Sqlite, { sql, parameters }: Bindable): StatementResult {
  const prepared = file.query<unknown, SQLQueryBindings[]>(sql);
  if (prepared.columnNames.length > 0) return { rows: prepared.all(...parameters), changes: 0, lastRowId: 0 };
  const { changes, lastInsertRowid } = prepared.run(...parameters);
  return { rows: [], changes, lastRowId: lastInsertRowid };
}

function checkedAll(statements: Statements): readonly Bindable[] {
  // What came as text has nothing but plain values: of many rows, looking at each takes its time.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  if (typeof statements === 'string') return unpack(statements) as readonly Bindable[];
  return statements.map(checked);
}

function checked({ sql, parameters }: Statement): Bindable {
  return { sql, parameters: parameters.map(toBinding) };
}

function toBinding(value: unknown): SQLQueryBindings {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean' || value instanceof Uint8Array) return value;
  throw new FileError('SQLITE_MISMATCH', 'a value is neither text, number, bytes nor null');
}

function batch(file: Sqlite, statements: readonly Bindable[], durable: boolean): StatementResult[] {
  // In WAL mode `normal` survives a crash of the process but may lose the last commits with the power.
  if (durable) file.run('pragma synchronous = full');
  try {
    file.run('begin immediate');
    const results = statements.map((statement) => run(file, statement));
    file.run('commit');
    return results;
  } catch (error) {
    if (file.inTransaction) file.run('rollback');
    throw error;
  } finally {
    if (durable) file.run('pragma synchronous = normal');
  }
}
