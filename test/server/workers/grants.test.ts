import { describe, expect, it } from 'bun:test';
import type { Ask } from '../../../src/accounts/choice.ts';
import { Grants } from '../../../src/server/workers/grants.ts';
import { HandClock } from '../../help/a-clock.ts';

const ask = (more: Partial<Ask> = {}): Ask => ({
  purpose: 'messages',
  own: false,
  model: 'claude-opus-5-5',
  session: 's',
  ...more,
});

describe('a grant', () => {
  it('holds for calls of the same sort and session, as long as it was given for', async () => {
    const clock = new HandClock();
    const grants = new Grants(clock);
    grants.keep(ask(), 'acc_one', { forMs: 1_000, number: 1 });
    expect(grants.find(ask())).toBe('acc_one');
    await clock.turn(1_000);
    expect(grants.find(ask())).toBeUndefined();
  });

  it('holds for no other session, model, purpose, caller or credential, and never where an account is named', () => {
    const grants = new Grants(new HandClock());
    grants.keep(ask(), 'acc_one', { forMs: 1_000, number: 1 });
    const others: Partial<Ask>[] = [
      { session: 't' },
      { session: undefined },
      { model: 'claude-haiku-4-5' },
      { purpose: 'counting' },
      { allowed: ['one'] },
      { own: true },
      { pinned: 'one' },
      { bound: 'acc_one' },
    ];
    expect(others.map((more) => grants.find(ask(more)))).toEqual(others.map(() => undefined));
  });

  it('is over when its session moves, or other accounts are here', () => {
    const grants = new Grants(new HandClock());
    for (const session of ['s', 't', undefined])
      grants.keep(ask({ session }), 'acc_one', { forMs: 1_000, number: 1 });
    grants.forget('s', 2);
    expect([grants.find(ask()), grants.find(ask({ session: 't' }))]).toEqual([undefined, 'acc_one']);
    grants.forgetAll(3);
    expect([grants.find(ask({ session: 't' })), grants.find(ask({ session: undefined }))]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('that was called back before it came does not hold', () => {
    const grants = new Grants(new HandClock());
    grants.forget('s', 5);
    grants.keep(ask(), 'acc_one', { forMs: 1_000, number: 4 });
    expect(grants.find(ask())).toBeUndefined();
    grants.keep(ask(), 'acc_two', { forMs: 1_000, number: 6 });
    expect(grants.find(ask())).toBe('acc_two');
    grants.forgetAll(8);
    grants.keep(ask({ session: 't' }), 'acc_one', { forMs: 1_000, number: 7 });
    expect(grants.find(ask({ session: 't' }))).toBeUndefined();
  });

  it('is given to so many sessions; the one unused longest asks again', () => {
    const grants = new Grants(new HandClock());
    for (let at = 0; at <= 10_000; at++)
      grants.keep(ask({ session: `s${at}` }), 'acc_one', { forMs: 1_000, number: 1 });
    expect([grants.find(ask({ session: 's0' })), grants.find(ask({ session: 's1' }))]).toEqual([
      undefined,
      'acc_one',
    ]);
  });
});
