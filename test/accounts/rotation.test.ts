import { describe, expect, test } from 'bun:test';
import type { Account } from '../../src/accounts/account.ts';
import { rotation } from '../../src/accounts/rotation.ts';
import { Problem } from '../../src/base/problem.ts';
import { anAccount } from '../help/an-account.ts';

const everybody = (): boolean => true;

/** Accounts named a, b, c, … with these priorities. */
const ring = (...priorities: number[]): Account[] =>
  priorities.map((priority, at) => anAccount(String.fromCodePoint(97 + at), { priority }));

/** The accounts after one turn, and who is preferred now. */
function turned(accounts: Account[], canServe: (account: Account) => boolean = everybody) {
  const { next, priorities } = rotation(accounts, canServe);
  const after = accounts.map((each) => ({ ...each, priority: priorities.get(each.id) ?? each.priority }));
  return { after, next: next.name, numbers: after.map(({ priority }) => priority) };
}

function refused(accounts: Account[], canServe: (account: Account) => boolean = everybody): string {
  try {
    rotation(accounts, canServe);
  } catch (error) {
    if (error instanceof Problem && error.code === 'nothing-to-rotate') return error.message;
    throw error;
  }
  return 'turned';
}

describe('a turn', () => {
  test('makes the next account the only one with the lowest number', () => {
    for (const priorities of [
      [100, 100],
      [100, 200],
      [0, 0, 0],
      [5, 5, 9],
      [0, 1],
      [7, 7, 7, 7],
    ]) {
      const { next, after } = turned(ring(...priorities));
      const lowest = Math.min(...after.map(({ priority }) => priority));
      expect(after.filter(({ priority }) => priority === lowest).map(({ name }) => name)).toEqual([next]);
    }
  });

  test('lets two accounts change numbers where one was preferred alone', () => {
    expect(turned(ring(100, 200, 300)).numbers).toEqual([200, 100, 300]);
  });

  test('goes below those that share the lowest number, and leaves them sharing', () => {
    expect(turned(ring(100, 100, 100)).numbers).toEqual([100, 99, 100]);
  });

  test('lifts those at 0, below which nothing goes', () => {
    expect(turned(ring(0, 0, 5)).numbers).toEqual([1, 0, 5]);
  });

  test('takes everybody in turn, without end, and without wearing out the numbers', () => {
    for (const priorities of [
      [100, 100, 100],
      [0, 0, 0],
      [100, 200, 300],
      [1, 1, 5],
    ]) {
      let accounts = ring(...priorities);
      const order: string[] = [];
      for (let count = 0; count < 300; count += 1) {
        const { next, after } = turned(accounts);
        order.push(next);
        accounts = after;
      }
      expect(order.slice(-6).toSorted().join('')).toBe('aabbcc');
      for (const { priority } of accounts) {
        expect(priority).toBeGreaterThanOrEqual(Math.min(...priorities) - 1);
        expect(priority).toBeLessThanOrEqual(Math.max(...priorities) + 1);
      }
    }
  });

  test('passes over who cannot serve, is switched off, or stores nothing', () => {
    const [a, b, c] = ring(1, 2, 3) as [Account, Account, Account];
    expect(turned([a, b, c], ({ name }) => name !== 'b').next).toBe('c');
    expect(turned([a, { ...b, enabled: false }, c]).next).toBe('c');
    expect(turned([a, { ...b, kind: 'passthrough' }, c]).next).toBe('c');
  });

  test('leaves accounts of mounted files as they are', () => {
    const [a, b, c] = ring(5, 5, 9) as [Account, Account, Account];
    const mounted = { from: '/run/accounts.toml' };
    expect(turned([{ ...a, ...mounted }, b, c]).numbers).toEqual([5, 4, 9]);
    expect(turned([{ ...a, priority: 3, ...mounted }, b, c]).numbers).toEqual([3, 2, 9]);
    expect(turned([a, { ...b, ...mounted }, c]).next).toBe('c');
    expect(refused([{ ...a, priority: 0, ...mounted }, b])).toContain('/run/accounts.toml');
  });

  test('is refused where there is nobody to turn to', () => {
    expect(refused([])).toContain('no second account');
    expect(refused(ring(1))).toContain('no second account');
    expect(refused(ring(1, 2), ({ name }) => name === 'a')).toContain('could serve now');
  });
});
