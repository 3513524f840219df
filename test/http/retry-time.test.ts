import { describe, expect, it } from 'bun:test';
import { resetTime, retryAfterTime, wholeSecondsUntil } from '../../src/http/retry-time.ts';

const now = Date.UTC(2026, 10, 22, 12);
const nov6 = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('retryAfterTime', () => {
  const table: [text: string, moment: number | undefined][] = [
    ['0', now],
    ['1', now + 1_000],
    ['13262', now + 13_262_000],
    [' 20 ', now + 20_000],
    ['0.5', now + 500],
    ['1.25', now + 1_250],
    ['Sun, 06 Nov 1994 08:49:37 GMT', nov6],
    ['sun, 06 nov 1994 08:49:37 gmt', nov6],
    // The spellings of old (RFC 9110 §5.6.7). The second says no zone and means UTC, wherever we run.
    ['Sunday, 06-Nov-94 08:49:37 GMT', nov6],
    ['Sun Nov  6 08:49:37 1994', nov6],
    ['', undefined],
    ['-1', undefined],
    ['+5', undefined],
    ['soon', undefined],
    ['5 s', undefined],
    ['5,10', undefined],
    ['1e3', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['NaN', undefined],
    ['9'.repeat(40), undefined],
    ['2026-11-22T12:00:00Z', undefined],
    ['Sun', undefined],
    ['Sun, 99 Nov 1994 08:49:37 GMT', undefined],
  ];
  for (const [text, moment] of table) {
    it(`reads ${JSON.stringify(text)} as ${moment === undefined ? 'nothing' : new Date(moment).toISOString()}`, () => {
      expect(retryAfterTime(['Retry-After', text], now)).toBe(moment);
    });
  }

  it('is undefined where the answer says nothing', () => {
    expect(retryAfterTime([], now)).toBeUndefined();
    expect(retryAfterTime(['retry', '5'], now)).toBeUndefined();
  });

  it('takes milliseconds where only those are given', () => {
    expect(retryAfterTime(['retry-after-ms', '300'], now)).toBe(now + 300);
    expect(retryAfterTime(['retry-after-ms', '300', 'retry-after', '2'], now)).toBe(now + 2_000);
    expect(retryAfterTime(['retry-after', '', 'retry-after-ms', '300'], now)).toBe(now + 300);
    for (const odd of ['', ' ', '-1', 'x', '1e9', 'Infinity'])
      expect(retryAfterTime(['retry-after-ms', odd], now)).toBeUndefined();
  });
});

describe('resetTime', () => {
  const table: [text: string | undefined, moment: number | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['1795348800', 1_795_348_800_000],
    ['1795348800.5', 1_795_348_800_500],
    [' 1795348800 ', 1_795_348_800_000],
    ['0', undefined],
    ['-1795348800', undefined],
    ['1e400', undefined],
    ['2026-11-22T12:00:00Z', now],
    ['2026-11-22t12:00:00z', now],
    ['2026-11-22T12:00:00.000Z', now],
    ['2026-11-22T13:30:00+01:30', now],
    // Without a zone it would mean another moment on every machine.
    ['2026-11-22T12:00:00', undefined],
    ['2026-11-22', undefined],
    ['2026-13-45T12:00:00Z', undefined],
    ['tomorrow', undefined],
    ['Sun, 06 Nov 1994 08:49:37 GMT', undefined],
  ];
  for (const [text, moment] of table) {
    it(`reads ${JSON.stringify(text)} as ${moment === undefined ? 'nothing' : new Date(moment).toISOString()}`, () => {
      expect(resetTime(text)).toBe(moment);
    });
  }
});

describe('wholeSecondsUntil', () => {
  it('rounds up, so that a client never comes early, and is at least one', () => {
    expect(wholeSecondsUntil(now + 5_000, now)).toBe(5);
    expect(wholeSecondsUntil(now + 5_001, now)).toBe(6);
    expect(wholeSecondsUntil(now + 1, now)).toBe(1);
    expect(wholeSecondsUntil(now, now)).toBe(1);
    expect(wholeSecondsUntil(now - 60_000, now)).toBe(1);
  });
});
