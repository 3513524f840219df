import { expect, test } from 'bun:test';
import { lastRestView, restView, standingView } from '../../src/admin/standing-view.ts';

const since = Date.UTC(2026, 10, 22, 12);
const evidence = { in: 'header', name: 'retry-after', value: '60' } as const;
const rest = { is: 'resting', since, until: since + 60_000, reason: '429', evidence } as const;

test('every standing tells since when it is, on what it stands, and how it ends', () => {
  expect(standingView({ ...rest, untilMonotonic: 5 })).toEqual({
    is: 'resting',
    since: '2026-11-22T12:00:00.000Z',
    until: '2026-11-22T12:01:00.000Z',
    reason: '429',
    evidence,
    isGuess: false,
    isCut: false,
    askedEarlyAt: null,
    endsBy: 'time',
  });
  const out = { is: 'signed-out', since, reason: '401' } as const;
  expect(standingView({ ...out, evidence })).toMatchObject({ evidence, endsBy: 'credential' });
  expect(standingView({ ...out, isHeld: true })).toMatchObject({ evidence: null, endsBy: 'person' });
  expect(standingView({ is: 'switched-off', since })).toEqual({
    is: 'switched-off',
    since: '2026-11-22T12:00:00.000Z',
    endsBy: 'person',
  });
  expect(standingView({ is: 'ready' })).toEqual({ is: 'ready' });
});

test('a rest whose end is a guess ends by a call that asks, and one whose moment was not believed says so', () => {
  expect(restView({ ...rest, isGuess: true, isCut: true })).toMatchObject({
    isGuess: true,
    isCut: true,
    endsBy: 'probe',
  });
});

test('a rest that was asked about before its named end tells when', () => {
  expect(restView({ ...rest, askedEarly: { times: 2, at: since + 30_000 } })).toMatchObject({
    askedEarlyAt: '2026-11-22T12:00:30.000Z',
    endsBy: 'time',
  });
});

test('a rest that is over keeps what it stood on', () => {
  expect(lastRestView(rest)).toEqual({
    since: '2026-11-22T12:00:00.000Z',
    until: '2026-11-22T12:01:00.000Z',
    reason: '429',
    evidence,
  });
});
