import { describe, expect, it } from 'bun:test';
import { modelAliases } from '../../src/config/openai-kinds.ts';
import { settingsFrom } from '../../src/config/load.ts';

const kind = modelAliases();
const takes = (value: unknown): boolean => kind.schema().safeParse(value).success;

describe('modelAliases', () => {
  it('takes names and patterns, each with a model', () => {
    expect(takes({ 'gpt-*': 'claude-opus-5-5', o3: 'us.anthropic.claude-opus-4-8-v1:0' })).toBe(true);
    expect(takes({})).toBe(true);
  });

  it.each([[{ 'a b': 'x' }], [{ a: 'x y' }], [{ a: '' }], [{ '': 'x' }], [{ a: 1 }], ['x'], [[]]])(
    'refuses %p',
    (value) => {
      expect(takes(value)).toBe(false);
    },
  );

  it('is read from a variable as pairs, and a pair without a model is refused', () => {
    expect(kind.fromText('gpt-*=claude-opus-5-5, o3 = claude-fable-5-2')).toEqual({
      'gpt-*': 'claude-opus-5-5',
      o3: 'claude-fable-5-2',
    });
    expect(takes(kind.fromText('gpt-*'))).toBe(false);
  });

  it('stands in the file as a table of its own', () => {
    const places = { config: '/x/config.toml', isConfigNamed: false, userHome: '/x' };
    const { settings } = settingsFrom('[openai.models]\n"gpt-*" = "claude-opus-5-5"\n', {
      places,
      env: {},
      flags: {},
    });
    expect(settings.openai.models).toEqual({ 'gpt-*': 'claude-opus-5-5' });
  });
});
