import { beforeEach, expect, test } from 'bun:test';
import { keepTokens } from '../../src/accounts/refresh-keep.ts';
import type { KeptTokens } from '../../src/accounts/stored-tokens.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anAccount } from '../help/an-account.ts';
import { type Means, meansIn, ToldProvider, vaultBut } from './a-renewing.ts';

const folder = temporaryFolders();
const account = anAccount('ann', { kind: 'oauth', provider: 'corp' });
const { id } = account;
let home = '';
let clock: HandClock;
let begun: KeptTokens;

beforeEach(async () => {
  home = folder();
  clock = new HandClock();
  const { tokens } = await meansIn(home, clock, new ToldProvider());
  await tokens.store(id, aTokenSet('1'));
  begun = tokens.latest(id)!;
});

/** A process whose disk is full for the next `times` writes, and the end of its attempt to keep new tokens. */
async function keeping(times: number): Promise<{ means: Means; ended: () => string | undefined }> {
  let left = times;
  const means = await meansIn(home, clock, new ToldProvider(), (vault) =>
    vaultBut(vault, {
      update: async (...asked) => {
        if ((left -= 1) >= 0) throw new Error('disk full');
        return vault.update(...asked);
      },
    }),
  );
  await means.tokens.read(id);
  let end: string | undefined;
  void keepTokens(account, begun, aTokenSet('2'), means).then(
    (kept) => (end = kept?.access.reveal()),
    (error: Error) => (end = error.message),
  );
  return { means, ended: () => end };
}

test('new tokens are stored as soon as that can be done, are not used before, and the log says so loudly', async () => {
  const { means, ended } = await keeping(3);
  while (means.log.events('error').length < 3) await clock.turn(10);
  expect([ended(), means.tokens.latest(id)?.access.reveal()]).toEqual([undefined, 'access-1']);
  while (ended() === undefined) await clock.turn(100);
  expect(ended()).toBe('access-2');
  expect((await means.tokens.read(id))?.refresh?.reveal()).toBe('refresh-2');
  expect(means.log.events('info')).toEqual(['the new tokens are stored now']);
});

test('they are given up only after the end of the program has been put off for a while', async () => {
  const { means, ended } = await keeping(Number.POSITIVE_INFINITY);
  while (means.log.events('error').length < 1) await clock.turn(10);
  means.close.abort(new Error('the end'));
  const from = clock.now();
  while (ended() === undefined) await clock.turn(100);
  expect(ended()).toBe('disk full');
  expect(clock.now() - from).toBeWithin(20_000, 30_000);
  expect(means.log.events('error').at(-1)).toStartWith('new tokens are lost');
});
