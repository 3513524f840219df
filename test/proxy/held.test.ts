import { describe, expect, it } from 'bun:test';
import { Crowd, HeldBytes } from '../../src/proxy/held.ts';
import { thrownBy } from '../help/a-failure.ts';

describe('held bytes', () => {
  it('are counted up to the cap, exactly', () => {
    const held = new HeldBytes();
    held.take(60, 100);
    held.take(40, 100);
    expect(held.bytes).toBe(100);
    held.take(0, 100);
    thrownBy(() => {
      held.take(1, 100);
    });
    expect(held.bytes).toBe(100);
  });

  it('beyond it are refused with a moment to come back, and nothing is taken', () => {
    const held = new HeldBytes();
    held.take(90, 100);
    const error = thrownBy(() => {
      held.take(20, 100);
    });
    expect([error.code, error.status, error.retryAfterSeconds, error.shouldRetry]).toEqual([
      'overloaded_here',
      503,
      2,
      true,
    ]);
    expect(error.message).toContain('server.max_held_bytes');
    held.take(10, 100);
    expect(held.bytes).toBe(100);
  });

  it('have room again when they are given back, and follow a changed cap', () => {
    const held = new HeldBytes();
    held.take(100, 100);
    held.give(60);
    held.take(60, 100);
    thrownBy(() => {
      held.take(1, 50);
    });
    held.take(1, 200);
    expect(held.bytes).toBe(101);
  });
});

describe('a crowd', () => {
  it('counts streamed answers until they are over', () => {
    const crowd = new Crowd();
    const [first, second] = [crowd.stream(), crowd.stream()];
    expect(crowd.streams).toBe(2);
    first();
    expect(crowd.streams).toBe(1);
    second();
    expect(crowd.streams).toBe(0);
  });
});
