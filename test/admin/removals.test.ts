import { describe, expect, it } from 'bun:test';
import { Removals } from '../../src/admin/removals.ts';
import type { AccountView } from '../../src/admin/contract-accounts.ts';
import type { Management } from '../../src/admin/management.ts';
import { silentLog, type Log } from '../../src/base/log.ts';
import { Problem } from '../../src/base/problem.ts';
import { HandClock } from '../help/a-clock.ts';
import { MemoryLog } from '../help/a-log.ts';

function aScene(log: Log = silentLog) {
  const clock = new HandClock();
  const done: string[] = [];
  let version = 0;
  const account = (id: string): AccountView =>
    ({ id, name: id, enabled: true, updatedAt: `version ${version}` }) as AccountView;
  /** What anybody else does to an account. */
  const change = (): void => void (version += 1);
  const management = {
    async setAccountEnabled(id: string, enabled: boolean) {
      done.push(`${id} ${enabled ? 'on' : 'off'}`);
      version += 1;
      return account(id);
    },
    async changeAccount(id: string, changes: object) {
      done.push(`${id} ${JSON.stringify(changes)}`);
      return account(id);
    },
    async removeAccount(id: string, asOf?: string) {
      if (asOf !== account(id).updatedAt) throw new Problem('account-changed', 'It was changed.', 'Look.');
      done.push(`${id} gone`);
      return { account: account(id), givenBack: null };
    },
  } satisfies Partial<Management>;
  return { management, removals: new Removals({ management, clock, log }), clock, done, account, change };
}

describe('a removal', () => {
  it('takes an account out of use at once, and away when nobody has taken that back', async () => {
    const { removals, clock, done, account } = aScene();
    await removals.begin(account('a'));
    expect(done).toEqual(['a off']);
    expect(removals.has('a')).toBe(true);
    await clock.turn(9_999);
    expect(done).toEqual(['a off']);
    await clock.turn(1);
    expect(done).toEqual(['a off', 'a gone']);
    expect(removals.has('a')).toBe(false);
    expect(await removals.undo('a')).toBe(false);
  });

  it('that is asked for twice at the same moment can still be taken back', async () => {
    const { removals, clock, done, account } = aScene();
    await Promise.all([removals.begin(account('a')), removals.begin(account('a'))]);
    expect(await removals.undo('a')).toBe(true);
    await clock.turn(60_000);
    expect(done).toEqual(['a off', 'a {"enabled":true}']);
  });

  it('can be taken back, and then nothing is lost', async () => {
    const { removals, clock, done, account } = aScene();
    await removals.begin(account('a'));
    expect(await removals.undo('a')).toBe(true);
    await clock.turn(60_000);
    expect(done).toEqual(['a off', 'a {"enabled":true}']);
  });

  it('leaves an account switched off that was before', async () => {
    const { removals, done, account } = aScene();
    await removals.begin({ ...account('a'), enabled: false });
    await removals.undo('a');
    expect(done).toEqual(['a off']);
  });

  it('leaves an account that somebody has changed meanwhile, and is over', async () => {
    const { removals, clock, done, account, change } = aScene();
    await removals.begin(account('a'));
    change();
    await clock.turn(10_000);
    expect(done).toEqual(['a off']);
    expect(removals.has('a')).toBe(false);
    // And it can be removed again.
    await removals.begin(account('a'));
    await clock.turn(10_000);
    expect(done).toEqual(['a off', 'a off', 'a gone']);
  });

  it('is done before an account of its id or name comes from elsewhere, and not for another one', async () => {
    for (const [id, name] of [
      ['a', 'b'],
      [undefined, 'A'],
    ] as const) {
      const { removals, clock, done, account } = aScene();
      await removals.begin(account('a'));
      await removals.makeWay('c', 'c');
      expect(done).toEqual(['a off']);
      await Promise.all([removals.makeWay(id, name), removals.makeWay(id, name)]);
      await clock.turn(60_000);
      expect([name, done, clock.waiting]).toEqual([name, ['a off', 'a gone'], 0]);
    }
  });

  it('waits for what takes its place, and begins its time again when that fails', async () => {
    const { removals, clock, done, account } = aScene();
    await removals.begin(account('a'));
    await clock.turn(9_000);
    const failing = removals.instead('a', async () => {
      await clock.turn(60_000);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await clock.turn(9_999);
    expect([done, removals.has('a')]).toEqual([['a off'], true]);
    expect(await removals.instead('a', async () => 'back')).toBe('back');
    await clock.turn(60_000);
    expect([done, removals.has('a'), clock.waiting]).toEqual([['a off'], false, 0]);
  });

  it('is nothing to complain about when a command was quicker', async () => {
    const log = new MemoryLog();
    const { removals, clock, management, account } = aScene(log);
    await removals.begin(account('a'));
    management.removeAccount = () => Promise.reject(new Problem('account-unknown', 'It is gone.', 'Look.'));
    await clock.turn(10_000);
    expect([log.lines, removals.has('a')]).toEqual([[], false]);
  });

  it('that is not begun yet when the proxy stops does not happen', async () => {
    const { removals, done, account } = aScene();
    const begun = removals.begin(account('a'));
    await removals.close();
    await begun;
    expect(done).toEqual(['a off']);
    expect(removals.has('a')).toBe(false);
  });

  it('is done when the proxy stops', async () => {
    const { removals, clock, done, account } = aScene();
    await removals.begin(account('a'));
    await removals.close();
    expect(done).toEqual(['a off', 'a gone']);
    expect(clock.waiting).toBe(0);
  });
});
