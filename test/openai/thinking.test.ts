import { describe, expect, it } from 'bun:test';
import { factsOf } from '../../src/openai/model-facts.ts';
import { samplingFor, thinkingFor, type ThinkingWish } from '../../src/openai/thinking.ts';
import { Warnings } from '../../src/openai/warnings.ts';

function thought(model: string, more: Partial<ThinkingWish>): { told: unknown; warning: string | undefined } {
  const warnings = new Warnings();
  const wish = {
    effort: undefined,
    parameter: 'reasoning_effort',
    own: undefined,
    maxTokens: 32_000,
    toolChoice: undefined,
    isLoopWithoutThinking: false,
    ...more,
  };
  const { thinking, effort } = thinkingFor(wish, factsOf(model), warnings);
  return { told: [thinking, effort], warning: warnings.line };
}

describe('thinkingFor', () => {
  it.each([
    ['claude-opus-5-5', 'minimal', [{ type: 'disabled' }, 'low']],
    ['claude-opus-5-5', 'max', [{ type: 'adaptive', display: 'summarized' }, 'max']],
    ['claude-haiku-4-5', 'low', [{ type: 'enabled', budget_tokens: 2_048 }, undefined]],
    ['claude-haiku-4-5', 'max', [{ type: 'enabled', budget_tokens: 31_999 }, undefined]],
    ['claude-opus-4-5', 'high', [{ type: 'enabled', budget_tokens: 16_384 }, 'high']],
    ['claude-opus-5-5', undefined, [undefined, undefined]],
    ['claude-3-haiku', 'none', [undefined, undefined]],
  ])('%s at %s', (model, effort, told) => {
    expect(thought(model, { effort })).toEqual({ told, warning: undefined });
  });

  it('a model that does not think says so', () => {
    expect(thought('claude-3-haiku', { effort: 'high' }).warning).toBe(
      'reasoning_effort: the model does not think, ignored',
    );
  });

  it('the own words of the API pass, with an effort beside them', () => {
    const own = { type: 'enabled', budget_tokens: 5_000 };
    expect(thought('claude-opus-5-5', { own, effort: 'low' }).told).toEqual([own, 'low']);
  });
});

describe('samplingFor', () => {
  const taken = (body: object, model: string, version = '2023-06-01'): unknown =>
    samplingFor({ ...body }, version, false, factsOf(model), new Warnings());

  it('both, one or none of the two, as the model and the version take them', () => {
    const both = { temperature: 0.5, top_p: 0.5 };
    expect(taken(both, 'claude-3-haiku')).toEqual(both);
    expect(taken(both, 'claude-haiku-4-5')).toEqual({ temperature: 0.5 });
    expect(taken({ top_p: 0.5 }, 'claude-haiku-4-5')).toEqual({ top_p: 0.5 });
    expect(taken(both, 'claude-opus-5-5')).toEqual({});
    expect(taken(both, 'claude-3-haiku', '2026-10-21')).toEqual({});
  });

  it('what everybody takes for granted is not told', () => {
    const warnings = new Warnings();
    samplingFor({ temperature: 1, top_p: 1 }, '2023-06-01', false, factsOf('claude-opus-5-5'), warnings);
    expect(warnings.line).toBeUndefined();
  });
});
