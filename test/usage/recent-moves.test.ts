import { expect, test } from 'bun:test';
import { RecentMoves } from '../../src/usage/recent-moves.ts';

const move = { fromId: 'acc_a', fromName: 'a', toId: 'acc_b', toName: 'b', reason: 'x used up' };

test('the last few moves are kept, the latest first, with the session and the moment', () => {
  const moves = new RecentMoves();
  expect(moves.look()).toEqual([]);
  moves.hear({ startedAt: 0, session: 's' });
  for (let startedAt = 1; startedAt <= 1_000; startedAt += 1) moves.hear({ startedAt, session: 's', move });
  expect(moves.look().map(({ at }) => at)).toEqual([1_000, 999, 998, 997, 996]);
  expect(moves.look()[0]).toEqual({ ...move, at: 1_000, session: 's' });
});
