import { expect, test } from 'bun:test';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withRefreshLock } from '../../src/accounts/refresh-lock.ts';
import { wallClock } from '../../src/base/clock.ts';
import { HandClock } from '../help/a-clock.ts';
import { temporaryFolders } from '../help/a-folder.ts';
import { problemOf } from '../help/a-problem.ts';

const folder = temporaryFolders();
const never = new AbortController().signal;

test('one process at a time works on an account, and accounts do not wait for each other', async () => {
  const locks = join(folder(), 'locks');
  const inside: string[] = [];
  const order: string[] = [];
  const [one, two] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  // The first on each account stays until the other has come.
  const work = (name: string, came?: () => void, other?: Promise<void>) => async (): Promise<void> => {
    inside.push(name);
    order.push([...inside].join('+'));
    came?.();
    await other;
    await Bun.sleep(20);
    inside.splice(inside.indexOf(name), 1);
  };
  await Promise.all([
    withRefreshLock(locks, 'acc_1', wallClock, never, work('1', one.resolve, two.promise)),
    withRefreshLock(locks, 'acc_1', wallClock, never, work('1', one.resolve, two.promise)),
    withRefreshLock(locks, 'acc_2', wallClock, never, work('2', two.resolve, one.promise)),
  ]);
  expect(order).not.toContain('1+1');
  expect(order.some((both) => both === '1+2' || both === '2+1')).toBe(true);
  expect(readdirSync(locks).toSorted()).toEqual(['refresh-acc_1-2', 'refresh-acc_2-1']);
  expect(statSync(locks).mode & 0o777).toBe(0o700);
});

test('whoever holds it for too long is named', async () => {
  const locks = folder();
  const owner = { pid: 77, host: 'elsewhere', instance: 'x', until: 9e15, released: false };
  writeFileSync(join(locks, 'refresh-acc_1-1'), JSON.stringify(owner));
  const clock = new HandClock();
  const over = { is: false };
  const waiting = problemOf(withRefreshLock(locks, 'acc_1', clock, never, () => Promise.resolve())).finally(
    () => (over.is = true),
  );
  while (!over.is) await clock.turn(1_000);
  expect(await waiting).toMatchObject({
    code: 'refresh-busy',
    message: expect.stringContaining('Process 77 on elsewhere'),
  });
});
