import { describe, expect, it } from 'bun:test';
import { type Asker, mayChange, onBehalfOf, onSameBehalf, whoAsks } from '../../../src/admin/pages/asker.ts';
import { HandClock } from '../../help/a-clock.ts';

const asker = (name: string, role: Asker['role'] = 'admin'): Asker => ({
  role,
  name,
  via: 'password',
  session: name,
  address: '127.0.0.1',
});

describe('who asks', () => {
  it('is known in everything that a request begins, and to no other', async () => {
    const seen: (string | undefined)[] = [];
    const note = async (): Promise<void> => {
      await Promise.resolve();
      seen.push(whoAsks()?.name);
    };
    await Promise.all([onBehalfOf(asker('ann'), note), onBehalfOf(asker('bob'), note), note()]);
    expect(new Set(seen)).toEqual(new Set(['ann', 'bob', undefined]));
    expect(seen).toHaveLength(3);
  });

  it('is known in what is done later on their behalf, whoever lets it happen', async () => {
    const clock = new HandClock();
    const seen: (string | undefined)[] = [];
    const later = onBehalfOf(asker('ann'), () => onSameBehalf(() => seen.push(whoAsks()?.name)));
    clock.after(10, later);
    await onBehalfOf(asker('bob'), () => clock.turn(10));
    onSameBehalf(() => seen.push(whoAsks()?.name))();
    expect(seen).toEqual(['ann', undefined]);
  });

  it('is offered changes, unless they may only look', () => {
    expect(onBehalfOf(asker('ann'), mayChange)).toBe(true);
    expect(onBehalfOf(asker('vera', 'viewer'), mayChange)).toBe(false);
  });
});
