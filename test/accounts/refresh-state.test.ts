import { describe, expect, test } from 'bun:test';
import { RefreshState } from '../../src/accounts/refresh-state.ts';
import type { KeptTokens } from '../../src/accounts/stored-tokens.ts';
import { HandClock } from '../help/a-clock.ts';
import { aTokenSet } from '../help/a-token-set.ts';

const pauses = { firstMs: 1_000, longestMs: 300_000 };

function aState(spread = 0.5) {
  const clock = new HandClock();
  const state = new RefreshState(clock, spread, clock.now() + 2_000);
  const tokens = (lifeMs: number, more: Partial<KeptTokens> = {}): KeptTokens => ({
    ...aTokenSet('1'),
    keptAt: clock.now(),
    expiresAt: clock.now() + lifeMs,
    ...more,
  });
  return { clock, state, tokens };
}

describe('what is due', () => {
  test('stays due when it was, however often somebody looks', async () => {
    const { clock, state, tokens } = aState();
    const some = tokens(3_600_000, { keptAt: undefined });
    const at = clock.now() + (state.dueIn(some) ?? 0);
    await clock.turn(1_000_000);
    expect(clock.now() + (state.dueIn(some) ?? 0)).toBe(at);
  });

  test('at the start of the program begins a little later, each account in its own place', () => {
    const { state, tokens } = aState();
    expect(state.dueIn(tokens(-60_000))).toBe(2_000);
  });

  test('at the start, but was cut short, begins at once', () => {
    const { state, tokens } = aState();
    expect(state.dueIn(tokens(3_600_000, { refreshBegunAt: 1 }))).toBe(0);
  });

  test('is not sooner than a second after the last attempt began, where tokens live for moments', () => {
    const { state, tokens } = aState();
    const some = tokens(9_000, { refreshBegunAt: 1 });
    state.began(Promise.resolve({ is: 'over', reason: '' }));
    expect([state.mayBegin(some), state.dueIn(some)]).toEqual([false, 1_000]);
    expect(state.mayBegin(tokens(10_000))).toBe(true);
  });

  test('waits for the clock that never jumps, not for one that was set back', () => {
    const { clock, tokens } = aState();
    let shift = 0;
    const odd = { now: () => clock.now() + shift, monotonic: () => clock.monotonic(), after: clock.after };
    const state = new RefreshState(odd, 0.5, 0);
    const some = tokens(0, { refreshBegunAt: 1 });
    state.failed(some, 'down', pauses, 0.5);
    shift = -86_400_000;
    expect(state.dueIn(some)).toBe(1_000);
  });

  test('after a failure has nothing to do with tokens that somebody signed in for since', () => {
    const { state, tokens } = aState();
    const some = tokens(3_600_000);
    for (let failures = 0; failures < 9; failures += 1) state.failed(some, 'down', pauses, 0.5);
    const others = { ...tokens(3_600_000), ...aTokenSet('2'), refreshBegunAt: 1 };
    expect([state.mayBegin(some), state.mayBegin(others)]).toEqual([false, true]);
    expect(state.dueIn(others)).toBe(0);
    expect([state.seen(some).lastFailure?.reason, state.seen(others).lastFailure]).toEqual([
      'down',
      undefined,
    ]);
    state.failed(others, 'down', pauses, 0.5);
    expect(state.dueIn(others)).toBe(1_000);
  });
});

describe('a token that was refused', () => {
  test('is known by what it is, whatever is noted about it meanwhile', () => {
    const { state, tokens } = aState();
    const some = tokens(3_600_000);
    expect(state.refuse(some, 60_000)).toBe(true);
    expect(state.isRefused({ ...some, refreshBegunAt: 5 })).toBe(true);
    expect([state.dueIn(some), state.refuse(some, 60_000)]).toEqual([0, true]);
  });

  test('makes another one that is refused soon after as good as new', async () => {
    const { clock, state, tokens } = aState();
    state.refuse(tokens(3_600_000), 60_000);
    state.succeeded();
    const next = { ...tokens(3_600_000), ...aTokenSet('2') };
    expect([state.refuse(next, 60_000), state.isRefused(next)]).toEqual([false, false]);
    await clock.turn(60_000);
    expect(state.refuse(next, 60_000)).toBe(true);
  });

  test('and cannot be renewed is never due', () => {
    const { state, tokens } = aState();
    const some = tokens(3_600_000, { refresh: undefined });
    state.refuse(some, 60_000);
    expect(state.dueIn(some)).toBeUndefined();
  });
});
