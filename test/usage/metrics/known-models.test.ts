import { describe, expect, it } from 'bun:test';
import type { CallRecord } from '../../../src/usage/call-record.ts';
import { KnownModels } from '../../../src/usage/metrics/known-models.ts';
import { aCallRecord } from '../../help/a-call-record.ts';

const answered = (model: string): CallRecord => aCallRecord({ model });
const { usage: _, ...unused } = aCallRecord();
const refused = (model: string): CallRecord => ({ ...unused, model, status: 404, ended: 'error' });

describe('the models that metrics name', () => {
  it('are those the upstream has answered with', () => {
    const models = new KnownModels();
    expect(models.labelOf(refused('claude-opus-5-5'))).toBe('other');
    expect(models.labelOf(answered('claude-opus-5-5'))).toBe('claude-opus-5-5');
    expect(models.labelOf(refused('claude-opus-5-5'))).toBe('claude-opus-5-5');
  });

  it('are families: the day a model came out is left away', () => {
    const models = new KnownModels();
    expect(models.labelOf(answered('claude-haiku-4-5-20251001'))).toBe('claude-haiku-4-5');
    expect(models.labelOf(answered('claude-haiku-4-5'))).toBe('claude-haiku-4-5');
  });

  it('are forty at most', () => {
    const models = new KnownModels();
    const labels = Array.from({ length: 100 }, (_, at) => models.labelOf(answered(`sim-${at}`)));
    expect(new Set(labels).size).toBe(41);
    expect(labels.at(-1)).toBe('other');
    expect(models.labelOf(answered('sim-7'))).toBe('sim-7');
  });

  it.each(['a"b', 'a\nb', 'ü', 'x'.repeat(81), 'a b'])('are never %p', (name) => {
    expect(new KnownModels().labelOf(answered(name))).toBe('other');
  });

  it('are none where a call has none', () => {
    const { model: _, ...record } = aCallRecord();
    expect(new KnownModels().labelOf(record)).toBe('none');
  });

  it.each([
    ['broke off', { ended: 'cut' }],
    ['ended in an error', { ended: 'error' }],
    ['was left by its client', { ended: 'client-left' }],
  ] as const)('are not learned from an answer that %s', (_, more) => {
    expect(new KnownModels().labelOf(aCallRecord({ model: 'claude-x', ...more }))).toBe('other');
  });
});
