import { describe, expect, it } from 'bun:test';
import { familyOf } from '../../src/accounts/family.ts';

describe('the family', () => {
  it.each([
    ['claude-opus-5-5', 'opus'],
    ['claude-3-5-sonnet-20241022', 'sonnet'],
    ['vertex/claude-Haiku-4', 'haiku'],
    ['7d_opus', 'opus'],
    ['seven_day_fable', 'fable'],
    ['mythos', 'mythos'],
  ] as const)('of %s is %s', (name, family) => {
    expect(familyOf(name)).toBe(family);
  });

  it.each([['claude-next'], ['5h'], ['7d_oi'], ['magnumopus'], [''], [undefined]])(
    'of %s is nobody’s',
    (name) => {
      expect(familyOf(name)).toBeUndefined();
    },
  );
});
