import { Problem } from '../base/problem.ts';
import type { Account } from './account.ts';

/** How another account becomes the preferred one. */
export interface Rotation {
  readonly before: Account;
  readonly next: Account;
  /** New priorities by account id, in the order in which they are best written: `next` comes last. */
  readonly priorities: ReadonlyMap<string, number>;
}

/**
 * Who comes after the preferred account, in the order in which they were added and round again, and which
 * priorities make that one preferred: the only one with the lowest number. The two change numbers, so that
 * turning for ever neither wears the numbers out nor mixes up the others; where several share the lowest,
 * the next one goes below them.
 *
 * @param canServe whether an account could take a call now: the others are passed over
 * @throws Problem `nothing-to-rotate`
 */
export function rotation(accounts: readonly Account[], canServe: (account: Account) => boolean): Rotation {
  const ring = accounts.filter(({ enabled, kind }) => enabled && kind !== 'passthrough');
  const before = preferredOf(ring);
  const at = before === undefined ? 0 : ring.indexOf(before) + 1;
  const next = [...ring.slice(at), ...ring.slice(0, at)].find(
    (account) => account !== before && account.from === undefined && canServe(account),
  );
  if (before === undefined || next === undefined) throw nobody(ring);
  return { before, next, priorities: prioritiesFor(ring, before, next) };
}

/** The account that is taken first; of equals the one that was added first. */
function preferredOf(ring: readonly Account[]): Account | undefined {
  const lowest = Math.min(...ring.map(({ priority }) => priority));
  return ring.find(({ priority }) => priority === lowest);
}

function prioritiesFor(ring: readonly Account[], before: Account, next: Account): Map<string, number> {
  const lowest = before.priority;
  const equals = ring.filter(({ priority, id }) => priority === lowest && id !== next.id);
  const isAlone = equals.length === 1 && next.priority > lowest;
  if (isAlone && before.from === undefined) {
    return new Map([
      [before.id, next.priority],
      [next.id, lowest],
    ]);
  }
  if (lowest > 0) return new Map([[next.id, lowest - 1]]);
  const fixed = equals.find(({ from }) => from !== undefined);
  if (fixed !== undefined) throw immovable(fixed);
  return new Map([...equals.map(({ id }) => [id, 1] as const), [next.id, 0]]);
}

function nobody(ring: readonly Account[]): Problem {
  const title =
    ring.length < 2
      ? 'There is no second account that shares the calls.'
      : 'No other account that commands may change could serve now.';
  return new Problem('nothing-to-rotate', title, 'Add one, switch one on, or wait until one is ready again.');
}

function immovable({ name, from }: Account): Problem {
  const title = `The account "${name}" has priority 0 in ${from ?? 'a file'}: nothing can go before it.`;
  return new Problem('nothing-to-rotate', title, 'Give it a higher number in that file.');
}
