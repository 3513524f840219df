import { expect, test } from 'bun:test';
import { areSameTokens, fromStored, toStored, type TokenSet } from '../../src/accounts/token-set.ts';
import { Secret } from '../../src/base/secret.ts';

const whole: TokenSet = {
  access: new Secret('access-1'),
  refresh: new Secret('refresh-1'),
  expiresAt: 1_764_000_000_000,
  scope: 'a b',
};

test('tokens come back from the vault as they went in', () => {
  for (const tokens of [whole, { access: new Secret('only') }]) {
    const back = fromStored(toStored(tokens));
    expect(Object.keys(back ?? {})).toEqual(Object.keys(tokens));
    expect(back?.access.reveal()).toBe(tokens.access.reveal());
    expect(toStored(back ?? whole).reveal()).toBe(toStored(tokens).reveal());
  }
});

test('what is no token set is none', () => {
  for (const text of ['', 'sk-ant-api03-x', '{}', '[]', '{"access":""}', '{"access":"a","expiresAt":"soon"}'])
    expect(fromStored(new Secret(text))).toBeUndefined();
});

test('a set cannot be printed by accident', () => {
  expect(`${JSON.stringify(whole)}${Bun.inspect(whole)}`).not.toMatch(/access-1|refresh-1/);
});

test('sets are the same by their tokens, whatever is known about them', () => {
  expect(areSameTokens(whole, { ...whole, expiresAt: 0, scope: '' })).toBe(true);
  expect(areSameTokens(whole, { ...whole, refresh: new Secret('refresh-2') })).toBe(false);
  expect(areSameTokens(whole, { ...whole, access: new Secret('access-2') })).toBe(false);
  expect(areSameTokens(whole, { access: new Secret('access-1') })).toBe(false);
});
