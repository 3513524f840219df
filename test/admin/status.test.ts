import { expect, test } from 'bun:test';
import type { Seen } from '../../src/accounts/pool.ts';
import type { CaptureView } from '../../src/admin/contract-capture.ts';
import type { LedgerView } from '../../src/admin/contract.ts';
import { accountView, idleAccountView, poolProbe, statusOf } from '../../src/admin/status.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anAccount } from '../help/an-account.ts';

const now = Date.UTC(2026, 10, 22, 12);

function seen(name: string, more: Partial<Seen> = {}): Seen {
  return {
    account: anAccount(name),
    standing: { is: 'ready' },
    familyRests: [],
    lastRest: undefined,
    isHalfOpen: false,
    isAvoided: false,
    backForMs: undefined,
    callsInFlight: 0,
    served: 0,
    lastChosenAt: undefined,
    ...more,
  };
}

const ledger: LedgerView = {
  waiting: 0,
  waitingBytes: 0,
  lagMs: 0,
  written: 7,
  droppedCalls: 0,
  droppedAttempts: 0,
  lastDroppedAt: null,
  failingSince: null,
  lastError: null,
};

const capture: CaptureView = {
  isOn: false,
  since: null,
  folder: '/home/ann/.claude-code-proxy/capture',
  keepDays: 7,
  maxBytes: 512 * 2 ** 20,
  kept: 0,
  dropped: 0,
  trouble: null,
};

const resting = { is: 'resting', since: now, until: now + 60_000, reason: 'tokens used up' } as const;
const signedOut = { is: 'signed-out', since: now, reason: 'the key was revoked' } as const;

test('totals add up, moments are ISO 8601 and each standing keeps its facts', () => {
  const view = statusOf(
    [
      seen('ann', { callsInFlight: 2, served: 5, lastChosenAt: now }),
      seen('bob', { standing: resting, served: 1 }),
      seen('cy', { standing: signedOut }),
      seen('dee', { standing: { is: 'switched-off', since: now } }),
    ],
    {
      url: 'http://127.0.0.1:8000',
      newer: '9.0.0',
      startedAt: now - 61_500,
      keysRequired: true,
      workers: [71, 72],
      budgets: [],
      moves: [
        {
          at: now,
          session: undefined,
          fromId: 'acc_a',
          fromName: 'a',
          toId: 'acc_b',
          toName: 'b',
          reason: 'x used up',
          microUsd: 1_500_000,
        },
      ],
      ledger,
      capture,
    },
    { tokensOf: () => undefined },
    now,
  );
  expect(view.totals).toEqual({
    accounts: 4,
    ready: 1,
    resting: 1,
    signedOut: 1,
    switchedOff: 1,
    callsInFlight: 2,
    served: 6,
  });
  expect(view.moves).toEqual([
    {
      at: '2026-11-22T12:00:00.000Z',
      session: null,
      from: 'a',
      to: 'b',
      reason: 'x used up',
      tokens: null,
      usd: 1.5,
    },
  ]);
  expect(view.workers).toEqual([71, 72]);
  expect(view.ledger).toEqual(ledger);
  expect(view.capture).toEqual(capture);
  expect(view.uptimeSeconds).toBe(61);
  expect(view.newer).toBe('9.0.0');
  expect(view.accounts[0]?.lastUsedAt).toBe('2026-11-22T12:00:00.000Z');
  expect(view.accounts[1]?.standing).toEqual({
    is: 'resting',
    since: '2026-11-22T12:00:00.000Z',
    until: '2026-11-22T12:01:00.000Z',
    reason: 'tokens used up',
    evidence: null,
    isGuess: false,
    isCut: false,
    askedEarlyAt: null,
    endsBy: 'time',
  });
});

test('a rest of one family of models stands beside the standing, with its evidence', () => {
  const rest = { is: 'resting', family: 'opus', since: now, until: now + 60_000, reason: '429' } as const;
  expect(accountView(seen('a', { familyRests: [rest] }), { tokensOf: () => undefined })).toMatchObject({
    standing: { is: 'ready' },
    familyRests: [
      { family: 'opus', since: '2026-11-22T12:00:00.000Z', until: '2026-11-22T12:01:00.000Z', reason: '429' },
    ],
  });
});

test('a sign-in is told by its provider and expiry, and what is secret by that it is there', () => {
  const team = anAccount('team', {
    kind: 'oauth',
    provider: 'company',
    proxy: 'http://10.0.0.1:3128',
    proxyLogin: 'acc_team.proxy.1',
    from: '/run/accounts.toml',
  });
  const about = {
    newer: null,
    url: '',
    startedAt: now,
    keysRequired: false,
    budgets: [],
    moves: [],
    ledger,
    capture,
    workers: [],
  };
  const tokens = {
    ...aTokenSet('planted', { expiresAt: now, scope: 'a b', label: 'ann' }),
    keptAt: now - 1_000,
    nextRefreshAt: now + 1_000,
    lastFailure: { at: now, reason: 'no network' },
  };
  const view = statusOf(
    [seen('work'), seen('team', { account: team })],
    about,
    { tokensOf: () => tokens },
    now,
  );
  expect(view.accounts[0]).toMatchObject({ signIn: null, proxy: null, proxyHasLogin: false, from: null });
  expect(view.accounts[1]).toMatchObject({
    signIn: {
      provider: 'company',
      isSignedIn: true,
      expiresAt: '2026-11-22T12:00:00.000Z',
      canRefresh: true,
      scope: 'a b',
      label: 'ann',
      refreshedAt: '2026-11-22T11:59:59.000Z',
      nextRefreshAt: '2026-11-22T12:00:01.000Z',
      lastFailure: { at: '2026-11-22T12:00:00.000Z', reason: 'no network' },
    },
    proxy: 'http://10.0.0.1:3128',
    proxyHasLogin: true,
    from: '/run/accounts.toml',
  });
  expect(JSON.stringify(view)).not.toMatch(/planted|acc_team\.proxy/);
});

test('a sign-in that is over cannot be renewed, and stands as that also where no pool runs', () => {
  const corp = anAccount('corp', { kind: 'oauth', provider: 'company' });
  const over = { since: now - 5_000, reason: 'invalid_grant' };
  const view = idleAccountView(corp, over, () => ({ ...aTokenSet('1'), over }));
  expect(view.standing).toEqual({
    is: 'signed-out',
    since: '2026-11-22T11:59:55.000Z',
    reason: 'invalid_grant',
    evidence: null,
    endsBy: 'credential',
  });
  expect(view.signIn).toMatchObject({ isSignedIn: true, canRefresh: false, nextRefreshAt: null });
});

test('the pool passes when all can serve, warns when some cannot, fails when none can', async () => {
  const finding = (...all: Seen[]) => poolProbe(() => all).check();
  expect(await finding(seen('ann'))).toEqual({ status: 'pass', observedValue: 1, observedUnit: 'accounts' });
  const mixed = await finding(seen('ann'), seen('bob', { standing: resting }));
  expect(mixed).toMatchObject({ status: 'warn', output: expect.stringContaining('1 resting') });
  expect((await finding(seen('bob', { standing: signedOut }))).status).toBe('fail');
  expect((await finding()).output).toContain('auth add');
  const off = await finding(seen('dee', { standing: { is: 'switched-off', since: now } }));
  expect(off).toMatchObject({ status: 'fail', output: expect.stringContaining('switched off') });
  const oneOff = await finding(seen('ann'), seen('dee', { standing: { is: 'switched-off', since: now } }));
  expect(oneOff.status).toBe('pass');
});
