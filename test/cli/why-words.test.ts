import { expect, test } from 'bun:test';
import { idleAccountView } from '../../src/admin/status.ts';
import type { AccountView, StandingView } from '../../src/admin/contract-accounts.ts';
import { restWhy, whyWords } from '../../src/cli/why-words.ts';
import { clockTime } from '../../src/cli/words.ts';
import { anAccount } from '../help/an-account.ts';

const now = new Date(2026, 10, 22, 12).getTime();
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const time = (minutes: number): string => clockTime(now + minutes * 60_000);
const evidence = { in: 'header', name: 'retry-after', value: '60\n0' } as const;
const rest = {
  since: at(-5),
  until: at(5),
  reason: 'requests a minute used up',
  evidence,
  isGuess: false,
  isCut: false,
  askedEarlyAt: null,
  endsBy: 'time',
} as const;

const view = (standing: StandingView, more: Partial<AccountView> = {}): AccountView => ({
  ...idleAccountView(anAccount('ann'), undefined, () => undefined),
  standing,
  ...more,
});

test('a rest tells since when, by which words of the upstream, and how it ends', () => {
  expect(whyWords(view({ is: 'resting', ...rest }), now)).toBe(
    `since ${time(-5)}, said by retry-after: 60 0; ends by itself`,
  );
  expect(restWhy({ ...rest, isCut: true, endsBy: 'probe' }, now)).toBe(
    `since ${time(-5)}, said by retry-after: 60 0, which is no moment to believe; the end is a guess, and one call asks`,
  );
  expect(restWhy({ ...rest, evidence: null }, now)).toBe(`since ${time(-5)}; ends by itself`);
  expect(restWhy({ ...rest, evidence: null, askedEarlyAt: at(-2) }, now)).toBe(
    `since ${time(-5)}; ends by itself, asked again early at ${time(-2)}`,
  );
});

test('what a person has to do is a command', () => {
  const out = { is: 'signed-out', since: at(-5), reason: '401', evidence: null } as const;
  const ofCredential = { ...out, endsBy: 'credential' } as const;
  expect(whyWords(view(ofCredential), now)).toEndWith(
    '; ends with a new credential: claude-code-proxy auth set ann',
  );
  expect(whyWords(view(ofCredential, { kind: 'oauth', name: 'my team' }), now)).toMatch(
    /auth login 'my team'$|auth login "my team"$/,
  );
  expect(whyWords(view(ofCredential, { from: '/run/a.toml' }), now)).toEndWith(
    'a new credential in /run/a.toml',
  );
  expect(whyWords(view({ ...out, endsBy: 'person' }), now)).toEndWith(
    'ends with somebody settling it there, and claude-code-proxy auth test ann',
  );
  expect(whyWords(view({ is: 'switched-off', since: at(-5), endsBy: 'person' }), now)).toBe(
    `since ${time(-5)}; ends with claude-code-proxy auth enable ann`,
  );
  expect(whyWords(view({ is: 'switched-off', since: null, endsBy: 'person' }), now)).toStartWith('ends with');
});

test('who is ready tells what it came back from, or that one call asks first', () => {
  const ready = { is: 'ready' } as const;
  expect(whyWords(view(ready), now)).toBeUndefined();
  const lastRest = { since: at(-15), until: at(-5), reason: 'x used up', evidence };
  expect(whyWords(view(ready, { lastRest }), now)).toBe(
    `back from a rest (${time(-15)} to ${time(-5)}: x used up, said by retry-after: 60 0)`,
  );
  expect(whyWords(view(ready, { lastRest, isHalfOpen: true }), now)).toStartWith('its rest ended at a guess');
});
