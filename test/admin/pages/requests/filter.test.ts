import { expect, test } from 'bun:test';
import { addressOf, askOf, filterIn, isEmpty } from '../../../../src/admin/pages/requests/filter.ts';

test('an address that says nothing, or nonsense, lets everything through', () => {
  expect(isEmpty(filterIn({}))).toBe(true);
  expect(isEmpty(filterIn({ ended: 'badly', troubled: 'perhaps', q: '  ', foo: 'bar' }))).toBe(true);
});

test('a filter comes back from its own address', () => {
  const filter = filterIn({ q: 'a&b="<c>', account: 'acc_1', session: 'é', ended: '429', troubled: 'yes' });
  const address = new URL(addressOf('/requests', filter, { before: 5 }), 'http://localhost');
  expect(filterIn(Object.fromEntries(address.searchParams))).toEqual(filter);
  expect(address.searchParams.get('before')).toBe('5');
});

test('the ledger is asked for what was chosen, and for nothing else', () => {
  expect(askOf(filterIn({}), 100)).toMatchObject({ limit: 100, account: undefined, text: undefined });
  expect(askOf(filterIn({ ended: 'cut', troubled: 'yes', q: 'x' }), 5)).toMatchObject({
    ended: 'cut',
    status: undefined,
    troubled: true,
    text: 'x',
  });
  for (const status of ['429', '4xx', '5xx'])
    expect(askOf(filterIn({ ended: status }), 5)).toMatchObject({ status, ended: undefined });
});

test('a word is looked for no further than somebody waits', () => {
  expect(askOf(filterIn({ q: 'x' }), 5).reach).toBeLessThanOrEqual(1_000_000);
  expect(filterIn({ q: 'x'.repeat(9_000) }).q).toHaveLength(512);
});
