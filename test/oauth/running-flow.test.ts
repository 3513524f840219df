import { describe, expect, test } from 'bun:test';
import { Problem } from '../../src/base/problem.ts';
import { Secret } from '../../src/base/secret.ts';
import { RunningFlow } from '../../src/oauth/running-flow.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { MemoryLog } from '../help/a-log.ts';
import { failureOf } from './a-sign-in.ts';

const tokens: TokenSet = {
  access: new Secret('a'),
  refresh: undefined,
  expiresAt: undefined,
  scope: undefined,
  label: 'ann',
};

function aFlow(keep: (tokens: TokenSet) => Promise<void>) {
  const state = { is: 'needs-user', do: 'open', url: 'https://idp.example/' } as const;
  const log = new MemoryLog();
  const signIn = { provider: 'p', way: 'paste', purpose: 'work', keep } as const;
  return { flow: new RunningFlow(signIn, { id: 'i', startedAt: 0, expiresAt: 1, state }, log), log };
}

const ignore = (): Promise<void> => Promise.resolve();

describe('tokens', () => {
  test('are kept before anybody is told that it is done', async () => {
    const gate = Promise.withResolvers<void>();
    const { flow } = aFlow(() => gate.promise);
    expect(flow.claim()).toBe(true);
    const finished = flow.finish({ is: 'tokens', tokens });
    expect(flow.view.state).toEqual({ is: 'pending' });
    gate.resolve();
    await finished;
    expect(flow.view.state).toEqual({ is: 'done', label: 'ann' });
  });

  test('that cannot be kept are a failure, in the words of whoever could not', async () => {
    const full = new Problem('disk-full', 'The disk is full.', 'Free some space.');
    const failure = async (error: Error): Promise<string> => {
      const { flow } = aFlow(async () => {
        throw error;
      });
      await flow.finish({ is: 'tokens', tokens });
      return failureOf(await flow.ended);
    };
    expect(await failure(full)).toBe('not-kept: The disk is full. Free some space.');
    expect(await failure(new Error('broken'))).toBe('not-kept: broken');
  });
});

test('the first to claim it has it', () => {
  const { flow } = aFlow(ignore);
  expect([flow.claim(), flow.claim()]).toEqual([true, false]);
  expect(flow.view.state).toEqual({ is: 'pending' });
});

test('there is one end', async () => {
  const { flow, log } = aFlow(ignore);
  flow.fail('cancelled', 'It was cancelled.');
  flow.fail('expired', 'Too late.');
  await flow.finish({ is: 'tokens', tokens });
  expect(failureOf(await flow.ended)).toBe('cancelled: It was cancelled.');
  expect(flow.claim()).toBe(false);
  expect(flow.over.signal.aborted).toBe(true);
  expect(log.lines.map(({ event }) => event)).toEqual(['sign-in began', 'sign-in failed']);
});

test('every ending is a sentence', async () => {
  const unusable = {
    is: 'unusable',
    reason: 'answered oddly',
    mayBeSpent: true,
    retryAt: undefined,
  } as const;
  const endings = [
    [{ is: 'error', code: 'access_denied', reason: 'access_denied: Go away.' }, 'denied'],
    [{ is: 'error', code: 'invalid_grant', reason: 'invalid_grant' }, 'refused'],
    [{ is: 'unsent', reason: 'cannot be reached: no' }, 'unreachable'],
    [unusable, 'unsound'],
  ] as const;
  const told: string[] = [];
  for (const [answer, failure] of endings) {
    const { flow } = aFlow(ignore);
    await flow.finish(answer);
    told.push(failureOf(await flow.ended));
    expect(told.at(-1)).toStartWith(failure);
  }
  expect(told.map((text) => text.replace(/^\S+ /, ''))).toEqual([
    'The provider says no: access_denied: Go away.',
    'The provider refused: invalid_grant.',
    'The provider cannot be reached: no.',
    'The provider answered oddly.',
  ]);
});

test('a warning is written down once, however often it comes', () => {
  const { flow, log } = aFlow(ignore);
  flow.warn('odd');
  flow.warn('odd');
  expect(flow.view.warning).toBe('odd');
  expect(log.events('warn')).toEqual(['sign-in goes on']);
});
