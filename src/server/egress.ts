import type { Account } from '../accounts/account.ts';
import { hasEgress, readEgress, type Egress, type EgressOf } from '../accounts/egress.ts';
import type { Secret } from '../base/secret.ts';

/**
 * The ways out of accounts, worked out once and kept until the account changes. Ways that are the same are
 * one object, so that another name or priority ends no connection.
 *
 * @param secretOf an entry of the vault; where it rejects, the way is asked for again with the next call
 */
export function rememberedEgress(secretOf: (entry: string) => Promise<Secret | undefined>): EgressOf {
  const known = new Map<string, { readonly updatedAt: number; readonly egress: Egress }>();
  const remember = async (account: Account): Promise<Egress> => {
    const fresh = await readEgress(account, secretOf);
    const same = [...known.values()].find(({ egress }) => areSame(egress, fresh));
    const egress = same?.egress ?? fresh;
    known.set(account.id, { updatedAt: account.updatedAt, egress });
    return egress;
  };
  return (account) => {
    if (!hasEgress(account)) return undefined;
    const kept = known.get(account.id);
    return kept?.updatedAt === account.updatedAt ? kept.egress : remember(account);
  };
}

function areSame(a: Egress, b: Egress): boolean {
  return a.proxy?.href === b.proxy?.href && a.extraCa === b.extraCa;
}
