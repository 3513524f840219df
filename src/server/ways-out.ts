import type { Account } from '../accounts/account.ts';
import { hasWayOut, readWayOut, type WayOutOf } from '../accounts/way-out.ts';
import type { Way } from '../wire/sender.ts';
import type { Secret } from '../base/secret.ts';

/**
 * The ways out of accounts, worked out once and kept until the account changes. Ways that are the same are
 * one object, so that another name or priority ends no connection.
 *
 * @param secretOf an entry of the vault; where it rejects, the way is asked for again with the next call
 */
export function rememberedWaysOut(secretOf: (entry: string) => Promise<Secret | undefined>): WayOutOf {
  const known = new Map<string, { readonly updatedAt: number; readonly way: Way }>();
  const remember = async (account: Account): Promise<Way> => {
    const fresh = await readWayOut(account, secretOf);
    const same = [...known.values()].find(({ way }) => areSame(way, fresh));
    const way = same?.way ?? fresh;
    known.set(account.id, { updatedAt: account.updatedAt, way });
    return way;
  };
  return (account) => {
    if (!hasWayOut(account)) return undefined;
    const kept = known.get(account.id);
    return kept?.updatedAt === account.updatedAt ? kept.way : remember(account);
  };
}

function areSame(a: Way, b: Way): boolean {
  return a.proxy?.href === b.proxy?.href && a.extraCa === b.extraCa;
}
