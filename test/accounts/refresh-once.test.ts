import { beforeEach, describe, expect, test } from 'bun:test';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { refreshOnce, type RefreshEnd } from '../../src/accounts/refresh-once.ts';
import { wallClock } from '../../src/base/clock.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { aTokenSet } from '../help/a-token-set.ts';
import { anAccount } from '../help/an-account.ts';
import {
  failed,
  type Means,
  meansIn,
  refused,
  renewed,
  ToldProvider,
  unreachable,
  vaultBut,
} from './a-renewing.ts';

const folder = temporaryFolders();
const account = anAccount('ann', { kind: 'oauth', provider: 'corp' });
const { id } = account;
let home = '';
let clock: HandClock;
let provider: ToldProvider;
let mine: Means;
let theirs: Means;

beforeEach(async () => {
  home = folder();
  clock = new HandClock();
  provider = new ToldProvider();
  mine = await meansIn(home, clock, provider);
  theirs = await meansIn(home, clock, provider);
  await mine.tokens.store(id, aTokenSet('1', { expiresAt: clock.now() + 3_600_000 }));
  await theirs.tokens.read(id);
});

const refresh = (means: Means, isAsked = false): Promise<RefreshEnd> =>
  refreshOnce(account, { seen: means.tokens.latest(id), isAsked }, means);

const access = (end: RefreshEnd): string => (end.is === 'fresh' ? end.tokens.access.reveal() : end.reason);

const onDisk = async () => (await meansIn(home, clock, provider)).tokens.read(id);

describe('a refresh', () => {
  test('stores the new tokens before anybody sees them', async () => {
    provider.answers = [renewed('2')];
    const end = await refresh(mine);
    expect([access(end), end.is === 'fresh' && end.isOurs]).toEqual(['access-2', true]);
    const stored = await onDisk();
    expect([stored?.refresh?.reveal(), stored?.keptAt]).toEqual(['refresh-2', clock.now()]);
    expect(stored?.refreshBegunAt).toBeUndefined();
  });

  test('is noted durably before anything is sent', async () => {
    let noted: unknown;
    provider.answers = [
      async () => {
        noted = await onDisk();
        return renewed('2');
      },
    ];
    await refresh(mine);
    expect(noted).toMatchObject({ refreshBegunAt: clock.now() });
  });

  test('sends nothing where the disk cannot be written', async () => {
    const update = () => Promise.reject(new Error('disk full'));
    const full = await meansIn(home, clock, provider, (vault) => vaultBut(vault, { update }));
    await full.tokens.read(id);
    expect(await refresh(full)).toEqual({ is: 'put-off', because: 'here', reason: 'disk full' });
    expect([provider.asked, full.tokens.usable(id)?.access.reveal()]).toEqual([[], 'access-1']);
  });

  test('sends nothing where no lock can be had', async () => {
    writeFileSync(join(home, 'locks'), 'a file where the folder should be');
    expect(await refresh(mine)).toMatchObject({ is: 'put-off', because: 'here' });
    expect(provider.asked).toEqual([]);
  });

  test('takes what another process has stored meanwhile, and asks nobody', async () => {
    await theirs.tokens.replace(id, aTokenSet('1'), aTokenSet('theirs'));
    const end = await refresh(mine);
    expect([access(end), provider.asked]).toEqual(['access-theirs', []]);
    expect(mine.tokens.latest(id)?.access.reveal()).toBe('access-theirs');
  });

  test('renews what another process has stored, where that has run out as well', async () => {
    await theirs.tokens.replace(id, aTokenSet('1'), aTokenSet('old', { expiresAt: clock.now() - 1 }));
    provider.answers = [renewed('2')];
    expect(access(await refresh(mine))).toBe('access-2');
    expect(provider.asked).toEqual(['refresh-old']);
  });

  test('of two processes at one moment asks once', async () => {
    provider.answers = [renewed('2'), renewed('3')];
    const both = [await meansIn(home, wallClock, provider), await meansIn(home, wallClock, provider)];
    for (const { tokens } of both) await tokens.read(id);
    const ends = await Promise.all(both.map((means) => refresh(means)));
    expect([ends.map(access), provider.asked]).toEqual([['access-2', 'access-2'], ['refresh-1']]);
  });

  test('leaves the vault to others while it waits for the provider', async () => {
    provider.answers = [
      async () => {
        await theirs.tokens.store('acc_other', aTokenSet('other'));
        return renewed('2');
      },
    ];
    expect(access(await refresh(mine))).toBe('access-2');
  });

  test('gives way to a sign-in that ended while it was underway', async () => {
    provider.answers = [
      async () => {
        await theirs.tokens.store(id, aTokenSet('anew'));
        return renewed('2');
      },
    ];
    const end = await refresh(mine);
    expect([access(end), end.is === 'fresh' && end.isOurs]).toEqual(['access-anew', false]);
  });

  test('brings no account back that was removed while it was underway', async () => {
    provider.answers = [
      async () => {
        await theirs.vault.delete(id);
        return renewed('2');
      },
    ];
    expect(await refresh(mine)).toEqual({ is: 'over', reason: 'it is not signed in' });
    expect(await mine.vault.ids()).toEqual([]);
  });

  test('keeps its locks for its owner alone', async () => {
    provider.answers = [renewed('2')];
    await refresh(mine);
    expect(statSync(join(home, 'locks')).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, 'locks', `refresh-${id}-1`)).mode & 0o777).toBe(0o600);
  });

  test('does not begin when the program is about to end', async () => {
    mine.close.abort(new Error('the end'));
    expect(await refresh(mine)).toMatchObject({ is: 'put-off', reason: 'the end' });
    expect(provider.asked).toEqual([]);
  });
});

