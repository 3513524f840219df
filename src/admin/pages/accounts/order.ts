import { Problem } from '../../../base/problem.ts';

/** What of an account decides its place. */
export interface Placed {
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  /** The file it stands in, where nothing about it can be changed from here. */
  readonly from: string | null;
}

const highest = 1_000;

/** Accounts in the order in which they are taken; of equals the one that was added first comes first. */
export function inOrder<T extends Placed>(accounts: readonly T[]): T[] {
  return accounts.toSorted((a, b) => a.priority - b.priority);
}

/**
 * Which priorities put `moved` right before `before` (last, where that is undefined), and alone there: it no longer
 * shares the work with its neighbours. As few accounts as possible change.
 *
 * @param accounts in their order
 * @throws Problem order-fixed where an account would have to change that stands in a file
 */
export function reordered(
  accounts: readonly Placed[],
  moved: string,
  before: string | undefined,
): Map<string, number> {
  const mover = accounts.find(({ id }) => id === moved);
  if (mover === undefined || moved === before) return new Map();
  const others = accounts.filter(({ id }) => id !== moved);
  const found = others.findIndex(({ id }) => id === before);
  const at = found === -1 ? others.length : found;
  const [above, below] = [others[at - 1], others[at]];
  const priority = placeBetween(above?.priority, below?.priority);
  const shift = below === undefined ? 0 : Math.max(0, priority + 1 - below.priority);
  const changes = new Map<string, number>();
  if (mover.priority !== priority) change(changes, mover, priority);
  if (shift > 0) for (const other of others.slice(at)) change(changes, other, other.priority + shift);
  return changes;
}

function placeBetween(above: number | undefined, below: number | undefined): number {
  if (above !== undefined) return above + 1;
  return below === undefined ? 0 : Math.max(0, below - 1);
}

function change(changes: Map<string, number>, { id, name, from }: Placed, priority: number): void {
  if (from !== null)
    throw new Problem(
      'order-fixed-mounted',
      `"${name}" would have to make room, and its priority stands in ${from}.`,
      'Change the priority in that file.',
    );
  changes.set(id, Math.min(highest, priority));
}

/** Before whom an account comes when it goes one up or down, or to the front; null where it cannot. */
export function neighbour(
  accounts: readonly Placed[],
  id: string,
  way: 'up' | 'down' | 'first',
): { readonly before: string | undefined } | null {
  const at = accounts.findIndex((account) => account.id === id);
  if (at === -1) return null;
  if (way === 'first') return { before: accounts.find((account) => account.id !== id)?.id };
  if (way === 'up') return at === 0 ? null : { before: accounts[at - 1]?.id };
  return at === accounts.length - 1 ? null : { before: accounts[at + 2]?.id };
}
