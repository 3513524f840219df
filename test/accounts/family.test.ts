import { expect, it } from 'bun:test';
import { familyOf, type Family } from '../../src/accounts/family.ts';

it.each<[string | undefined, Family | undefined]>([
  ['claude-opus-5-5', 'opus'],
  ['us.anthropic.claude-3-5-Sonnet-20241022-v2:0', 'sonnet'],
  ['7d_opus', 'opus'],
  ['seven_day_haiku', 'haiku'],
  ['7d', undefined],
  ['7d_oi', undefined],
  ['magnopusculum', undefined],
  ['', undefined],
  [undefined, undefined],
])('%p is of the family %p', (name, family) => {
  expect(familyOf(name)).toBe(family);
});
