import { type Account, findAccount } from '../accounts/account.ts';
import type { AccountStore } from '../accounts/store.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import type { ProviderSettings } from '../config/settings.ts';
import type { Way } from '../config/settings-providers.ts';
import type { OAuth } from '../oauth/open.ts';
import type { Revoked } from '../oauth/outcome.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { SignInFlowView } from './contract-accounts.ts';
import { onBehalfOf, whoAsks } from './pages/asker.ts';
import { flowView } from './sign-in-view.ts';

/** What commands and the page may do about sign-ins. They live with whoever began them, under ids of their own. */
export interface SignInManagement {
  /**
   * The ways in that the provider of an account has, best first; where it has none as things are, those that
   * the settings name: to begin one says what is wrong.
   *
   * @throws Problem account-unknown, account-mounted, sign-in-unneeded, provider-…, client-secret-missing
   */
  ways(nameOrId: string): Promise<readonly Way[]>;
  /**
   * Begins to sign in an account. When that is done, its tokens are stored and in use.
   *
   * @throws Problem as `ways`, and provider-incomplete, provider-way-missing, sign-ins-full, redirect-port-taken
   */
  begin(nameOrId: string, way: Way): Promise<SignInFlowView>;
  /** Every sign-in that is not forgotten yet, oldest first. */
  list(): Promise<readonly SignInFlowView[]>;
  /** Where one stands. @throws Problem sign-in-unknown */
  find(id: string): Promise<SignInFlowView>;
  /** Resolves when it has ended. @throws Problem sign-in-unknown, sign-in-over, pasted-code-… */
  paste(id: string, text: string): Promise<SignInFlowView>;
  /** Ends one that waits for a person. @throws Problem sign-in-unknown */
  cancel(id: string): Promise<SignInFlowView>;
}

/** What of a provider's doings is needed here. */
type SigningIn = Pick<OAuth, 'ways' | 'begin' | 'flow' | 'flows' | 'paste' | 'cancel' | 'revoke'>;

export interface SignInsOptions {
  readonly accounts: Pick<AccountStore, 'list' | 'find' | 'signIn' | 'tokens'>;
  readonly providers: () => ReadonlyMap<string, ProviderSettings>;
  /** Opened when it is first needed. */
  readonly oauth: () => SigningIn | Promise<SigningIn>;
  /** Told when an account has new tokens; on behalf of whoever began the sign-in. */
  readonly onSignedIn?: (account: Pick<Account, 'id' | 'name'>) => void | Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Giving tokens back keeps nobody waiting for longer (ms). */
const longestGivingMs = 10_000;

/** The sign-ins of accounts in this process. */
export class SignIns implements SignInManagement {
  readonly #options: SignInsOptions;

  constructor(options: SignInsOptions) {
    this.#options = options;
  }

  async ways(nameOrId: string): Promise<readonly Way[]> {
    const { provider } = this.#wanted(nameOrId);
    const has = await (await this.#options.oauth()).ways(provider);
    if (has.length > 0) return has;
    const named = this.#options.providers().get(provider)?.ways ?? [];
    // The one without which most have no other: what it lacks is what there is to say.
    const inBrowser = named.filter((way) => way !== 'device');
    return inBrowser.length > 0 ? inBrowser : named;
  }

  async begin(nameOrId: string, way: Way): Promise<SignInFlowView> {
    const { id, name: purpose, provider } = this.#wanted(nameOrId);
    // It ends when the provider is done, in an answer to nobody here: it is still theirs who began it.
    const behalf = whoAsks();
    const keep = (tokens: TokenSet): Promise<void> => {
      const work = (): Promise<void> => this.#keep(id, provider, tokens);
      return behalf === undefined ? work() : onBehalfOf(behalf, work);
    };
    const oauth = await this.#options.oauth();
    return flowView(await oauth.begin({ provider, way, purpose, keep }));
  }

  async list(): Promise<readonly SignInFlowView[]> {
    return (await this.#options.oauth()).flows().map(flowView);
  }

  async find(id: string): Promise<SignInFlowView> {
    const flow = (await this.#options.oauth()).flow(id);
    if (flow !== undefined) return flowView(flow);
    const fix = 'Begin again; a sign-in is forgotten some minutes after its end.';
    throw new Problem('sign-in-unknown', 'There is no such sign-in.', fix);
  }

  async paste(id: string, text: string): Promise<SignInFlowView> {
    return flowView(await (await this.#options.oauth()).paste(id, text));
  }

  async cancel(id: string): Promise<SignInFlowView> {
    return flowView((await this.#options.oauth()).cancel(id));
  }

  /** Gives back what a provider gave out, as well as that goes in a short time. Never rejects. */
  async giveBack(provider: string, tokens: TokenSet): Promise<Revoked> {
    const { clock, log } = this.#options;
    const enough = Promise.withResolvers<Revoked>();
    const cancel = clock.after(longestGivingMs, () => {
      enough.resolve({ is: 'failed', reason: `Provider "${provider}" does not answer in time` });
    });
    try {
      const oauth = await this.#options.oauth();
      return await Promise.race([oauth.revoke(provider, tokens), enough.promise]);
    } catch (error) {
      log.warn('tokens not given back', { provider, reason: messageOf(error) });
      return { is: 'failed', reason: messageOf(error) };
    } finally {
      cancel();
    }
  }

  /** Stores what a sign-in gave; what is of no more use goes back to the provider. */
  async #keep(id: string, provider: string, tokens: TokenSet): Promise<void> {
    const { accounts, onSignedIn, log } = this.#options;
    const before = await accounts.tokens.read(id);
    try {
      await accounts.signIn(id, tokens);
    } catch (error) {
      // Removed meanwhile: nobody will ever use them.
      if (accounts.find(id) === undefined) await this.giveBack(provider, tokens);
      throw error;
    }
    await onSignedIn?.({ id, name: accounts.find(id)?.name ?? id });
    log.info('account signed in', { account: id, provider });
    if (before === undefined || !isSomebodyElse(before, tokens)) return;
    const { is } = await this.giveBack(provider, before);
    log.info('the tokens of the sign-in before were given back', { account: id, is });
  }

  /** The account that is to be signed in. @throws Problem account-unknown, account-mounted, sign-in-unneeded */
  #wanted(nameOrId: string): Account & { readonly provider: string } {
    const account = findAccount(this.#options.accounts.list(), nameOrId);
    if (account === undefined) {
      const fix = `\`${ownCommand('auth list')}\` shows the accounts there are.`;
      throw new Problem('account-unknown', `There is no account "${nameOrId}".`, fix);
    }
    const { name, kind, provider, from } = account;
    if (provider === undefined) {
      const title = `"${name}" is an account of the kind ${kind}: it is not signed in.`;
      throw new Problem('sign-in-unneeded', title, 'Only accounts of the kind oauth sign in at a provider.');
    }
    if (from === undefined) return { ...account, provider };
    throw new Problem(
      'account-mounted',
      `The account "${name}" stands in ${from}; commands do not change it.`,
      'Add an account of another name, and sign that in.',
    );
  }
}

/**
 * Whether two sign-ins are surely of two people. Many providers end all that one person has with a client when
 * one token of it is given back (docs/decisions/0080): then the new sign-in would go with the old.
 */
function isSomebodyElse(before: TokenSet, after: TokenSet): boolean {
  return before.label !== undefined && after.label !== undefined && before.label !== after.label;
}
