import type { PortableAccount } from '../accounts/portable.ts';
import { checkPortable, hereOf } from '../accounts/take.ts';
import { Problem } from '../base/problem.ts';
import type { AccountView, ImportView } from './contract-accounts.ts';
import type { Management } from './management.ts';
import type { Removals } from './removals.ts';
import type { SignInManagement } from './sign-ins.ts';

/**
 * The same management, for which an account on its way out is gone: whoever adds or names one so means another, and
 * Undo does not bring it back then. Whoever imports its secret, or signs in to it, wants it to stay.
 */
export function makingWay(inner: Management, removals: Removals): Management {
  return {
    ...inner,
    addAccount: (draft, ...secrets) =>
      withoutClash(() => inner.addAccount(draft, ...secrets), draft.name, removals),
    changeAccount: async (nameOrId, changes, secrets) => {
      const change = (): Promise<AccountView> => inner.changeAccount(nameOrId, changes, secrets);
      return withoutClash(change, changes.name, removals);
    },
    importAccount: (account, options) => importing(inner, removals, account, options),
    signIns: keepingWhoSignsIn(inner, removals),
  };
}

/**
 * Takes an account from elsewhere. Were one of its kind on its way out removed before, its tokens would be given back
 * to their provider, and they are often the very ones that come: so it is replaced, and stays.
 */
async function importing(
  inner: Management,
  removals: Removals,
  portable: PortableAccount,
  options: { readonly replaces: boolean },
): Promise<ImportView> {
  const { settings, secret, tokens } = portable;
  const here = hereOf(await inner.listAccounts(), portable);
  if (here === undefined || !removals.has(here.id))
    return withoutClash(() => inner.importAccount(portable, options), settings.name, removals);
  const isOfItsKind =
    here.kind === settings.kind && (here.signIn?.provider ?? undefined) === settings.provider;
  if (isOfItsKind && (secret !== undefined || tokens !== undefined)) {
    const replace = (): Promise<ImportView> => inner.importAccount(portable, { replaces: true });
    return { ...(await removals.instead(here.id, replace)), is: 'added' };
  }
  // What cannot be taken costs nobody an Undo.
  checkPortable(portable);
  await removals.makeWay(portable.id, settings.name);
  return inner.importAccount(portable, options);
}

function keepingWhoSignsIn(inner: Management, removals: Removals): SignInManagement {
  return {
    ...inner.signIns,
    begin: async (nameOrId, way) => {
      const { id } = await inner.getAccount(nameOrId);
      return removals.instead(id, async () => {
        const flow = await inner.signIns.begin(nameOrId, way);
        await removals.undo(id);
        return flow;
      });
    },
  };
}

/** Once more where the name is that of an account on its way out: what is refused for another reason costs nobody an Undo. */
async function withoutClash<T>(
  work: () => Promise<T>,
  name: string | undefined,
  removals: Removals,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isTaken = error instanceof Problem && error.code === 'account-name-taken';
    if (!isTaken || name === undefined || !removals.hasNamed(name)) throw error;
    await removals.makeWay(undefined, name);
    return work();
  }
}
