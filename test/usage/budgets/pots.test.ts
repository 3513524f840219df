import { describe, expect, it } from 'bun:test';
import { type Known, Pots } from '../../../src/usage/budgets/pots.ts';
import { aBudget } from '../../help/a-budget.ts';

const ann: Known = { id: 'key_ann', name: 'Ann' };
const bob: Known = { id: 'key_bob', name: 'bob' };
const gone: Known = { id: 'key_old', name: 'ann', isOver: true };
const work: Known = { id: 'acc_work', name: 'work' };

function pots(budgets: Record<string, ReturnType<typeof aBudget>>, keys: Known[] = [ann, bob]): Pots {
  return new Pots({ budgets: new Map(Object.entries(budgets)), keys, accounts: [work] });
}

describe('a budget', () => {
  it('for everybody holds for callers with and without a key', () => {
    const all = pots({ house: aBudget() });
    for (const id of [undefined, 'key_ann', 'key_unknown'])
      expect(all.ofClient(id).map(({ name }) => name)).toEqual(['house']);
    expect(all.ofClient(undefined)[0]).toMatchObject({ subjects: ['total'], limit: 100e6, isShared: true });
  });

  it('for keys is one pot that those it names share, by name in any case or by id', () => {
    const all = pots({ team: aBudget({ scope: 'key', of: ['ANN', 'key_bob'] }) });
    expect(all.all).toHaveLength(1);
    expect(all.ofClient('key_ann')).toEqual(all.ofClient('key_bob'));
    expect(all.ofClient('key_ann')[0]).toMatchObject({
      subjects: ['key:key_ann', 'key:key_bob'],
      isShared: true,
    });
    expect(all.ofClient('key_cy')).toEqual([]);
    expect(all.ofClient(undefined)).toEqual([]);
  });

  it('for each key is a pot for each, of all keys or of those it names', () => {
    const each = aBudget({ scope: 'each-key', limitUsd: 5 });
    expect(pots({ each }).all.map(({ name, isShared }) => [name, isShared])).toEqual([
      ['each/Ann', false],
      ['each/bob', false],
    ]);
    expect(pots({ each: { ...each, of: ['bob'] } }).all.map(({ name }) => name)).toEqual(['each/bob']);
  });

  it('for accounts stands with the accounts and with no caller', () => {
    const all = pots({ prod: aBudget({ scope: 'account', of: ['Work'] }) });
    expect(all.ofAccount('acc_work').map(({ name }) => name)).toEqual(['prod']);
    expect(all.ofAccount('acc_other')).toEqual([]);
    expect(all.ofClient('key_ann')).toEqual([]);
  });

  it('of a key itself holds for that key alone, beside those of the settings', () => {
    const own: Known = { ...ann, budgets: [{ period: 'daily', limitTokens: 500, hard: false }] };
    const all = pots({ house: aBudget() }, [own, bob]);
    expect(all.ofClient('key_ann').map(({ name }) => name)).toEqual(['house', 'Ann']);
    expect(all.ofClient('key_ann')[1]).toMatchObject({
      unit: 'tokens',
      limit: 500,
      isHard: false,
      warnAt: 0.75,
    });
    expect(all.ofClient('key_bob')).toHaveLength(1);
  });

  it('keeps what a revoked key of the same name has spent, but gives that key none of its own', () => {
    const all = pots({ one: aBudget({ scope: 'key', of: ['ann'] }), each: aBudget({ scope: 'each-key' }) }, [
      gone,
      ann,
    ]);
    expect(all.all.map(({ name, subjects }) => [name, ...subjects])).toEqual([
      ['one', 'key:key_old', 'key:key_ann'],
      ['each/Ann', 'key:key_ann'],
    ]);
    // One name, two keys that had it: nobody shares anything.
    expect(all.all[0]?.isShared).toBe(false);
  });

  it('that names nobody here says so', () => {
    const all = pots({
      a: aBudget({ scope: 'key', of: ['ann', 'zoe'] }),
      b: aBudget({ scope: 'account', of: ['lost'] }),
    });
    expect(all.unknown).toEqual(['a: zoe', 'b: lost']);
    expect(all.ofClient('key_ann')).toHaveLength(1);
  });
});
