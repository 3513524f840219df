import { describe, expect, it } from 'bun:test';
import type { HeaderList } from '../../src/http/headers.ts';
import { limitIn, waitIn } from '../../src/proxy/limit.ts';

const now = Date.UTC(2026, 10, 22, 12);
const iso = (seconds: number): string => new Date(now + seconds * 1_000).toISOString();
const epoch = (seconds: number): string => String(now / 1_000 + seconds);
const header = (name: string, value: string) => ({ in: 'header', name, value }) as const;

describe('a limit in the headers of an answer', () => {
  it('is told by the header that names its end, as it came, and in words', () => {
    const rows: readonly (readonly [HeaderList, ReturnType<typeof limitIn>])[] = [
      [
        [
          'Anthropic-Ratelimit-Output-Tokens-Remaining',
          '0',
          'Anthropic-Ratelimit-Output-Tokens-Reset',
          iso(30),
        ],
        {
          until: now + 30_000,
          evidence: header('Anthropic-Ratelimit-Output-Tokens-Reset', iso(30)),
          reason: 'output tokens a minute used up',
        },
      ],
      [
        ['retry-after', '6', 'anthropic-ratelimit-requests-remaining', '0'],
        { until: now + 6_000, evidence: header('retry-after', '6'), reason: 'requests a minute used up' },
      ],
      [['retry-after', '6'], { until: now + 6_000, evidence: header('retry-after', '6'), reason: undefined }],
      [
        ['retry-after-ms', '1500'],
        { until: now + 1_500, evidence: header('retry-after-ms', '1500'), reason: undefined },
      ],
      [
        [
          'anthropic-ratelimit-unified-5h-status',
          'rejected',
          'anthropic-ratelimit-unified-5h-reset',
          epoch(60),
          'anthropic-ratelimit-unified-3w_new-status',
          'rejected',
          'anthropic-ratelimit-unified-3w_new-reset',
          epoch(90),
        ],
        {
          until: now + 90_000,
          evidence: header('anthropic-ratelimit-unified-3w_new-reset', epoch(90)),
          reason: 'limit "3w_new" used up',
        },
      ],
    ];
    for (const [headers, limit] of rows) expect(limitIn(headers, now)).toEqual(limit);
  });

  it('has a guessed end where none is named, or one that has passed, which is told', () => {
    const rejected = ['anthropic-ratelimit-unified-7d-status', 'rejected'];
    const unnamed = limitIn(rejected, now);
    expect(unnamed).toMatchObject({ until: now + 60_000, isGuess: true });
    expect(unnamed?.evidence).toEqual(header('anthropic-ratelimit-unified-7d-status', 'rejected'));
    const passed = limitIn([...rejected, 'anthropic-ratelimit-unified-7d-reset', epoch(-60)], now);
    expect(passed).toMatchObject({ until: now + 60_000, isGuess: true, isCut: true });
    expect(passed?.evidence).toEqual(header('anthropic-ratelimit-unified-7d-reset', epoch(-60)));
  });

  it('is over at once where the wait it names is', () => {
    const date = new Date(now - 90_000).toUTCString();
    expect(limitIn(['retry-after', date], now)).toMatchObject({ until: now, isCut: true });
    expect(limitIn(['retry-after', '0'], now)).toEqual({
      until: now,
      evidence: header('retry-after', '0'),
      reason: undefined,
    });
  });

  it('is none where no window is named, or a bucket has filled meanwhile', () => {
    expect(limitIn([], now)).toBeUndefined();
    const full = [
      'anthropic-ratelimit-requests-remaining',
      '0',
      'anthropic-ratelimit-requests-reset',
      iso(-1),
    ];
    expect(limitIn(full, now)).toBeUndefined();
  });
});

describe('a wait', () => {
  it('is what retry-after names, as long as that is to come', () => {
    expect(waitIn(['Retry-After', '9'], now)).toEqual({
      until: now + 9_000,
      evidence: header('Retry-After', '9'),
    });
    expect(waitIn(['retry-after', '0'], now)).toBeUndefined();
    expect(waitIn([], now)).toBeUndefined();
  });
});
