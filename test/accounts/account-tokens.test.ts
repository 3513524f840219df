import { beforeEach, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { AccountTokens } from '../../src/accounts/account-tokens.ts';
import { silentLog } from '../../src/base/log.ts';
import { openVault } from '../../src/credentials/open.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aTokenSet } from '../help/a-token-set.ts';

const folder = temporaryFolders();
let vault: Vault;
let clock: HandClock;
let mine: AccountTokens;
let theirs: AccountTokens;

/** Another process on the same home. */
async function opened(home: string): Promise<Vault> {
  const paths = { home, credentials: join(home, 'credentials.json') };
  return openVault({ paths, createKey: 'create', log: silentLog });
}

beforeEach(async () => {
  const home = folder();
  vault = await opened(home);
  clock = new HandClock();
  mine = new AccountTokens(vault, clock);
  theirs = new AccountTokens(await opened(home), clock);
});

const access = async (tokens: AccountTokens): Promise<string | undefined> =>
  (await tokens.read('acc_1'))?.access.reveal();

test('tokens of a sign-in are there at once, in memory and for other processes', async () => {
  expect(await access(mine)).toBeUndefined();
  await mine.store('acc_1', aTokenSet('1'));
  expect(mine.latest('acc_1')?.access.reveal()).toBe('access-1');
  expect(await access(theirs)).toBe('access-1');
});

test('a refresh replaces the tokens it was made from', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  const after = await mine.replace('acc_1', first, aTokenSet('2'));
  expect(after?.access.reveal()).toBe('access-2');
  expect(mine.latest('acc_1')).toBe(after);
  expect((await theirs.read('acc_1'))?.refresh?.reveal()).toBe('refresh-2');
});

test('a refresh that comes second adopts what the first one stored', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  await theirs.replace('acc_1', first, aTokenSet('theirs'));
  const after = await mine.replace('acc_1', first, aTokenSet('mine'));
  expect(after?.access.reveal()).toBe('access-theirs');
  expect(mine.latest('acc_1')?.access.reveal()).toBe('access-theirs');
});

test('of two refreshes at one moment one wins, and both know it', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  const both = await Promise.all([
    mine.replace('acc_1', first, aTokenSet('mine')),
    theirs.replace('acc_1', first, aTokenSet('theirs')),
  ]);
  expect(both[0]?.access.reveal()).toBe(both[1]?.access.reveal() ?? '');
});

test('a refresh that ends after its account was removed brings nothing back', async () => {
  const first = aTokenSet('1');
  await mine.store('acc_1', first);
  await vault.delete('acc_1');
  expect(await mine.replace('acc_1', first, aTokenSet('2'))).toBeUndefined();
  expect(await vault.ids()).toEqual([]);
  expect(mine.latest('acc_1')).toBeUndefined();
});

test('a reload takes over what others stored and forgets who is gone', async () => {
  await mine.store('acc_1', aTokenSet('1'));
  await mine.store('acc_2', aTokenSet('2'));
  await theirs.store('acc_1', aTokenSet('3'));
  await mine.reload(['acc_1']);
  expect(mine.latest('acc_1')?.access.reveal()).toBe('access-3');
  expect(mine.latest('acc_2')).toBeUndefined();
});

test('memory hands out one object for the same tokens in the same state', async () => {
  await mine.store('acc_1', aTokenSet('1'));
  const first = mine.latest('acc_1');
  expect(await mine.read('acc_1')).toBe(first);
  await theirs.note('acc_1', aTokenSet('1'), 7);
  expect(await mine.read('acc_1')).toMatchObject({ refreshBegunAt: 7 });
});

test('what is stored while somebody reads is not forgotten for what was read', async () => {
  await mine.store('acc_1', aTokenSet('1'));
  const begun = Promise.withResolvers<void>();
  const late = Promise.withResolvers<void>();
  let isFirst = true;
  const slow: Vault = Object.create(vault) as Vault;
  slow.get = async (id) => {
    const secret = await vault.get(id);
    if (isFirst) {
      isFirst = false;
      begun.resolve();
      await late.promise;
    }
    return secret;
  };
  slow.set = vault.set.bind(vault);
  const tokens = new AccountTokens(slow, clock);
  const reading = tokens.read('acc_1');
  await begun.promise;
  await tokens.store('acc_1', aTokenSet('2'));
  late.resolve();
  expect((await reading)?.access.reveal()).toBe('access-2');
  expect(tokens.latest('acc_1')?.access.reveal()).toBe('access-2');
});

