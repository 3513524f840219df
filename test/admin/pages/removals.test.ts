import { describe, expect, it } from 'bun:test';
import { Removals } from '../../../src/admin/pages/accounts/removals.ts';
import type { AccountView } from '../../../src/admin/contract-accounts.ts';
import type { Management } from '../../../src/admin/management.ts';
import { silentLog } from '../../../src/base/log.ts';
import { HandClock } from '../../help/a-clock.ts';

function aScene() {
  const clock = new HandClock();
  const done: string[] = [];
  const account = (id: string): AccountView => ({ id, name: id, enabled: true }) as AccountView;
  const management = {
    async setAccountEnabled(id: string, enabled: boolean) {
      done.push(`${id} ${enabled ? 'on' : 'off'}`);
      return account(id);
    },
    async changeAccount(id: string, changes: object) {
      done.push(`${id} ${JSON.stringify(changes)}`);
      return account(id);
    },
    async removeAccount(id: string) {
      done.push(`${id} gone`);
      return { account: account(id), givenBack: null };
    },
  } satisfies Partial<Management>;
  return { removals: new Removals({ management, clock, log: silentLog }), clock, done, account };
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

  it('is done when the proxy stops', async () => {
    const { removals, clock, done, account } = aScene();
    await removals.begin(account('a'));
    await removals.close();
    expect(done).toEqual(['a off', 'a gone']);
    expect(clock.waiting).toBe(0);
  });
});
