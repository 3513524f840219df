import { expect, test } from 'bun:test';
import { addressOf, choiceIn, spanOf } from '../../../../src/admin/pages/usage/choice.ts';
import { thrownBy } from '../../../help/a-failure.ts';

const now = new Date(2026, 10, 25, 14, 30).getTime();
const hour = 3_600_000;

test('an address that says nothing, or nonsense, is the usual choice', () => {
  const usual = { range: '30d', by: 'account', show: 'cost', only: {} } as const;
  expect(choiceIn({})).toEqual(usual);
  expect(
    choiceIn({ range: 'ever', by: 'agent', show: '1', account: '', from: 'x', to: '2026-99-99' }),
  ).toEqual(usual);
});

test('a choice comes back from its own address', () => {
  for (const choice of [
    choiceIn({}),
    choiceIn({
      range: '7d',
      by: 'session',
      show: 'tokens',
      account: 'acc_1',
      model: 'a&b=<c>',
      session: 'é',
    }),
    choiceIn({ from: '2026-11-01', to: '2026-11-03', client: 'key 1' }),
  ]) {
    const address = new URL(addressOf('/usage', choice), 'http://localhost');
    expect(choiceIn(Object.fromEntries(address.searchParams))).toEqual(choice);
  }
  expect(addressOf('/usage', choiceIn({}))).toBe('/usage');
});

test('a day is told by its hours, the one that is running among them, and a month by its days', () => {
  const day = spanOf(choiceIn({ range: '24h' }), now);
  const since = new Date(2026, 10, 25, 14).getTime() - 23 * hour;
  expect(day).toEqual({ since, until: now + hour, every: 'hour' });
  const month = spanOf(choiceIn({}), now);
  expect(month).toEqual({ since: new Date(2026, 9, 27).getTime(), until: now + hour, every: 'day' });
});

test('days of one’s own are whole, whichever comes first', () => {
  const span = {
    since: new Date(2026, 10, 1).getTime(),
    until: new Date(2026, 10, 4).getTime(),
    every: 'hour',
  };
  for (const [from, to] of [
    ['2026-11-01', '2026-11-03'],
    ['2026-11-03', '2026-11-01'],
  ] as const)
    expect(spanOf(choiceIn({ from, to }), now)).toEqual(span as ReturnType<typeof spanOf>);
  expect(spanOf(choiceIn({ from: '2026-11-01', to: '2026-11-04' }), now).every).toBe('day');
});

test('nobody has ten years added up', () => {
  const choice = choiceIn({ from: '2016-01-01', to: '2026-01-01' });
  expect(thrownBy(() => spanOf(choice, now)).code).toBe('bad_request');
});
