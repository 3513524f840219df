import { describe, expect, it } from 'bun:test';
import { fitsAny } from '../../src/base/pattern.ts';

describe('fitsAny', () => {
  it('lets everything pass where there are no patterns, and a call that names nothing', () => {
    expect(fitsAny(undefined, 'claude-opus-5-5')).toBe(true);
    expect(fitsAny([], 'claude-opus-5-5')).toBe(true);
    expect(fitsAny(['claude-*'], undefined)).toBe(true);
  });

  const table: [pattern: string, name: string, fits: boolean][] = [
    ['claude-opus-5-5', 'claude-opus-5-5', true],
    ['claude-opus-5-5', 'claude-opus-5-5x', false],
    ['claude-opus-5-5', 'xclaude-opus-5-5', false],
    ['Claude-OPUS-*', 'claude-opus-5', true],
    ['claude-opus-*', 'CLAUDE-OPUS-5', true],
    ['*', '', true],
    ['*', 'anything at all', true],
    ['**', 'anything', true],
    ['claude-*', 'claude-', true],
    ['claude-*', 'claude', false],
    ['*haiku*', 'claude-haiku-5-5', true],
    ['*haiku*', 'haiku', true],
    ['*haiku', 'claude-haiku-5', false],
    ['claude-*-5', 'claude-opus-4-5', true],
    ['claude-*-5', 'claude-5', false],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['a*b*c', 'a-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a*bc*bc', 'abc', false],
    ['a*bc*bc', 'abcbc', true],
    ['', '', true],
    ['', 'x', false],
    // What means something elsewhere means itself here.
    ['claude.opus', 'claude-opus', false],
    ['[a-z]*', 'b', false],
    ['claude-?', 'claude-5', false],
    ['(a+)+$', 'aaaa', false],
  ];
  for (const [pattern, name, fits] of table) {
    it(`says that ${JSON.stringify(pattern)} ${fits ? 'fits' : 'does not fit'} ${JSON.stringify(name)}`, () => {
      expect(fitsAny([pattern], name)).toBe(fits);
    });
  }

  it('needs one pattern of several', () => {
    expect(fitsAny(['claude-opus-*', 'claude-haiku-*'], 'claude-haiku-5')).toBe(true);
    expect(fitsAny(['claude-opus-*', 'claude-haiku-*'], 'claude-sonnet-5')).toBe(false);
  });

  it('agrees with the plain meaning of the star on every short pattern and name', () => {
    const texts = (letters: string, longest: number): string[] =>
      longest === 0
        ? ['']
        : ['', ...texts(letters, longest - 1).flatMap((rest) => letters.split('').map((one) => one + rest))];
    const meant = (pattern: string, name: string): boolean => {
      if (pattern === '') return name === '';
      if (pattern.startsWith('*'))
        return meant(pattern.slice(1), name) || (name !== '' && meant(pattern, name.slice(1)));
      return name.startsWith(pattern.charAt(0)) && meant(pattern.slice(1), name.slice(1));
    };
    const names = [...new Set(texts('ab', 5))];
    for (const pattern of new Set(texts('ab*', 4)))
      for (const name of names) {
        if (fitsAny([pattern], name) !== meant(pattern, name)) throw new Error(`${pattern} on ${name}`);
      }
  });

  it('does not go through every way of sharing a long name out among many stars', () => {
    // With the backtracking of a regular expression this would take longer than the universe has.
    expect(fitsAny([`${'a*'.repeat(60)}b`], 'a'.repeat(5_000))).toBe(false);
    expect(fitsAny(['*a'.repeat(60)], 'a'.repeat(5_000))).toBe(true);
  });
});
