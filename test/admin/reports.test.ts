import { afterEach, describe, expect, test } from 'bun:test';
import { localReports } from '../../src/admin/reports.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Database, openDatabase } from '../../src/database/open.ts';
import { aCallRecord } from '../help/a-call-record.ts';
import { engines } from '../help/a-database.ts';
import { writeDown } from '../help/a-ledger.ts';
import { problemOf } from '../help/a-problem.ts';

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  const reports = async (...sessions: string[]) => {
    const database = await openDatabase({ ...(await aPlace()), log: silentLog });
    opened.push(database);
    await writeDown(
      database,
      sessions.map((session, at) => aCallRecord({ session, requestId: `r${at}` })),
    );
    return localReports(database);
  };

  test('a session is found by the beginning of its id, and told with the whole', async () => {
    const { session } = await reports('0b9c-1', '0b9c-1', '77aa-2');
    expect(await session('0b')).toMatchObject({ session: '0b9c-1', tree: { agent: '', calls: 2 } });
  });

  test('an id that is whole is meant, though others begin with it', async () => {
    const { session } = await reports('s-1', 's-12');
    expect(await session('s-1')).toMatchObject({ session: 's-1', tree: { calls: 1 } });
  });

  test('what begins several ids is asked back, and what begins none is not there', async () => {
    const { session } = await reports('s-11', 's-12');
    expect((await problemOf(session('s-'))).code).toBe('session-ambiguous');
    for (const nothing of ['t', 'S-1', '%', '_-11', 's-11x'])
      expect((await problemOf(session(nothing))).code).toBe('session-unknown');
  });

  test('a report names what was asked for in moments of UTC', async () => {
    const { usage } = await reports('s');
    const view = await usage({ by: 'model', since: 0, until: Date.UTC(2027, 0, 1) });
    expect(view).toMatchObject({
      by: 'model',
      since: '1970-01-01T00:00:00.000Z',
      until: '2027-01-01T00:00:00.000Z',
      lines: [{ key: 'claude-sonnet-4-5-20250929', calls: 1, usd: 0.0268422 }],
      total: { calls: 1 },
    });
  });
});
