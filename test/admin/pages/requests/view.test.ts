import { expect, test } from 'bun:test';
import type { RunningView } from '../../../../src/admin/contract-usage.ts';
import { filterIn } from '../../../../src/admin/pages/requests/filter.ts';
import { latestMs, newsView, ofPage, requestsView } from '../../../../src/admin/pages/requests/view.ts';
import type { Sources } from '../../../../src/admin/pages/sources.ts';
import { localReports } from '../../../../src/admin/reports.ts';
import { silentLog } from '../../../../src/base/log.ts';
import { openDatabase } from '../../../../src/database/open.ts';
import type { CallRecord } from '../../../../src/usage/call-record.ts';
import type { RequestsAsk } from '../../../../src/usage/reports/request-list.ts';
import { aCallRecord } from '../../../help/a-call-record.ts';
import { HandClock } from '../../../help/a-clock.ts';
import { writeDown } from '../../../help/a-ledger.ts';
import { aRequestView } from '../../../help/a-view.ts';

const running: RunningView = {
  requestId: 'req_run',
  ms: 500,
  method: 'POST',
  path: '/v1/messages',
  client: 'ann',
  clientId: 'key_ann',
  session: '0b9c-1',
  model: 'claude-opus-4-6',
  isStream: true,
  account: 'work',
  accountId: 'acc_work',
};

/** Where a page reads from; notes what the ledger was asked. */
function aSource(inside: readonly RunningView[] = [running]) {
  const asked: RequestsAsk[] = [];
  const sources = {
    clock: new HandClock(),
    running: () => inside,
    reports: {
      requests(ask: RequestsAsk) {
        asked.push(ask);
        return Promise.resolve([aRequestView({ id: 1 }), aRequestView({ id: 2 })]);
      },
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is asked of it
  return { sources: sources as unknown as Sources, asked };
}

const shownFor = async (query: Record<string, string>, inside?: readonly RunningView[]): Promise<number> => {
  const { sources } = aSource(inside);
  return (await requestsView(sources, filterIn(query), undefined)).running.length;
};

test('the newest calls come first, and what runs beside them', async () => {
  const { sources } = aSource();
  const { calls, running: inside } = await requestsView(sources, filterIn({}), undefined);
  expect(calls.map(({ id }) => id)).toEqual([2, 1]);
  expect(inside).toEqual([running]);
});

test('a page of older calls has none that run', async () => {
  const { sources, asked } = aSource();
  expect((await requestsView(sources, filterIn({}), 99)).running).toEqual([]);
  expect(asked).toMatchObject([{ before: 99, limit: ofPage }]);
});

test('what runs is chosen by all that is known of it', async () => {
  for (const query of [
    { model: 'claude-opus-4-6' },
    { client: 'key_ann' },
    { client: 'ann' },
    { account: 'acc_work' },
    { account: 'work' },
    { session: '0b9c' },
    { q: 'OPUS' },
    { q: 'req_run' },
  ])
    expect([query, await shownFor(query)]).toEqual([query, 1]);
  for (const query of [{ model: 'x' }, { client: 'x' }, { account: 'x' }, { session: 'x' }, { q: 'xyz' }])
    expect([query, await shownFor(query)]).toEqual([query, 0]);
  expect(await shownFor({ account: 'work' }, [{ ...running, account: null, accountId: null }])).toBe(0);
});

test('nobody knows how a call will end', async () => {
  expect(await shownFor({ ended: 'complete' })).toBe(0);
  expect(await shownFor({ troubled: 'yes' })).toBe(0);
});

test('of the calls since an id the newest are asked for, as many as fit a page', async () => {
  const { sources, asked } = aSource();
  await newsView(sources, filterIn({ q: 'x' }), 7);
  expect(asked.at(-1)).toMatchObject({ after: 7, before: Number.MAX_SAFE_INTEGER, limit: ofPage, text: 'x' });
});

test('a filter that nothing fits has the ledger looked through once: after that only what came last', async () => {
  const database = await openDatabase({ path: ':memory:', log: silentLog });
  const start = Date.UTC(2026, 10, 22, 12);
  const call = (at: number, requestId = `req_${at}`): CallRecord =>
    aCallRecord({ requestId, startedAt: start + at * 1_000, ms: 500 });
  await writeDown(
    database,
    Array.from({ length: 3_000 }, (_, at) => call(at)),
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else is asked of it
  const sources = {
    clock: new HandClock(),
    running: () => [],
    reports: localReports(database),
  } as unknown as Sources;
  const rowsBehind = async (id: number): Promise<number> => {
    const rows = await database.query.selectFrom('calls').select('id').where('id', '>', id).execute();
    return rows.length;
  };
  const filter = filterIn({ q: 'needle' });
  const first = await requestsView(sources, filter, undefined);
  expect([first.calls.length, await rowsBehind(first.lookedTo)]).toEqual([0, latestMs / 1_000]);
  await writeDown(
    database,
    Array.from({ length: 100 }, (_, at) => call(3_000 + at)),
  );
  const second = await newsView(sources, filter, first.lookedTo);
  expect([second.calls.length, await rowsBehind(second.lookedTo)]).toEqual([0, latestMs / 1_000]);
  // Written by another process, a moment late.
  await writeDown(database, [call(3_095.5, 'req_needle')]);
  const third = await newsView(sources, filter, second.lookedTo);
  expect(third.calls.map(({ requestId }) => requestId)).toEqual(['req_needle']);
  expect((await newsView(sources, filter, third.lookedTo)).calls).toEqual([]);
  await database.close();
});
