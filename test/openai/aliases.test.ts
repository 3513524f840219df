import { expect, it } from 'bun:test';
import { modelBehind } from '../../src/openai/aliases.ts';

const aliases = { 'gpt-*': 'wide', 'gpt-5*': 'narrow', 'gpt-5-mini': 'exact', '*-embedding': 'end' };

it.each([
  ['gpt-4o', 'wide'],
  ['GPT-4o', 'wide'],
  ['gpt-5', 'narrow'],
  ['gpt-5-mini', 'exact'],
  ['text-embedding', 'end'],
  ['claude-opus-5-5', 'claude-opus-5-5'],
  ['', ''],
])(
  '%s stands for %s: a name counts before a pattern, a longer pattern before a shorter one',
  (name, model) => {
    expect(modelBehind(name, aliases)).toBe(model);
  },
);

it('names of prototypes stand for themselves', () => {
  expect(modelBehind('__proto__', aliases)).toBe('__proto__');
  expect(modelBehind('constructor', {})).toBe('constructor');
});
