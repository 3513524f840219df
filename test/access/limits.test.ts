import { beforeEach, describe, expect, test } from 'bun:test';
import type { ClientKey } from '../../src/access/client-key.ts';
import { type Admission, KeyLimits, levelAt, msUntilOne } from '../../src/access/limits.ts';
import { HandClock } from '../help/a-clock.ts';

let clock: HandClock;
let limits: KeyLimits;

beforeEach(() => {
  clock = new HandClock();
  limits = new KeyLimits(clock);
});

const aKey = (facts: Partial<ClientKey> = {}): ClientKey => ({
  id: 'key_1',
  name: 'laptop',
  owner: '',
  hint: 'ccp-abcd',
  createdAt: 0,
  ...facts,
});

/** Counts in as many calls as are let in, each over at once; the refusal that ended it. */
function callUntilRefused(key: ClientKey): { admitted: number; refusal: Admission } {
  for (let admitted = 0; ; admitted += 1) {
    const admission = limits.admit(key);
    if (admission.is === 'limited') return { admitted, refusal: admission };
    admission.release();
  }
}

describe('a bucket', () => {
  test('is full at first and never more than full', () => {
    expect(levelAt(undefined, 60, 5)).toBe(60);
    expect(levelAt({ level: 0, at: 0 }, 60, 3_600_000)).toBe(60);
  });

  test('fills evenly', () => {
    expect(levelAt({ level: 0, at: 1_000 }, 60, 2_500)).toBe(1.5);
    expect(msUntilOne(0, 60)).toBe(1_000);
    expect(msUntilOne(0.75, 60)).toBe(250);
    expect(msUntilOne(1, 60)).toBe(0);
  });

  test('of a key whose limit was lowered holds no more than the new one', () => {
    expect(levelAt({ level: 100, at: 0 }, 10, 0)).toBe(10);
  });
});

describe('requests a minute', () => {
  test('are let in up to the limit, then refused with the seconds to wait', () => {
    const { admitted, refusal } = callUntilRefused(aKey({ requestsPerMinute: 10 }));
    expect(admitted).toBe(10);
    expect(refusal).toEqual({ is: 'limited', by: 'requests-per-minute', limit: 10, retryAfterSeconds: 6 });
  });

  test('come back with time, one by one', async () => {
    const key = aKey({ requestsPerMinute: 10 });
    callUntilRefused(key);
    await clock.turn(5_999);
    expect(callUntilRefused(key)).toMatchObject({ admitted: 0, refusal: { retryAfterSeconds: 1 } });
    await clock.turn(1);
    expect(callUntilRefused(key).admitted).toBe(1);
    await clock.turn(3_600_000);
    expect(callUntilRefused(key).admitted).toBe(10);
  });

  test('of one key do not count against another', () => {
    callUntilRefused(aKey({ requestsPerMinute: 1 }));
    expect(limits.admit(aKey({ id: 'key_2', requestsPerMinute: 1 })).is).toBe('admitted');
  });

  test('without a limit are without end', () => {
    for (let call = 0; call < 10_000; call += 1) expect(limits.admit(aKey()).is).toBe('admitted');
  });
});

describe('calls at once', () => {
  test('are let in up to the limit, and again when one is over', () => {
    const key = aKey({ callsAtOnce: 2 });
    const [first, second] = [limits.admit(key), limits.admit(key)];
    expect([first.is, second.is]).toEqual(['admitted', 'admitted']);
    expect(limits.admit(key)).toEqual({ is: 'limited', by: 'calls-at-once', limit: 2, retryAfterSeconds: 1 });
    if (first.is === 'admitted') first.release();
    expect(limits.admit(key).is).toBe('admitted');
    expect(limits.admit(key).is).toBe('limited');
  });

  test('are given back once, however often the end is told', () => {
    const key = aKey({ callsAtOnce: 2 });
    const [first, second] = [limits.admit(key), limits.admit(key)];
    expect(second.is).toBe('admitted');
    for (let time = 0; time < 3; time += 1) if (first.is === 'admitted') first.release();
    expect(limits.admit(key).is).toBe('admitted');
    expect(limits.admit(key).is).toBe('limited');
  });

  test('that are refused cost no request of the minute', () => {
    const key = aKey({ callsAtOnce: 1, requestsPerMinute: 2 });
    const first = limits.admit(key);
    for (let call = 0; call < 10; call += 1) expect(limits.admit(key)).toMatchObject({ by: 'calls-at-once' });
    if (first.is === 'admitted') first.release();
    expect(limits.admit(key).is).toBe('admitted');
  });
});
