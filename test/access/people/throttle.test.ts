import { describe, expect, it } from 'bun:test';
import { Throttle, type Try } from '../../../src/access/people/throttle.ts';
import { HandClock } from '../../help/a-clock.ts';

const key = new Uint8Array(32);
const minute = 60_000;

function aThrottle(): { clock: HandClock; throttle: Throttle } {
  const clock = new HandClock();
  return { clock, throttle: new Throttle(clock, key) };
}

const waitIn = (tried: Try): number => (tried.is === 'wait' ? tried.seconds : 0);

describe('guessing from one address', () => {
  it('is free five times, then waits twice as long each time, a quarter of an hour at most', async () => {
    const { clock, throttle } = aThrottle();
    const waits: number[] = [];
    // Another name each time: the address is what is slowed down.
    for (let at = 0; at < 18; at += 1) {
      const wait = waitIn(throttle.begin('203.0.113.9', `name ${at}`));
      if (wait === 0) continue;
      waits.push(wait);
      await clock.turn(wait * 1000);
      expect(throttle.begin('203.0.113.9', `again ${at}`).is).toBe('allowed');
    }
    expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8]);
    expect(Math.max(...waits)).toBe(900);
  });

  it('counts tries that are still underway', () => {
    const { throttle } = aThrottle();
    const tries = Array.from({ length: 20 }, (_, at) => throttle.begin('203.0.113.9', `name ${at}`).is);
    expect(tries.filter((is) => is === 'allowed')).toHaveLength(5);
  });

  it('is not made free by a right password for another name', () => {
    const { throttle } = aThrottle();
    for (let at = 0; at < 4; at += 1) throttle.begin('203.0.113.9', 'ann');
    const own = throttle.begin('203.0.113.9', 'mallory');
    if (own.is === 'allowed') own.succeeded();
    throttle.begin('203.0.113.9', 'ann');
    expect(throttle.begin('203.0.113.9', 'ann').is).toBe('wait');
  });

  it('is guessing from one network where somebody has all addresses of it', () => {
    const { throttle } = aThrottle();
    const addresses = [
      '2001:db8:1:2::1',
      '2001:db8:1:2:ffff::7',
      '2001:0db8:0001:0002::9',
      '2001:db8:1:2:3:4:5:6',
    ];
    for (const address of [...addresses, '2001:db8:1:2::5']) throttle.begin(address, `for ${address}`);
    expect(throttle.begin('2001:db8:1:2:aaaa::', 'else').is).toBe('wait');
    expect(throttle.begin('2001:db8:1:3::1', 'else').is).toBe('allowed');
  });
});

describe('guessing at one person from everywhere', () => {
  it('is slowed down, but keeps that person out for a minute at most', async () => {
    const { clock, throttle } = aThrottle();
    let address = 0;
    const next = (): string => `198.51.${(address += 1) >> 8}.${address & 255}`;
    let longest = 0;
    for (let at = 0; at < 60; at += 1) {
      const wait = waitIn(throttle.begin(next(), 'ann'));
      longest = Math.max(longest, wait);
      await clock.turn(wait * 1000);
    }
    expect(longest).toBe(60);
  });

  it('is forgotten when that person signs in', () => {
    const { throttle } = aThrottle();
    let last: Try | undefined;
    for (let at = 0; at < 10; at += 1) last = throttle.begin(`198.51.100.${at}`, 'ann');
    if (last?.is === 'allowed') last.succeeded();
    expect(throttle.begin('198.51.100.77', 'ann').is).toBe('allowed');
  });
});

describe('who signed in from a network before', () => {
  it('does not wait there for those who guess from elsewhere, and is slowed down like anybody', async () => {
    const { clock, throttle } = aThrottle();
    const first = throttle.begin('192.0.2.7', 'ann');
    if (first.is === 'allowed') first.succeeded();
    for (let at = 0; at < 12; at += 1) throttle.begin(`198.51.100.${at}`, 'ann');
    expect(throttle.begin('203.0.113.9', 'ann').is).toBe('wait');
    expect(throttle.begin('192.0.2.7', 'ann').is).toBe('allowed');
    expect(throttle.begin('192.0.2.7', 'bob').is).toBe('allowed');
    // The network itself has five tries, as every other.
    for (let at = 0; at < 3; at += 1) throttle.begin('192.0.2.7', 'ann');
    expect(throttle.begin('192.0.2.7', 'ann').is).toBe('wait');
    await clock.turn(1_000);
    expect(throttle.begin('192.0.2.7', 'ann').is).toBe('allowed');
  });

  it('gives those who guess from elsewhere no new tries by signing in', () => {
    const { throttle } = aThrottle();
    const first = throttle.begin('192.0.2.7', 'ann');
    if (first.is === 'allowed') first.succeeded();
    for (let at = 0; at < 10; at += 1) throttle.begin(`198.51.100.${at}`, 'ann');
    const again = throttle.begin('192.0.2.7', 'ann');
    if (again.is === 'allowed') again.succeeded();
    expect(throttle.begin('203.0.113.9', 'ann').is).toBe('wait');
  });
});

it('a try that came to nothing by no fault of anybody is no try', () => {
  const { throttle } = aThrottle();
  for (let at = 0; at < 40; at += 1) {
    const tried = throttle.begin('203.0.113.9', 'ann');
    expect([at, tried.is]).toEqual([at, 'allowed']);
    if (tried.is === 'allowed') tried.takenBack();
  }
});

it('forgets after half an hour without a failure', async () => {
  const { clock, throttle } = aThrottle();
  for (let at = 0; at < 5; at += 1) throttle.begin('203.0.113.9', `name ${at}`);
  expect(throttle.begin('203.0.113.9', 'ann').is).toBe('wait');
  await clock.turn(30 * minute);
  for (let at = 0; at < 5; at += 1) expect(throttle.begin('203.0.113.9', `new ${at}`).is).toBe('allowed');
});

it('has a place for each, and no more, however many come', () => {
  const { throttle } = aThrottle();
  for (let at = 0; at < 60_000; at += 1)
    throttle.begin(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, `n${at}`);
  expect(throttle.size).toBeLessThanOrEqual(16_384 + 4_096);
});
