import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { nameKey } from '../base/name-key.ts';
import { Problem } from '../base/problem.ts';
import type { AccountView } from './contract-accounts.ts';
import type { Management } from './management.ts';
import { onSameBehalf } from './pages/asker.ts';

export interface RemovalsOptions {
  readonly management: Pick<Management, 'setAccountEnabled' | 'changeAccount' | 'removeAccount'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a removal can be taken back (s). */
export const undoSeconds = 10;

interface Removal {
  readonly account: AccountView;
  /** Its `updatedAt` since it was switched off here; nothing before that. */
  asOf?: string;
  readonly cancel: () => void;
  /** On behalf of whoever removed it. */
  readonly finish: () => Promise<void>;
}

/**
 * Removals that can still be taken back. The account is switched off at once, so that no call uses it, and goes with
 * its secrets when the time is over, unless somebody has changed it meanwhile: a command may have switched it on, or
 * an import replaced it. A crash before that leaves it switched off and whole.
 */
export class Removals {
  readonly #options: RemovalsOptions;
  readonly #open = new Map<string, Removal>();
  /** It is too late for these. */
  readonly #finishing = new Map<string, Promise<void>>();

  constructor(options: RemovalsOptions) {
    this.#options = options;
  }

  /** Whether the account is on its way out: then no page shows it. */
  has(id: string): boolean {
    return this.#open.has(id);
  }

  /** Whether what has this name is on its way out. */
  hasNamed(name: string): boolean {
    return [...this.#open.values()].some(({ account }) => nameKey(account.name) === nameKey(name));
  }

  /** @throws Problem account-unknown, account-mounted */
  async begin(account: AccountView): Promise<void> {
    const { management, clock } = this.#options;
    const { id } = account;
    if (this.#open.has(id)) return;
    const finish = onSameBehalf(() => this.#finish(id));
    let cancel = (): void => {};
    const removal: Removal = { account, cancel: () => cancel(), finish };
    // Noted before the first wait: a second one at the same moment would have a timer that nobody ends.
    this.#open.set(id, removal);
    try {
      removal.asOf = (await management.setAccountEnabled(id, false)).updatedAt;
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
    if (this.#open.get(id) === removal) cancel = clock.after(undoSeconds * 1_000, () => void finish());
  }

  /** Everything as it was; false where it is too late. */
  async undo(id: string): Promise<boolean> {
    const removal = this.#open.get(id);
    if (removal === undefined || this.#finishing.has(id)) return false;
    removal.cancel();
    this.#open.delete(id);
    if (removal.account.enabled) await this.#options.management.changeAccount(id, { enabled: true });
    return true;
  }

  /** Whoever brings an account of this id or name means another one than that on its way out, which goes first. */
  async makeWay(id: string | undefined, name: string): Promise<void> {
    for (const { account, cancel, finish } of this.#open.values()) {
      if (account.id !== id && nameKey(account.name) !== nameKey(name)) continue;
      cancel();
      await finish();
    }
  }

  /** Nobody can take anything back from a proxy that stops. */
  async close(): Promise<void> {
    for (const { cancel, finish } of this.#open.values()) {
      cancel();
      await finish();
    }
  }

  #finish(id: string): Promise<void> {
    const underway =
      this.#finishing.get(id) ??
      this.#remove(id).finally(() => {
        this.#open.delete(id);
        this.#finishing.delete(id);
      });
    this.#finishing.set(id, underway);
    return underway;
  }

  async #remove(id: string): Promise<void> {
    const { management, log } = this.#options;
    const asOf = this.#open.get(id)?.asOf;
    // Before it is switched off nobody was told that it goes.
    if (asOf === undefined) return;
    try {
      const { account, givenBack } = await management.removeAccount(id, asOf);
      log.info('account removed', {
        account: account.id,
        ...(givenBack !== null && { tokens: givenBack.is }),
      });
    } catch (error) {
      const code = error instanceof Problem ? error.code : undefined;
      // A command was quicker.
      if (code === 'account-unknown') return;
      if (code === 'account-changed')
        log.warn('an account that was to be removed was changed meanwhile, and stays', { account: id });
      else
        log.error('an account that is switched off could not be removed', {
          account: id,
          reason: messageOf(error),
        });
    }
  }
}

/**
 * The same management, for which an account on its way out is gone: whoever adds, imports or names one so means
 * another. Undo does not bring it back then.
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
    importAccount: async (account, options) => {
      await removals.makeWay(account.id, account.settings.name);
      return inner.importAccount(account, options);
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
