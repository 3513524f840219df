import { expect, it } from 'bun:test';
import { word } from '../../src/usage/word.ts';

it('a plain word passes', () => {
  for (const plain of ['overloaded_error', 'end_turn', 'tool-use', 'v1.2', 'Aa0'])
    expect(word(plain)).toBe(plain);
});

it('nothing else does', () => {
  for (const odd of ['', 'two words', '\u001b[2J', 'é', 'a\n', 'x'.repeat(81), 5, null, undefined, {}])
    expect(word(odd)).toBeUndefined();
});