describe('a provider that says no', () => {
  test('for good ends the tokens, for every process and later ones', async () => {
    provider.answers = [refused()];
    expect(await refresh(mine)).toEqual({ is: 'over', reason: 'invalid_grant: no' });
    expect(await refresh(theirs)).toEqual({ is: 'over', reason: 'invalid_grant: no' });
    expect(await refresh(await meansIn(home, clock, provider))).toMatchObject({ is: 'over' });
    expect(provider.asked).toEqual(['refresh-1']);
    expect((await onDisk())?.over).toEqual({ since: clock.now(), reason: 'invalid_grant: no' });
  });

  test('to a token that is not the one on the disk any more has said nothing', async () => {
    provider.answers = [
      async () => {
        await theirs.tokens.store(id, aTokenSet('anew'));
        return refused();
      },
    ];
    expect(access(await refresh(mine))).toBe('access-anew');
    expect((await onDisk())?.over).toBeUndefined();
  });

  test('after a refresh that was cut short says so', async () => {
    await mine.tokens.note(id, aTokenSet('1'), clock.now() - 1_000);
    provider.answers = [refused()];
    const { reason } = (await refresh(mine)) as { reason: string };
    expect(reason).toStartWith('refresh interrupted: ');
    expect(reason).toEndWith('invalid_grant: no');
    expect((await onDisk())?.over?.reason).toBe(reason);
    expect((await onDisk())?.refreshBegunAt).toBeUndefined();
  });

  test('is asked once more where a person wants it', async () => {
    provider.answers = [refused(), renewed('2')];
    await refresh(mine);
    expect(access(await refresh(mine, true))).toBe('access-2');
    expect((await onDisk())?.over).toBeUndefined();
  });

  test('to us, not to the token, leaves the token as it is', async () => {
    provider.answers = [refused('invalid_client')];
    expect(await refresh(mine)).toEqual({
      is: 'put-off',
      because: 'settings',
      reason: 'invalid_client: no',
    });
    const stored = await onDisk();
    expect([stored?.over, stored?.refreshBegunAt]).toEqual([undefined, undefined]);
    expect(mine.tokens.usable(id)?.access.reveal()).toBe('access-1');
  });

  for (const code of ['interaction_required', 'login_required', 'consent_required']) {
    test(`with ${code} wants a person`, async () => {
      provider.answers = [refused(code)];
      expect(await refresh(mine)).toMatchObject({ is: 'over' });
    });
  }

  test('while the disk is full is heard all the same', async () => {
    let isFull = false;
    const update: Means['vault']['update'] = (...asked) =>
      isFull ? Promise.reject(new Error('disk full')) : mine.vault.update(...asked);
    const means = await meansIn(home, clock, provider, (vault) => vaultBut(vault, { update }));
    await means.tokens.read(id);
    provider.answers = [
      () => {
        isFull = true;
        return refused();
      },
    ];
    expect(await refresh(means)).toMatchObject({ is: 'over' });
    expect(means.tokens.lackOf(id)?.reason).toBe('invalid_grant: no');
    expect(means.log.events('error')).toEqual(['a sign-out could not be stored']);
  });
});

describe('a provider that gives no answer', () => {
  const noteOnDisk = async (): Promise<number | undefined> => (await onDisk())?.refreshBegunAt;

  test('and was not reached leaves no note', async () => {
    provider.answers = [unreachable];
    expect(await refresh(mine)).toMatchObject({ is: 'put-off', because: 'provider', reason: 'no network' });
    expect(await noteOnDisk()).toBeUndefined();
  });

  test('and turned the request away leaves no note, and says when to come back', async () => {
    provider.answers = [failed(false, 77)];
    expect(await refresh(mine)).toMatchObject({ is: 'put-off', because: 'provider', retryAt: 77 });
    expect(await noteOnDisk()).toBeUndefined();
  });

  test('and may have spent the token leaves the note, so that the next one knows', async () => {
    provider.answers = [failed(true), refused()];
    expect(await refresh(mine)).toMatchObject({ is: 'put-off', because: 'provider' });
    expect(await noteOnDisk()).toBe(clock.now());
    expect(await refresh(mine)).toMatchObject({ reason: expect.stringContaining('refresh interrupted') });
  });

  test('and may have spent the token is asked again with it: some take it for a while', async () => {
    provider.answers = [failed(true), renewed('2')];
    await refresh(mine);
    expect(access(await refresh(mine))).toBe('access-2');
    expect([provider.asked, await noteOnDisk()]).toEqual([['refresh-1', 'refresh-1'], undefined]);
  });

  test('keeps the note of an earlier refresh that was cut short', async () => {
    await mine.tokens.note(id, aTokenSet('1'), 5);
    provider.answers = [unreachable];
    await refresh(mine);
    expect(await noteOnDisk()).toBe(5);
  });

  test('and breaks its promise never to reject may have spent the token', async () => {
    provider.answers = [() => Promise.reject(new Error('a mistake'))];
    expect(await refresh(mine)).toMatchObject({ is: 'put-off', because: 'provider', reason: 'a mistake' });
    expect(await noteOnDisk()).toBe(clock.now());
  });
});

test('an account that has nothing to renew cannot be renewed', async () => {
  await mine.tokens.store(id, aTokenSet('1', { refresh: undefined }));
  expect(await refresh(mine)).toMatchObject({ is: 'over', reason: expect.stringContaining('gave nothing') });
  await mine.vault.delete(id);
  expect(await refresh(mine)).toEqual({ is: 'over', reason: 'it is not signed in' });
});
