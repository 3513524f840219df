import { describe, expect, it } from 'bun:test';
import { CallsElsewhere, type Deciding } from '../../../src/server/workers/calls-elsewhere.ts';
import type { Choosing } from '../../../src/server/workers/speech.ts';
import { failureOf, gatewayErrorOf } from '../../help/a-failure.ts';

/** Calls of a worker where nobody decides anything: whoever is decided about fails. */
function undecided(): CallsElsewhere {
  const gateway = {
    get pool() {
      throw new Error('decided');
    },
  };
  return new CallsElsewhere({ gateway } as unknown as Deciding);
}

const choosing = (call: number): Choosing => ({
  call,
  ask: { purpose: 'messages', own: false },
  lane: undefined,
  headers: [],
  hold: undefined,
  before: [],
});

describe('a call of a worker whose client has left', () => {
  it('gets no account and no place in the queue, where that was told before it asked', async () => {
    const calls = undecided();
    calls.aborted(1);
    expect((await gatewayErrorOf(calls.choose(choosing(1)))).code).toBe('client_left');
    expect((await failureOf(calls.choose(choosing(2)))).message).toBe('decided');
  });

  it('is forgotten when it ends, or where more of them left than can be underway', async () => {
    const calls = undecided();
    calls.aborted(1);
    calls.ended({ is: 'ended', call: 1, isServed: false, home: undefined });
    for (let call = 2; call <= 1_002; call += 1) calls.aborted(call);
    for (const call of [1, 2])
      expect((await failureOf(calls.choose(choosing(call)))).message).toBe('decided');
    expect((await gatewayErrorOf(calls.choose(choosing(3)))).code).toBe('client_left');
  });
});
