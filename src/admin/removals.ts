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
  cancel: () => void;
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
    const { id } = account;
    if (this.#open.has(id)) return;
    const finish = onSameBehalf(() => this.#finish(id));
    const removal: Removal = { account, cancel: () => {}, finish };
    // Noted before the first wait: a second one at the same moment would have a timer that nobody ends.
    this.#open.set(id, removal);
    try {
      removal.asOf = (await this.#options.management.setAccountEnabled(id, false)).updatedAt;
    } catch (error) {
      this.#open.delete(id);
      throw error;
    }
    this.#wait(removal);
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

  /**
   * Does what takes the place of a removal: the account stays while `work` runs, and after it. When that fails, the
   * time begins again in which the removal can be taken back.
   */
  async instead<T>(id: string, work: () => Promise<T>): Promise<T> {
    const removal = this.#open.get(id);
    if (removal === undefined || this.#finishing.has(id)) return work();
    removal.cancel();
    try {
      const done = await work();
      if (this.#open.get(id) === removal) this.#open.delete(id);
      return done;
    } catch (error) {
      this.#wait(removal);
      throw error;
    }
  }

  /** Whoever brings an account of this id or name means another one than that on its way out, which goes first. */
  async makeWay(id: string | undefined, name: string): Promise<void> {
    for (const removal of this.#open.values()) {
      const { account, finish } = removal;
      if (account.id !== id && nameKey(account.name) !== nameKey(name)) continue;
      removal.cancel();
      await finish();
    }
  }

  /** Nobody can take anything back from a proxy that stops. */
  async close(): Promise<void> {
    for (const removal of this.#open.values()) {
      removal.cancel();
      await removal.finish();
    }
  }

  #wait(removal: Removal): void {
    const { account, finish } = removal;
    if (this.#open.get(account.id) !== removal) return;
    removal.cancel = this.#options.clock.after(undoSeconds * 1_000, () => void finish());
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
