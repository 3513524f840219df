import { afterEach, beforeEach, expect, test } from 'bun:test';
import { Refresher } from '../../src/accounts/refresher.ts';
import { refreshInRounds, type Rounds } from '../../src/accounts/refresh-rounds.ts';
import type { Account } from '../../src/accounts/account.ts';
import type { Refreshed } from '../../src/oauth/outcome.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anAccount } from '../help/an-account.ts';
import { type Means, meansIn, refused, renewed, ToldProvider, unreachable } from './a-renewing.ts';

const folder = temporaryFolders();
const hour = 3_600_000;
const oauth = (name: string, more: Partial<Account> = {}) =>
  anAccount(name, { kind: 'oauth', provider: 'corp', ...more });
const ann = oauth('ann');
let clock: HandClock;
/** What the clock on the wall has gone on while the machine slept. */
let slept = 0;
let provider: ToldProvider;
let means: Means;
let refresher: Refresher;
let accounts: Account[];
let rounds: Rounds;
let looks: number;

beforeEach(async () => {
  clock = new HandClock();
  slept = 0;
  const sleepy = {
    now: () => clock.now() + slept,
    monotonic: () => clock.monotonic(),
    after: (ms: number, run: () => void) => clock.after(ms, run),
  };
  provider = new ToldProvider();
  means = await meansIn(folder(), sleepy, provider);
  refresher = new Refresher({ ...means, random: () => 0.5, onEnd: () => {} });
  accounts = [ann];
  looks = 0;
});

afterEach(async () => {
  rounds.stop();
  await refresher.close();
});

function begin(): void {
  const { tokens, clock } = means;
  rounds = refreshInRounds({
    accounts: () => accounts,
    tokens,
    refresher,
    clock,
    onLook: () => (looks += 1),
  });
}

const signIn = (name: string, lifeMs = hour): Promise<void> =>
  means.tokens.store(`acc_${name}`, aTokenSet('1', { expiresAt: means.clock.now() + lifeMs }));

const next = (name = '2'): Refreshed => renewed(name, { expiresAt: means.clock.now() + hour });

/** Files are written in real time: looks again and again, without turning the clock. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await clock.turn(0);
}

const accessOf = (name: string): string | undefined => means.tokens.latest(`acc_${name}`)?.access.reveal();

test('tokens are renewed ahead of their expiry, without a call', async () => {
  await signIn('ann');
  begin();
  provider.answers = [() => next()];
  await clock.turn(0.8 * hour);
  expect(provider.asked).toEqual([]);
  await clock.turn(0.06 * hour);
  await until(() => accessOf('ann') === 'access-2');
  expect(provider.asked).toEqual(['refresh-1']);
});

test('each of many accounts has its own moment', async () => {
  const places = [0.1, 0.9, 0.5];
  refresher = new Refresher({ ...means, random: () => places.shift() ?? 0.5, onEnd: () => {} });
  accounts = [ann, oauth('bob')];
  await signIn('ann');
  await signIn('bob');
  expect(refresher.dueIn(accounts[0]!)).not.toBe(refresher.dueIn(accounts[1]!)!);
  begin();
});

test('who signs in while the proxy runs is looked after like everybody', async () => {
  begin();
  await clock.turn(100);
  await signIn('ann', 60_000);
  provider.answers = [() => next()];
  await clock.turn(45_000);
  await until(() => accessOf('ann') === 'access-2');
});

test('what could not be renewed is tried again when its pause is over', async () => {
  await signIn('ann');
  begin();
  provider.answers = [unreachable, unreachable, () => next()];
  await clock.turn(0.86 * hour);
  await until(() => refresher.seen('acc_ann')?.lastFailure !== undefined);
  while (provider.asked.length < 3) await clock.turn(500);
  await until(() => accessOf('ann') === 'access-2');
});

test('after a machine has slept, tokens that ran out meanwhile are renewed within half a minute', async () => {
  await signIn('ann');
  begin();
  await clock.turn(60_000);
  slept = 8 * hour;
  provider.answers = [() => next()];
  await clock.turn(30_000);
  await until(() => accessOf('ann') === 'access-2');
});

test('a refresh that a crash has cut short is taken up at once', async () => {
  await signIn('ann');
  await means.tokens.note('acc_ann', aTokenSet('1'), 1);
  provider.answers = [() => next()];
  begin();
  await clock.turn(100);
  await until(() => accessOf('ann') === 'access-2');
});

test('an account that is switched off makes no traffic', async () => {
  accounts = [oauth('ann', { enabled: false })];
  await signIn('ann', 0);
  begin();
  await clock.turn(24 * hour);
  expect(provider.asked).toEqual([]);
});

test('tokens that are over are left alone', async () => {
  await signIn('ann');
  begin();
  provider.answers = [refused()];
  await clock.turn(0.86 * hour);
  await until(() => means.tokens.lackOf('acc_ann') !== undefined);
  await clock.turn(48 * hour);
  expect(provider.asked).toEqual(['refresh-1']);
});

test('a look can be had at once: pauses may have been taken back', async () => {
  await signIn('ann');
  begin();
  provider.answers = [refused('invalid_client')];
  await clock.turn(0.86 * hour);
  await until(() => refresher.seen('acc_ann')?.lastFailure !== undefined);
  provider.answers = [() => next()];
  await clock.turn(1_000);
  refresher.forgive();
  rounds.soon();
  await clock.turn(10);
  await until(() => accessOf('ann') === 'access-2');
});

test('nothing is looked at any more once it is stopped', async () => {
  await signIn('ann', 0);
  begin();
  rounds.stop();
  await clock.turn(hour);
  await signIn('ann', 0);
  expect([provider.asked, looks, clock.waiting]).toEqual([[], 0, 0]);
});
