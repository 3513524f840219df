import { describe, expect, it } from 'bun:test';
import data from '../../data/model-facts.json' with { type: 'json' };
import { factsOf } from '../../src/openai/model-facts.ts';
import { catalogue } from '../../src/simulator/models.ts';

describe('data/model-facts.json', () => {
  it('has a whole family for each model, and for those it does not know', () => {
    const families = Object.keys(data.families);
    expect(families).toContain(data.unknown);
    for (const family of Object.values(data.models)) expect(families).toContain(family);
    for (const facts of Object.values(data.families)) {
      expect(facts.defaultOutput).toBeGreaterThan(1_024);
      expect(['both', 'one', 'none']).toContain(facts.sampling);
      expect(['adaptive', 'budget', 'none']).toContain(facts.thinking);
      expect(typeof facts.schemas).toBe('boolean');
      expect(typeof facts.systemTurns).toBe('boolean');
      expect(
        facts.efforts.every((effort) => ['low', 'medium', 'high', 'xhigh', 'max'].includes(effort)),
      ).toBe(true);
    }
  });

  it('knows every model of the catalogue, and never asks for more output than it has', () => {
    for (const { id, maxOutput } of catalogue) {
      expect(Object.keys(data.models)).toContain(id);
      expect(factsOf(id).defaultOutput).toBeLessThanOrEqual(maxOutput);
    }
  });
});

describe('factsOf', () => {
  it('finds a model in whatever way its name is written', () => {
    const haiku = factsOf('claude-haiku-4-5');
    for (const name of [
      'claude-haiku-4-5-20251001',
      'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      'Claude-Haiku-4.5',
    ])
      expect(factsOf(name)).toBe(haiku);
  });

  it('takes an unknown model for one of today', () => {
    expect(factsOf('claude-next')).toMatchObject({ sampling: 'none', thinking: 'adaptive', schemas: true });
    expect(factsOf('__proto__')).toBe(factsOf('claude-next'));
  });
});
