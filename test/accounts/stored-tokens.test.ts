import { expect, test } from 'bun:test';
import { areInSameState, areSameTokens, fromStored, toStored } from '../../src/accounts/stored-tokens.ts';
import { Secret } from '../../src/base/secret.ts';
import { aTokenSet } from '../help/a-token-set.ts';

const whole = aTokenSet('1', { expiresAt: 1_764_000_000_000, scope: 'a b', label: 'ann@example.com' });

test('tokens come back from the vault as they went in', () => {
  for (const tokens of [whole, aTokenSet('2', { refresh: undefined })]) {
    const back = fromStored(toStored(tokens));
    expect(back?.access.reveal()).toBe(tokens.access.reveal());
    expect(toStored(back ?? whole).reveal()).toBe(toStored(tokens).reveal());
  }
});

test('what is known of the life of tokens comes back with them', () => {
  const life = { keptAt: 1, refreshBegunAt: 2, over: { since: 3, reason: 'spent' } };
  expect(fromStored(toStored({ ...whole, ...life }))).toMatchObject(life);
});

test('a moment that no calendar has is none', () => {
  const tokens = {
    access: 'a',
    refresh: 'r',
    expiresAt: 1e300,
    keptAt: -1,
    over: { since: 1e99, reason: '' },
  };
  const read = fromStored(new Secret(JSON.stringify(tokens)));
  expect(read).toMatchObject({ expiresAt: undefined, keptAt: undefined, over: { since: 0 } });
});

test('what is no token set is none', () => {
  for (const text of ['', 'sk-ant-api03-x', '{}', '[]', 'null', '["a"]', '{"access":""}', '{"access":1}'])
    expect(fromStored(new Secret(text))).toBeUndefined();
  const wrong = [{ expiresAt: 'soon' }, { keptAt: null }, { refresh: '' }, { scope: 1 }, { label: null }];
  for (const more of [...wrong, { over: 1 }, { over: {} }, { over: { since: 'a', reason: 'b' } }])
    expect(fromStored(new Secret(JSON.stringify({ access: 'a', ...more })))).toBeUndefined();
});

test('a set cannot be printed by accident', () => {
  expect(`${JSON.stringify(whole)}${Bun.inspect(whole)}`).not.toMatch(/access-1|refresh-1/);
});

test('sets are the same by their tokens, whatever is known about them', () => {
  expect(areSameTokens(whole, { ...whole, expiresAt: 0, scope: '' })).toBe(true);
  expect(areSameTokens(whole, { ...whole, refresh: new Secret('refresh-2') })).toBe(false);
  expect(areSameTokens(whole, { ...whole, access: new Secret('access-2') })).toBe(false);
  expect(areSameTokens(whole, { ...whole, refresh: undefined })).toBe(false);
});

test('the state of a set is what is known of its refresh', () => {
  expect(areInSameState(whole, { ...whole, scope: '' })).toBe(true);
  expect(areInSameState(whole, { ...whole, refreshBegunAt: 1 })).toBe(false);
  expect(areInSameState(whole, { ...whole, over: { since: 1, reason: '' } })).toBe(false);
});
