import { describe, expect, it } from 'bun:test';
import { Leaving, nativeSignal } from '../../src/base/signal.ts';

const reason = new Error('the client left');

describe('somebody who may leave', () => {
  it('is here until told otherwise', () => {
    const leaving = new Leaving();
    expect([leaving.aborted, leaving.reason]).toEqual([false, undefined]);
  });

  it('is told of to everybody, once, with the first reason', () => {
    const leaving = new Leaving();
    const told: string[] = [];
    leaving.addEventListener('abort', () => told.push('one'));
    leaving.addEventListener('abort', () => told.push(String(leaving.reason)));
    leaving.leave(reason);
    leaving.leave(new Error('later'));
    expect(told).toEqual(['one', 'Error: the client left']);
    expect([leaving.aborted, leaving.reason]).toEqual([true, reason]);
  });

  it('is not told of to who has taken its listener back, or came too late, or came twice', () => {
    const leaving = new Leaving();
    const told: string[] = [];
    const twice = (): number => told.push('twice');
    const gone = (): number => told.push('gone');
    const stranger = (): void => {};
    for (const listener of [twice, gone, twice]) leaving.addEventListener('abort', listener);
    leaving.removeEventListener('abort', gone);
    leaving.removeEventListener('abort', stranger);
    leaving.leave(reason);
    leaving.addEventListener('abort', () => told.push('late'));
    leaving.leave(reason);
    expect(told).toEqual(['twice']);
  });

  it('is told of to the others where one of them throws', () => {
    const leaving = new Leaving();
    const told: string[] = [];
    leaving.addEventListener('abort', () => {
      throw new Error('mine');
    });
    leaving.addEventListener('abort', () => told.push('other'));
    expect(() => leaving.leave(reason)).toThrow('mine');
    expect(told).toEqual(['other']);
  });

  it('is not told of to who takes its listener back while others are told', () => {
    const leaving = new Leaving();
    const told: string[] = [];
    const second = (): number => told.push('second');
    leaving.addEventListener('abort', () => {
      leaving.removeEventListener('abort', second);
      told.push('first');
    });
    leaving.addEventListener('abort', second);
    leaving.leave(reason);
    expect(told).toEqual(['first']);
  });
});

describe('the signal for the platform', () => {
  it('is the same one where that is the platform’s', () => {
    const { signal } = new AbortController();
    expect(nativeSignal(signal)).toBe(signal);
  });

  it('is aborted with the other one, now or later', () => {
    const [now, later] = [new Leaving(), new Leaving()];
    now.leave(reason);
    const signals = [nativeSignal(now), nativeSignal(later)];
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    later.leave(reason);
    expect(signals.map(({ aborted, reason: why }) => [aborted, why])).toEqual([
      [true, reason],
      [true, reason],
    ]);
  });
});
