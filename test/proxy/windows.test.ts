import { describe, expect, it } from 'bun:test';
import type { Family } from '../../src/accounts/family.ts';
import type { HeaderList } from '../../src/http/headers.ts';
import { emptyBuckets, familyIn, usedUpWindows, windowWords } from '../../src/proxy/windows.ts';

const at = 1_795_348_800;
const unified = (fields: Record<string, string>): HeaderList =>
  Object.entries(fields).flatMap(([name, value]) => [`anthropic-ratelimit-unified-${name}`, value]);

describe('usedUpWindows', () => {
  it('are those that say rejected, whatever their names and case, with their resets', () => {
    const headers = [
      ...unified({ status: 'rejected', reset: `${at}`, '5h-status': 'rejected', '5h-reset': `${at + 1}` }),
      ...unified({ '7d-status': 'allowed', '7d-reset': `${at + 9}`, '3w_new-status': 'rejected' }),
      'Anthropic-RateLimit-Unified-9d-Status',
      ' Rejected ',
      'ANTHROPIC-RATELIMIT-UNIFIED-9D-RESET',
      '2026-11-22T12:00:00Z',
    ];
    expect(usedUpWindows(headers)).toEqual([
      { window: '', reset: at * 1000 },
      { window: '5h', reset: (at + 1) * 1000 },
      { window: '3w_new', reset: undefined },
      { window: '9d', reset: Date.UTC(2026, 10, 22, 12) },
    ]);
  });

  it('leave extra usage out that is not to be had anyway, since its month outlasts the window', () => {
    const both = unified({
      'representative-claim': 'five_hour',
      '5h-status': 'rejected',
      '5h-reset': `${at}`,
      'overage-status': 'rejected',
      'overage-reset': `${at + 2_000_000}`,
    });
    expect(usedUpWindows(both).map(({ window }) => window)).toEqual(['5h']);
  });

  it('are the extra usage where that is all there is, or what the answer is about', () => {
    const overage = { 'overage-status': 'rejected', 'overage-reset': `${at}` };
    expect(usedUpWindows(unified(overage))).toEqual([{ window: 'overage', reset: at * 1000 }]);
    const claimed = unified({ status: 'rejected', 'representative-claim': 'overage', ...overage });
    expect(usedUpWindows(claimed).map(({ window }) => window)).toEqual(['', 'overage']);
  });

  it('are none of an answer that has none', () => {
    for (const headers of [
      [],
      unified({ status: 'allowed' }),
      unified({ status: 'allowed_warning', '5h-status': '' }),
      ['status', 'rejected'],
      ['x-anthropic-ratelimit-unified-status', 'rejected'],
      ['anthropic-ratelimit-unifiedstatus', 'rejected'],
    ])
      expect(usedUpWindows(headers)).toEqual([]);
  });
});

describe('familyIn', () => {
  const table: [fields: Record<string, string>, family: Family | undefined][] = [
    [{ '7d_opus-status': 'rejected' }, 'opus'],
    [{ '7d_sonnet-status': 'rejected', '5h-status': 'allowed', status: 'rejected' }, 'sonnet'],
    [{ status: 'rejected', 'representative-claim': 'seven_day_opus' }, 'opus'],
    [
      { status: 'rejected', 'representative-claim': 'seven_day_sonnet', 'overage-status': 'rejected' },
      'sonnet',
    ],
    [{ '7d_opus-status': 'rejected', '5h-status': 'rejected' }, undefined],
    [{ '7d-status': 'rejected', 'representative-claim': 'seven_day_opus' }, undefined],
    [{ '7d_opus-status': 'rejected', 'representative-claim': 'five_hour' }, undefined],
    [{ '7d_oi-status': 'rejected' }, undefined],
    [{ status: 'rejected', 'representative-claim': 'seven_day_overage_included' }, undefined],
    [{ status: 'rejected', 'representative-claim': 'seven_day' }, undefined],
    [{ status: 'rejected' }, undefined],
    [{ 'overage-status': 'rejected' }, undefined],
    [{ '7d_opus-status': 'allowed' }, undefined],
    [{}, undefined],
    [{ '5h_haiku-status': 'rejected' }, 'haiku'],
    [{ '7d_fable-status': 'rejected', '7d_mythos-status': 'rejected' }, 'fable'],
    [{ 'representative-claim': 'seven_day_Mythos' }, 'mythos'],
  ];
  for (const [fields, family] of table) {
    it(`says ${family ?? 'none'} to ${JSON.stringify(fields)}`, () => {
      expect(familyIn(unified(fields))).toBe(family);
    });
  }
});

describe('emptyBuckets', () => {
  it('are the buckets with nothing left, with their resets', () => {
    const headers = [
      'Anthropic-Ratelimit-Requests-Remaining',
      '0',
      'anthropic-ratelimit-requests-reset',
      '2026-11-22T12:00:00Z',
      'anthropic-ratelimit-tokens-remaining',
      '1000',
      'anthropic-ratelimit-tokens-reset',
      '2026-11-22T13:00:00Z',
      'anthropic-ratelimit-input-tokens-remaining',
      '0',
      'anthropic-fast-input-tokens-remaining',
      '0',
      'anthropic-fast-input-tokens-reset',
      '2026-11-22T14:00:00Z',
    ];
    expect(emptyBuckets(headers)).toEqual([
      { window: 'requests', reset: Date.UTC(2026, 10, 22, 12) },
      { window: 'input-tokens', reset: undefined },
    ]);
  });
});

describe('a window in words', () => {
  it('is what a person calls it, and a name nobody knows stays that name', () => {
    const named: Readonly<Record<string, string>> = {
      '5h': '5-hour window',
      seven_day: '7-day window',
      '7d_opus': '7-day window for opus',
      overage: 'extra usage',
      'output-tokens': 'output tokens a minute',
      requests: 'requests a minute',
      '3w_new-thing': 'limit "3w_new-thing"',
      '<b>': 'limit',
      '': 'limit of its plan',
    };
    for (const [window, words] of Object.entries(named)) expect(windowWords(window)).toBe(words);
    expect(windowWords('', 'seven_day_sonnet')).toBe('7-day window for sonnet');
  });
});
