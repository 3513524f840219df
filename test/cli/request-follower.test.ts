import { expect, test } from 'bun:test';
import type { RequestView } from '../../src/admin/contract-usage.ts';
import { Follower } from '../../src/cli/request-follower.ts';
import { idsWithin } from '../../src/usage/ledger/ids.ts';
import type { RequestsAsk } from '../../src/usage/reports/request-list.ts';
import { Random } from '../help/a-random.ts';
import { aRequestView } from '../help/a-view.ts';

/** A ledger that rows are put into in any order. */
class Rows {
  readonly #ids: number[] = [];

  put(...ids: number[]): void {
    this.#ids.push(...ids);
    this.#ids.sort((a, b) => a - b);
  }

  requests({ limit, after }: RequestsAsk): Promise<readonly RequestView[]> {
    const fitting = this.#ids.filter((id) => after === undefined || id > after);
    const found = after === undefined ? fitting.slice(-limit) : fitting.slice(0, limit);
    return Promise.resolve(found.map((id) => aRequestView({ id })));
  }
}

const second = idsWithin(1_000);
const idsOf = (found: readonly RequestView[]): number[] => found.map(({ id }) => id);

test('at first the newest come, then what is new, each once', async () => {
  const rows = new Rows();
  rows.put(1, 2, 3);
  const follower = new Follower(rows, { limit: 2 });
  expect(idsOf(await follower.next())).toEqual([2, 3]);
  expect(idsOf(await follower.next())).toEqual([]);
  rows.put(4, 5);
  expect(idsOf(await follower.next())).toEqual([4, 5]);
});

test('a call that another process wrote late is given, though later ones were', async () => {
  const rows = new Rows();
  const follower = new Follower(rows, { limit: 20 });
  rows.put(100 * second);
  await follower.next();
  rows.put(105 * second);
  expect(idsOf(await follower.next())).toEqual([105 * second]);
  rows.put(99 * second, 103 * second);
  expect(idsOf(await follower.next())).toEqual([99 * second, 103 * second]);
  expect(idsOf(await follower.next())).toEqual([]);
});

test('old calls that were too many to show at first never come', async () => {
  const rows = new Rows();
  rows.put(...Array.from({ length: 2_000 }, (_, at) => at + 1));
  const follower = new Follower(rows, { limit: 1 });
  expect(idsOf(await follower.next())).toEqual([2_000]);
  rows.put(2_001);
  expect(idsOf(await follower.next())).toEqual([2_001]);
});

test('more calls at once than a question has room for all come', async () => {
  const rows = new Rows();
  const follower = new Follower(rows, { limit: 20 });
  await follower.next();
  const ids = Array.from({ length: 1_750 }, (_, at) => 1_000 * second + at);
  rows.put(...ids);
  expect(idsOf(await follower.next())).toEqual(ids);
  expect(idsOf(await follower.next())).toEqual([]);
});

test('whatever order calls are written in within some seconds, none is lost or repeated', async () => {
  const random = new Random(3);
  const rows = new Rows();
  const follower = new Follower(rows, { limit: 20 });
  await follower.next();
  const seen: number[] = [];
  const written: number[] = [];
  for (let round = 0; round < 300; round += 1) {
    const now = 1_000 + round;
    for (let call = 0; call < random.below(20); call += 1) {
      const id = Math.floor((now - random.next() * 9) * second);
      if (written.includes(id)) continue;
      written.push(id);
      rows.put(id);
    }
    seen.push(...idsOf(await follower.next()));
  }
  expect(seen.toSorted((a, b) => a - b)).toEqual(written.toSorted((a, b) => a - b));
});
