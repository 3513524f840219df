import { describe, expect, it } from 'bun:test';
import type { WindowSeen } from '../../src/accounts/headroom/headroom.ts';
import { Pool, type Ask } from '../../src/accounts/pool.ts';
import { Sessions } from '../../src/accounts/sessions.ts';
import { planLimitHeaders } from '../../src/proxy/plan-limit.ts';
import { HandClock } from '../help/a-clock.ts';
import { anAccount } from '../help/an-account.ts';

const clock = new HandClock();
const inMs = (seconds: number): number => clock.now() + seconds * 1000;
const epoch = (seconds: number): string => String(inMs(seconds) / 1000);

type Window = readonly [
  window: string,
  resetIn: number | undefined,
  status?: string,
  kind?: 'plan' | 'bucket',
];

/** The headers, without their common beginning, where each account has these windows. */
function headersWith(
  accounts: Record<string, readonly Window[]>,
  ask: Partial<Ask> = {},
): Record<string, string> {
  const pool = new Pool(clock, new Sessions(clock, 1_000, 10));
  const all = Object.keys(accounts).map((name) => anAccount(name));
  pool.refill(all);
  for (const { id, name } of all)
    if (accounts[name]!.some(([window]) => window === 'signed-out'))
      pool.report(id, { is: 'refused', reason: '401' });
  const windowsOf = new Map(all.map(({ id, name }) => [id, accounts[name]!.map(seen)]));
  const headroom = { learn: () => {}, of: (id: string) => windowsOf.get(id) ?? [] };
  const asked: Ask = { purpose: 'messages', own: false, model: 'claude-opus-5-5', ...ask };
  const list = planLimitHeaders(asked, inMs(100), { pool, clock, headroom });
  const found: Record<string, string> = {};
  for (let at = 0; at < list.length; at += 2)
    found[list[at]!.replace('anthropic-ratelimit-unified-', '')] = list[at + 1]!;
  return found;
}

function seen([window, resetIn, status = 'rejected', kind = 'plan']: Window): WindowSeen {
  const resetAt = resetIn === undefined ? undefined : inMs(resetIn);
  const nothing = { used: undefined, limit: undefined, remaining: undefined };
  return {
    window,
    kind,
    status,
    resetAt,
    ...nothing,
    readAt: clock.now(),
    forecast: {} as WindowSeen['forecast'],
  };
}

describe('a limit of ours is one of plans', () => {
  it('where every account has used up a window; the soonest is told', () => {
    expect(headersWith({ ann: [['5h', 500]], bob: [['7d', 100]] })).toEqual({
      status: 'rejected',
      'representative-claim': 'seven_day',
      reset: epoch(100),
      '7d-status': 'rejected',
      '7d-reset': epoch(100),
    });
  });

  it('an account is held back by the last of its windows', () => {
    expect(
      headersWith({
        ann: [
          ['5h', 50],
          ['7d', 500],
        ],
        bob: [['5h', 300]],
      }),
    ).toMatchObject({
      'representative-claim': 'five_hour',
      '5h-reset': epoch(300),
    });
  });

  it('a window of the family that is asked for counts', () => {
    expect(headersWith({ ann: [['7d_opus', 60]] })).toMatchObject({
      'representative-claim': 'seven_day_opus',
    });
  });

  it('a window nobody knows is told without a claim', () => {
    expect(headersWith({ ann: [['3w_new', 60]] })).toEqual({
      status: 'rejected',
      reset: epoch(100),
      '3w_new-status': 'rejected',
      '3w_new-reset': epoch(60),
    });
  });

  it('accounts that are signed out are not asked, and only the one that is named where one is', () => {
    expect(headersWith({ ann: [['5h', 60]], bob: [['signed-out', 1]] })).not.toEqual({});
    expect(headersWith({ ann: [['5h', 60]], bob: [] }, { pinned: 'ann' })).not.toEqual({});
  });
});

describe('a limit of ours is a throttle', () => {
  const rows: readonly [what: string, windows: readonly Window[]][] = [
    ['nothing is known of an account', []],
    ['its windows are not used up', [['5h', 60, 'allowed_warning']]],
    ['what was used up is whole again', [['5h', -1]]],
    ['nobody knows until when', [['5h', undefined]]],
    ['it is the share of other models', [['7d_sonnet', 60]]],
    ['only extra usage is not to be had', [['overage', 60]]],
    ['it is a bucket that fills', [['requests', 60, 'rejected', 'bucket']]],
  ];
  for (const [what, windows] of rows) {
    it(`where ${what}`, () => {
      expect(headersWith({ ann: [['5h', 60]], bob: windows })).toEqual({});
    });
  }

  it('where nobody is left at all', () => {
    expect(headersWith({})).toEqual({});
  });
});
