import { expect, test } from 'bun:test';
import { judge } from '../../src/proxy/outcome.ts';
import { SimulatedAccount, type AccountModel, type Reaction } from '../../src/what-if/simulated-account.ts';
import { aModel, aStep, aThread, pricing } from './a-setup.ts';

const now = Date.UTC(2026, 10, 2, 9);
const thread = aThread([]);

function anAccount(over: Partial<AccountModel>): SimulatedAccount {
  return new SimulatedAccount(aModel('ann', over), pricing, () => 0.5, now);
}

/** What the proxy's own judgement makes of it. */
function judged({ delivery }: Reaction, at: number) {
  if (delivery.is === 'answered') return judge({ is: 'answered', ...delivery.answer }, at);
  return judge({ is: 'unreachable' }, at);
}

test('a call writes its prompt to the cache, and the next one reads what is there', () => {
  const account = anAccount({});
  const first = account.meet(thread, aStep({ prompt: 8_000, known: 0 }), now);
  const second = account.meet(thread, aStep({ prompt: 10_000, known: 8_000 }), now + 60_000);
  expect(first.usage).toMatchObject({ cacheRead: 0, cacheWrite5m: 8_000 });
  expect(second.usage).toMatchObject({ cacheRead: 8_000, cacheWrite5m: 2_000 });
});

test('an empty bucket is a limit of the account until it has filled again', () => {
  const account = anAccount({ limits: { inputTokensPerMinute: 10_000 } });
  account.meet(thread, aStep({ known: 0 }), now);
  const refused = account.meet(aThread([], { session: 'two' }), aStep({ known: 0 }), now + 15_000);
  expect(judged(refused, now + 15_000)).toMatchObject({
    lesson: { is: 'limited', until: now + 60_000 },
    again: 'next',
  });
});

test('what is read from the cache does not count towards the limit', () => {
  const account = anAccount({ limits: { inputTokensPerMinute: 10_000 } });
  account.meet(thread, aStep({ prompt: 8_000, known: 0 }), now);
  const next = account.meet(thread, aStep({ prompt: 10_000, known: 8_000 }), now + 1000);
  expect(next.usage?.cacheRead).toBe(8_000);
});

test('a window that is used up is a limit of the account until its end', () => {
  const account = anAccount({ windows: [{ name: '5h', lengthMs: 18_000_000, microUsd: 1 }] });
  account.meet(thread, aStep(), now);
  const refused = account.meet(thread, aStep(), now + 1000);
  expect(judged(refused, now + 1000).lesson).toMatchObject({ is: 'limited', until: now + 18_000_000 });
});

test.each([
  ['overloaded', { lesson: { is: 'struggling' }, again: 'in-place' }],
  ['erring', { lesson: { is: 'fine' }, again: 'next' }],
  ['unreachable', { lesson: { is: 'struggling' }, again: 'next' }],
] as const)('an upstream that is %s is judged as the real one', (kind, verdict) => {
  const troubles = [{ kind, from: now, until: now + 1000, share: 1 }];
  const account = anAccount({ troubles });
  expect(judged(account.meet(thread, aStep(), now), now)).toMatchObject(verdict);
  expect(account.meet(thread, aStep(), now + 1000).usage).toBeDefined();
});
