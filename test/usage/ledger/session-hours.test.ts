import { expect, test } from 'bun:test';
import { firstIdAt } from '../../../src/usage/ledger/ids.ts';
import { SessionHours } from '../../../src/usage/ledger/session-hours.ts';

const noon = Date.UTC(2026, 10, 22, 12);
const hour = 3_600_000;

test('a session is told of once an hour, with the ids of that hour', () => {
  const hours = new SessionHours();
  const at = (session: string, moment: number) => hours.rowFor(session, firstIdAt(moment));
  const row = (session: string, begin: number) => ({
    session,
    from_id: firstIdAt(begin),
    below_id: firstIdAt(begin + hour),
  });
  expect(at('a', noon + 5)).toEqual(row('a', noon));
  expect(at('a', noon + hour - 1)).toBeUndefined();
  expect(at('b', noon + hour - 1)).toEqual(row('b', noon));
  expect(at('a', noon + hour)).toEqual(row('a', noon + hour));
});
