import { describe, expect, it } from 'bun:test';
import { inOrder, neighbour, reordered, type Placed } from '../../../src/admin/pages/accounts/order.ts';

const placed = (...priorities: number[]): Placed[] =>
  priorities.map((priority, at) => ({ id: 'abcdef'[at]!, name: 'abcdef'[at]!, priority, from: null }));

/** The ids in their order once the changes are made. */
function after(accounts: Placed[], changes: Map<string, number>): string {
  const changed = accounts.map((account) => ({
    ...account,
    priority: changes.get(account.id) ?? account.priority,
  }));
  return inOrder(changed)
    .map(({ id }) => id)
    .join('');
}

describe('the order of accounts', () => {
  it('is that of their priorities, and of equals that in which they were added', () => {
    expect(inOrder(placed(2, 1, 1)).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  });

  it('changes one number where there is room', () => {
    const accounts = placed(10, 20, 30);
    expect([...reordered(accounts, 'c', 'b')]).toEqual([['c', 11]]);
    expect([...reordered(accounts, 'c', 'a')]).toEqual([['c', 9]]);
    expect([...reordered(accounts, 'a', undefined)]).toEqual([['a', 31]]);
  });

  it('makes room where there is none, and leaves equals that stay together equal', () => {
    const accounts = placed(100, 100, 100, 100);
    const changes = reordered(accounts, 'd', 'b');
    expect(after(accounts, changes)).toBe('adbc');
    expect(changes).toEqual(
      new Map([
        ['d', 101],
        ['b', 102],
        ['c', 102],
      ]),
    );
  });

  it('goes before a first one that has the lowest number there is', () => {
    const accounts = placed(0, 1);
    const changes = reordered(accounts, 'b', 'a');
    expect(after(accounts, changes)).toBe('ba');
    expect(changes).toEqual(
      new Map([
        ['b', 0],
        ['a', 1],
      ]),
    );
  });

  it('is left alone by a move that is none', () => {
    expect(reordered(placed(1, 2), 'a', 'a').size).toBe(0);
    expect(reordered(placed(1, 2), 'nobody', 'a').size).toBe(0);
  });

  it('cannot move what stands in a file', () => {
    const accounts = placed(0, 0, 0);
    accounts[0] = { ...accounts[0]!, from: '/etc/accounts.toml' };
    expect(() => reordered(accounts, 'b', 'a')).toThrow('/etc/accounts.toml');
  });

  it('knows who comes before whom after one step', () => {
    const accounts = placed(1, 2, 3);
    expect(neighbour(accounts, 'b', 'up')).toEqual({ before: 'a' });
    expect(neighbour(accounts, 'a', 'up')).toBeNull();
    expect(neighbour(accounts, 'a', 'down')).toEqual({ before: 'c' });
    expect(neighbour(accounts, 'b', 'down')).toEqual({ before: undefined });
    expect(neighbour(accounts, 'c', 'down')).toBeNull();
    expect(neighbour(accounts, 'c', 'first')).toEqual({ before: 'a' });
  });
});