describe('a note of a refresh', () => {
  test('is durable, goes with new tokens, and is put on no others', async () => {
    const first = aTokenSet('1');
    await mine.store('acc_1', first);
    expect(await mine.note('acc_1', first, 7)).toMatchObject({ refreshBegunAt: 7 });
    expect(await theirs.read('acc_1')).toMatchObject({ refreshBegunAt: 7 });
    await mine.replace('acc_1', first, aTokenSet('2'));
    expect((await theirs.read('acc_1'))?.refreshBegunAt).toBeUndefined();
    expect((await mine.note('acc_1', first, 8))?.access.reveal()).toBe('access-2');
    expect((await theirs.read('acc_1'))?.refreshBegunAt).toBeUndefined();
  });

  test('can be taken back', async () => {
    await mine.store('acc_1', aTokenSet('1'));
    await mine.note('acc_1', aTokenSet('1'), 7);
    await mine.note('acc_1', aTokenSet('1'), undefined);
    expect((await theirs.read('acc_1'))?.refreshBegunAt).toBeUndefined();
  });
});

describe('tokens that are over', () => {
  const over = { since: 5, reason: 'invalid_grant' };

  test('are so for every process, and for a later one', async () => {
    await mine.store('acc_1', aTokenSet('1'));
    await mine.end('acc_1', mine.latest('acc_1')!, over);
    expect([mine.usable('acc_1'), mine.lackOf('acc_1')]).toEqual([undefined, over]);
    expect(await theirs.read('acc_1')).toMatchObject({ over });
  });

  test('are so in memory also where that cannot be stored', async () => {
    await mine.store('acc_1', aTokenSet('1'));
    const full: Vault = Object.create(vault) as Vault;
    full.update = () => Promise.reject(new Error('disk full'));
    full.get = vault.get.bind(vault);
    const tokens = new AccountTokens(full, clock);
    await tokens.read('acc_1');
    await expect(tokens.end('acc_1', tokens.latest('acc_1')!, over)).rejects.toThrow('disk full');
    expect(tokens.lackOf('acc_1')).toEqual(over);
  });

  test('end with a sign-in', async () => {
    await mine.store('acc_1', aTokenSet('1'));
    await mine.end('acc_1', mine.latest('acc_1')!, over);
    await mine.store('acc_1', aTokenSet('2'));
    expect([mine.lackOf('acc_1'), mine.usable('acc_1')?.access.reveal()]).toEqual([undefined, 'access-2']);
  });
});

describe('a token that expires', () => {
  test('is usable until a moment before', async () => {
    await mine.store('acc_1', aTokenSet('1', { expiresAt: clock.now() + 600_000 }));
    await clock.turn(594_999);
    expect(mine.usable('acc_1')).toBeDefined();
    await clock.turn(1);
    expect(mine.usable('acc_1')).toBeUndefined();
  });

  test('lives no longer when the clock on the wall is set back', async () => {
    let shift = 0;
    const odd = { now: () => clock.now() + shift, monotonic: () => clock.monotonic(), after: clock.after };
    const tokens = new AccountTokens(vault, odd);
    await tokens.store('acc_1', aTokenSet('1', { expiresAt: clock.now() + 600_000 }));
    await clock.turn(300_000);
    shift = -3_600_000;
    await tokens.reload(['acc_1']);
    expect(tokens.usable('acc_1')).toBeDefined();
    await clock.turn(300_000);
    expect(tokens.usable('acc_1')).toBeUndefined();
  });

  test('is gone after the machine has slept, where only the clock on the wall went on', async () => {
    let slept = 0;
    const odd = { now: () => clock.now() + slept, monotonic: () => clock.monotonic(), after: clock.after };
    const tokens = new AccountTokens(vault, odd);
    await tokens.store('acc_1', aTokenSet('1', { expiresAt: clock.now() + 600_000 }));
    slept = 28_800_000;
    expect(tokens.usable('acc_1')).toBeUndefined();
  });

  test('without anything to renew it is a lack, once it has run out', async () => {
    const short = { expiresAt: clock.now() + 60_000, refresh: undefined };
    await mine.store('acc_1', aTokenSet('1', short));
    expect(mine.lackOf('acc_1')).toBeUndefined();
    await clock.turn(60_000);
    expect(mine.lackOf('acc_1')?.reason).toContain('has run out');
  });

  test('at a moment that nobody knows is usable until somebody says otherwise', async () => {
    await mine.store('acc_1', aTokenSet('1'));
    await clock.turn(365 * 86_400_000);
    expect(mine.usable('acc_1')).toBeDefined();
  });
});

test('whoever listens hears of every change, and of nothing else', async () => {
  let heard = 0;
  const stop = mine.onChange(() => {
    heard += 1;
  });
  await mine.store('acc_1', aTokenSet('1'));
  await mine.read('acc_1');
  expect(heard).toBe(1);
  await theirs.replace('acc_1', aTokenSet('1'), aTokenSet('2'));
  await mine.reload(['acc_1']);
  expect(heard).toBe(2);
  stop();
  await mine.store('acc_1', aTokenSet('3'));
  expect(heard).toBe(2);
});
