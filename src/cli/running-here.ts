import { findRunning, type RemoteProxy } from '../admin/remote.ts';
import { ownerOf, type Owner } from '../base/path-owners.ts';
import { asOwner } from '../update/as-owner.ts';
import type { Sender } from '../wire/sender.ts';
import type { Cli } from './cli.ts';

/** Whose home directory root works in; undefined where it is root's, or where another user asks. */
export async function ownerHere({ places }: Pick<Cli, 'places'>): Promise<Owner | undefined> {
  return process.getuid?.() === 0 ? ownerOf(places.home) : undefined;
}

/**
 * The proxy that runs on this home directory, undefined where none does. Root looks for it with the rights of whoever
 * the home belongs to: a `run.json` that is a link would else have it speak to, and stop, the proxy of somebody else.
 */
export async function runningHere(
  cli: Pick<Cli, 'places'>,
  sender: Sender,
): Promise<RemoteProxy | undefined> {
  const owner = await ownerHere(cli);
  const looking = asOwner(owner, () => findRunning(cli.places.run, sender));
  // What they could not read themselves was not written by a proxy of theirs.
  return owner === undefined ? looking : looking.catch(() => undefined);
}
