import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { silentLog } from '../../../src/base/log.ts';
import { DatabaseError } from '../../../src/database/errors.ts';
import { openDatabase, type Database } from '../../../src/database/open.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { Gathering, partOf, type Bundle } from '../../../src/usage/ledger/bundle.ts';
import { Ids } from '../../../src/usage/ledger/ids.ts';
import { Store } from '../../../src/usage/ledger/store.ts';
import { aCallRecord } from '../../help/a-call-record.ts';
import { HandClock } from '../../help/a-clock.ts';
import { temporaryFolders } from '../../help/a-folder.ts';
import { readLedgerFile } from '../../help/a-ledger-file.ts';

const folder = temporaryFolders();
let path: string;
let database: Database;
const clock = new HandClock();

beforeEach(async () => {
  path = join(folder(), 'proxy.db');
  database = await openDatabase({ path, log: silentLog });
});

afterEach(() => database.close());

/** Every process draws the same lane. */
const idsOfAProcess = () => new Ids(() => 0.5);

function bundleOf(ids: Ids, calls: readonly CallRecord[]): Bundle {
  const gathering = new Gathering();
  for (const call of calls) gathering.add(ids.next(clock.now()), call);
  return gathering.take();
}

const named = (ids: Ids, names: readonly string[]): Bundle =>
  bundleOf(
    ids,
    names.map((requestId) => aCallRecord({ requestId })),
  );

function expectAll(names: readonly string[]): void {
  const { requestIds, rollups, counted } = readLedgerFile(path);
  expect(requestIds.toSorted()).toEqual(names.toSorted());
  expect(rollups).toEqual(counted);
}

describe('two processes', () => {
  test('that use the same ids both have all of their calls in the ledger', async () => {
    const [mine, theirs] = [idsOfAProcess(), idsOfAProcess()];
    const one = await new Store(database, mine, clock).calls(named(mine, ['a', 'b', 'c']));
    const other = await new Store(database, theirs, clock).calls(named(theirs, ['d', 'e']));
    expect([one, other]).toEqual([
      { refused: 0, left: [] },
      { refused: 0, left: [] },
    ]);
    expectAll(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('an answer of the database that was lost', () => {
  test('does not write its calls twice, also when others have come since', async () => {
    const ids = idsOfAProcess();
    const bundle = named(ids, ['a', 'b']);
    const lossy: Database = Object.create(database, {
      batch: {
        value: async (...args: Parameters<Database['batch']>) => {
          await database.batch(...args);
          throw new DatabaseError('database-gone', 'The connection broke.', '');
        },
      },
    });
    const lost = await new Store(lossy, ids, clock).calls(bundle);
    expect(lost.left).toEqual([bundle]);
    const { lines: others } = named(ids, ['c']);
    const again = partOf(bundle, [...bundle.lines, ...others]);
    expect(await new Store(database, ids, clock).calls(again)).toEqual({ refused: 0, left: [] });
    expectAll(['a', 'b', 'c']);
  });
});

describe('a call that no table takes', () => {
  // A value that is no number: a mistake of the program, as the database sees it.
  const broken = { ...aCallRecord({ requestId: 'broken' }), bytesIn: Number.NaN };

  test('is left out alone', async () => {
    const ids = idsOfAProcess();
    const names = Array.from({ length: 20 }, (_, number) => `req_${number}`);
    const calls = names.map((requestId) => aCallRecord({ requestId }));
    const bundle = bundleOf(ids, calls.toSpliced(7, 0, broken));
    expect(await new Store(database, ids, clock).calls(bundle)).toEqual({ refused: 1, left: [] });
    expectAll(names);
  });
});

test('what cannot be stored now is left, and the trouble told', async () => {
  const ids = idsOfAProcess();
  const bundle = named(ids, ['a', 'b']);
  await database.close();
  const { left, refused, trouble } = await new Store(database, ids, clock).calls(bundle);
  expect(left).toEqual([bundle]);
  expect(refused).toBe(0);
  expect(trouble).toBeInstanceOf(DatabaseError);
});
