import { join } from 'node:path';
import { AccountTokens } from '../../src/accounts/account-tokens.ts';
import type { RefreshMeans, Renewing } from '../../src/accounts/refresh-once.ts';
import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Secret } from '../../src/base/secret.ts';
import { openVault } from '../../src/credentials/open.ts';
import type { Vault } from '../../src/credentials/vault.ts';
import type { Refreshed } from '../../src/oauth/outcome.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import { MemoryLog } from '../help/a-log.ts';
import { aTokenSet } from '../help/a-token-set.ts';

/** A provider that answers as it is told, and remembers what it was asked with. */
export class ToldProvider implements Renewing {
  readonly asked: string[] = [];
  /** What it answers next; the last one for ever. */
  answers: (Refreshed | ((token: string) => Refreshed | Promise<Refreshed>))[] = [];

  async refresh(_: string, token: Secret): Promise<Refreshed> {
    this.asked.push(token.reveal());
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (answer === undefined) throw new Error('nobody said what to answer');
    return typeof answer === 'function' ? answer(token.reveal()) : answer;
  }
}

/** Tokens `NAME` for the one refresh that is answered with them. */
export const renewed = (name: string, more: Partial<TokenSet> = {}): Refreshed => ({
  is: 'renewed',
  tokens: aTokenSet(name, more),
});

export const refused = (code = 'invalid_grant'): Refreshed => ({
  is: 'refused',
  code,
  reason: `${code}: no`,
});

export const unreachable: Refreshed = { is: 'unreachable', reason: 'no network', retryAt: undefined };

export const failed = (mayBeSpent: boolean, retryAt?: number): Refreshed => ({
  is: 'failed',
  reason: 'no answer',
  mayBeSpent,
  retryAt,
});

/** The vault of the folder `home`, as each process opens it for itself. */
export function vaultIn(home: string): Promise<Vault> {
  const paths = { home, credentials: join(home, 'credentials.json') };
  return openVault({ paths, createKey: 'create', log: silentLog });
}

/** What a process on `home` refreshes with. */
export interface Means extends RefreshMeans {
  readonly vault: Vault;
  readonly tokens: AccountTokens;
  readonly log: MemoryLog;
  readonly close: AbortController;
}

export async function meansIn(
  home: string,
  clock: Clock,
  provider: Renewing,
  wrap: (vault: Vault) => Vault = (vault) => vault,
): Promise<Means> {
  const vault = wrap(await vaultIn(home));
  const close = new AbortController();
  return {
    vault,
    tokens: new AccountTokens(vault, clock),
    provider,
    lockFolder: join(home, 'locks'),
    clock,
    log: new MemoryLog(),
    closing: close.signal,
    close,
  };
}

/** `vault` with some of its ways replaced. */
export function vaultBut(vault: Vault, ways: Partial<Vault>): Vault {
  return {
    get: (id) => vault.get(id),
    set: (id, secret) => vault.set(id, secret),
    delete: (id) => vault.delete(id),
    setAll: (secrets) => vault.setAll(secrets),
    update: (id, next, options) => vault.update(id, next, options),
    stamp: () => vault.stamp(),
    ids: () => vault.ids(),
    describe: () => vault.describe(),
    ...ways,
  };
}
