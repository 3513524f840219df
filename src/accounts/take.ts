import { ownCommand } from '../base/own-command.ts';
import { Problem } from '../base/problem.ts';
import { type Account, keepsSecret, nameKey } from './account.ts';
import { type AccountSettings, readDraft } from './draft.ts';
import { readProxyLogin, readSecret } from './given-secrets.ts';
import type { PortableAccount } from './portable.ts';
import type { AccountStore } from './store.ts';

/** What became of an account that was brought from elsewhere. */
export interface Taken {
  readonly is: 'added' | 'replaced' | 'kept';
  readonly account: Account;
}

/**
 * Takes an account that was brought from elsewhere. One that is here already, by its id or its name, stays as
 * it is unless `replaces`: then it gets the settings and secrets of the other, and keeps its standing place in
 * the list and what is bound to it. Without a secret of its own it may not lead the one that is here elsewhere.
 *
 * @throws Problem `account-invalid`, `account-mounted`, `account-name-taken`, `import-mismatch`, `secret-…`;
 *   DatabaseError, Problem of the vault
 */
export async function take(
  store: AccountStore,
  portable: PortableAccount,
  { replaces }: { readonly replaces: boolean },
): Promise<Taken> {
  const { id, settings, secret, tokens, proxyLogin } = portable;
  const here = hereOf(store.list(), portable);
  if (here === undefined) {
    const account = await store.add(settings, secret, { id, tokens, proxyLogin, mayLackSecret: true });
    return { is: 'added', account };
  }
  if (!replaces) return { is: 'kept', account: here };
  if (here.kind !== settings.kind || here.provider !== settings.provider) throw mismatch(here, settings);
  if (secret === undefined && tokens === undefined && leadsElsewhere(here, settings)) throw wouldLead(here);
  const { kind: _kind, provider: _provider, ...changes } = { ...nothing, ...settings };
  const given = { secret, tokens, proxyLogin: proxyLogin ?? null };
  return { is: 'replaced', account: await store.update(here.id, changes, given) };
}

/** Which of `accounts` one that is brought from elsewhere means: by its id, else by its name. */
export function hereOf<One extends Pick<Account, 'id' | 'name'>>(
  accounts: readonly One[],
  { id, settings }: PortableAccount,
): One | undefined {
  const key = nameKey(settings.name);
  return accounts.find((one) => one.id === id) ?? accounts.find(({ name }) => nameKey(name) === key);
}

/**
 * What can be told of an account from elsewhere before anything is done about it.
 *
 * @throws Problem `account-invalid`, `secret-…`, `proxy-login-invalid`
 */
export function checkPortable({ settings, secret, tokens, proxyLogin }: PortableAccount): void {
  const { kind } = readDraft(settings);
  if (secret !== undefined && tokens === undefined) readSecret(kind, secret);
  if (proxyLogin !== undefined) readProxyLogin(proxyLogin);
}

/** Whether the secret that is here would be shown to somebody else with the settings of the other account. */
function leadsElsewhere(here: Account, settings: AccountSettings): boolean {
  const isSame = (['baseUrl', 'proxy', 'extraCa'] as const).every((place) => here[place] === settings[place]);
  return keepsSecret(here.kind) && !isSame;
}

function wouldLead(here: Account): Problem {
  const title = `"${here.name}" would send the secret it has here elsewhere: the other one goes another way, and brings no secret.`;
  return new Problem(
    'import-mismatch',
    title,
    `Where that is wanted, change it here: \`${ownCommand('auth set')}\`.`,
  );
}

/** What the other account does not have is taken away from this one. */
const nothing = { maxConcurrent: null, headers: null, proxy: null, extraCa: null } as const;

function mismatch(here: Account, { kind }: AccountSettings): Problem {
  const title = `"${here.name}" is an account of the kind ${here.kind} here; the other one is ${kind}, or of another provider.`;
  return new Problem('import-mismatch', title, 'Rename or remove the one that is here, and import again.');
}
