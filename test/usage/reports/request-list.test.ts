import { afterEach, describe, expect, test } from 'bun:test';
import { silentLog } from '../../../src/base/log.ts';
import { type Database, openDatabase } from '../../../src/database/open.ts';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { requestList, type RequestsAsk } from '../../../src/usage/reports/request-list.ts';
import { aCallRecord, anAttempt } from '../../help/a-call-record.ts';
import { engines } from '../../help/a-database.ts';
import { randomCalls, writeDown } from '../../help/a-ledger.ts';
import { Random } from '../../help/a-random.ts';

const now = Date.UTC(2026, 10, 22, 12);
const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});

const names = ({ query }: Database, ask: RequestsAsk): Promise<string[]> =>
  requestList(query, ask).then((found) => found.map(({ call }) => call.request_id));

describe.each(engines)('on $name', ({ places }) => {
  const aPlace = places();
  const written = async (calls: readonly CallRecord[]): Promise<{ database: Database; ids: number[] }> => {
    const database = await openDatabase({ ...(await aPlace()), log: silentLog });
    opened.push(database);
    return { database, ids: await writeDown(database, calls) };
  };
  const three = ['a', 'b', 'c'].map((requestId, at) =>
    aCallRecord({ requestId, startedAt: now - 60_000 + at * 10_000, ms: 1_000 }),
  );

  test('the newest calls come, oldest first', async () => {
    const { database } = await written(three);
    expect(await names(database, { limit: 2 })).toEqual(['b', 'c']);
    expect(await names(database, { limit: 10 })).toEqual(['a', 'b', 'c']);
  });

  test('pages go back by `before`, and on by `after`', async () => {
    const { database, ids } = await written(three);
    expect(await names(database, { limit: 2, before: ids[2] })).toEqual(['a', 'b']);
    expect(await names(database, { limit: 1, before: ids[2] })).toEqual(['b']);
    expect(await names(database, { limit: 1, after: ids[0] })).toEqual(['b']);
    expect(await names(database, { limit: 9, after: ids[0]!, before: ids[2] })).toEqual(['b']);
    expect(await names(database, { limit: 9, after: ids[2] })).toEqual([]);
  });

  test('every filter is the same as looking at each call, and pages lose none', async () => {
    const calls = randomCalls(new Random(11), 300, now, 2);
    const { database, ids } = await written(calls);
    const inOrder = calls.map((call, at) => ({ call, id: ids[at]! })).toSorted((a, b) => a.id - b.id);
    const since = now - 86_400_000;
    const filters: [Partial<RequestsAsk>, (call: CallRecord) => boolean][] = [
      [{}, () => true],
      [{ account: 'ann' }, ({ accountName }) => accountName === 'ann'],
      [{ account: 'acc_ann' }, ({ accountName }) => accountName === 'ann'],
      [{ client: 'key_2' }, ({ clientId }) => clientId === 'key_2'],
      [{ model: 'strange' }, ({ model }) => model === 'strange'],
      [{ session: 'session-1' }, ({ session }) => session?.startsWith('session-1') === true],
      [{ session: 'session-11' }, ({ session }) => session === 'session-11'],
      [{ session: 'SESSION' }, () => false],
      [{ session: '%' }, () => false],
      [{ ended: 'cut' }, ({ ended }) => ended === 'cut'],
      [{ status: '200' }, ({ status }) => status === 200],
      [{ status: '2xx' }, ({ status }) => status < 300],
      [{ status: '4xx' }, () => false],
      [{ text: 'OPUS' }, ({ model }) => model === 'claude-opus-4-6'],
      [{ text: 'session-11' }, ({ session }) => session === 'session-11'],
      [{ text: 'ann' }, ({ accountName }) => accountName === 'ann'],
      // What a pattern of the database would take for anything.
      [{ text: '%' }, () => false],
      [{ text: 'req_1_' }, () => false],
      [{ text: '\\' }, () => false],
      [{ agent: 'agent-3' }, ({ agent }) => agent === 'agent-3'],
      [{ troubled: true }, ({ ended, move }) => ['error', 'cut'].includes(ended) || move !== undefined],
      [{ since }, ({ startedAt, ms }) => startedAt + ms >= since],
      [
        { account: 'bob', troubled: true, since },
        ({ accountName, ended, move, startedAt, ms }) =>
          accountName === 'bob' &&
          (['error', 'cut'].includes(ended) || move !== undefined) &&
          startedAt + ms >= since,
      ],
    ];
    for (const [filter, fits] of filters) {
      const expected = inOrder.filter(({ call }) => fits(call)).map(({ call }) => call.requestId);
      expect({ filter, found: await names(database, { limit: 1_000, ...filter }) }).toEqual({
        filter,
        found: expected,
      });
      const paged: string[] = [];
      for (let before: number | undefined; ;) {
        const page = await requestList(database.query, { limit: 17, ...filter, before });
        if (page.length === 0) break;
        paged.unshift(...page.map(({ call }) => call.request_id));
        before = page[0]?.call.id;
      }
      expect(paged).toEqual(expected);
    }
  });

  test('a call is found by our id for it and by the id of the upstream', async () => {
    const { database } = await written([
      ...three,
      aCallRecord({ requestId: 'd', upstreamRequestId: 'req_up', startedAt: now }),
    ]);
    expect(await names(database, { limit: 9, request: 'b' })).toEqual(['b']);
    expect(await names(database, { limit: 9, request: 'req_up' })).toEqual(['d']);
  });

  test('a call comes with its attempts in order, and its move', async () => {
    const attempts = [anAttempt({ accountName: 'ann', status: 429 }), anAttempt({ accountName: 'bob' })];
    const move = { fromId: 'a', fromName: 'ann', toId: 'b', toName: 'bob', reason: '429', microUsd: 5 };
    const { database } = await written([aCallRecord({ attempts, move }), aCallRecord({ startedAt: now })]);
    const [moved, usual] = await requestList(database.query, { limit: 9 });
    expect(moved?.attempts.map(({ account_name }) => account_name)).toEqual(['ann', 'bob']);
    expect(moved?.move).toMatchObject({ from_name: 'ann', to_name: 'bob', micro_usd: 5 });
    expect(usual).toMatchObject({ attempts: [], move: undefined });
  });
});

test('a call is found among more than one statement looks through, from both sides', async () => {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  opened.push(database);
  const calls = Array.from({ length: 25_000 }, (_, at) =>
    aCallRecord({
      requestId: `r${at}`,
      startedAt: now - 86_400_000 + at * 1_000,
      ...([3, 12_000, 24_999].includes(at) && { model: 'rare' }),
    }),
  );
  const ids = await writeDown(database, calls);
  expect(await names(database, { limit: 9, model: 'rare' })).toEqual(['r3', 'r12000', 'r24999']);
  expect(await names(database, { limit: 2, model: 'rare' })).toEqual(['r12000', 'r24999']);
  expect(await names(database, { limit: 2, model: 'rare', after: ids[0] })).toEqual(['r3', 'r12000']);
});

test('only as many calls are looked through as somebody wants to wait for', async () => {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  opened.push(database);
  const calls = Array.from({ length: 25_000 }, (_, at) =>
    aCallRecord({ requestId: at === 0 ? 'oldest' : `r${at}`, startedAt: now - 86_400_000 + at * 1_000 }),
  );
  await writeDown(database, calls);
  const ask = { limit: 5, text: 'oldest' };
  expect(await names(database, { ...ask, reach: 20_000 })).toEqual([]);
  expect(await names(database, ask)).toEqual(['oldest']);
});
