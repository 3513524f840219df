import { nameKey } from '../base/name-key.ts';

export { nameKey };

/** The kinds of account there are. */
export const accountKinds = ['api-key', 'token', 'oauth', 'passthrough'] as const;
export type AccountKind = (typeof accountKinds)[number];

/** In which header an API key goes upstream. */
export const sendingWays = ['x-api-key', 'bearer'] as const;
export type SendAs = (typeof sendingWays)[number];

/** Where calls go unless the account says otherwise. */
export const defaultBaseUrl = 'https://api.anthropic.com';

/** One upstream credential with its settings. The credential itself is in the vault, under `id`. */
export interface Account {
  /** `acc_` and random characters. Never changes, whatever the name does. */
  readonly id: string;
  /** Free text, unique whatever its case. */
  readonly name: string;
  readonly kind: AccountKind;
  /** Scheme, host and path, without a slash at the end; the path of each call is put behind it. */
  readonly baseUrl: string;
  /** The user allows `http:` to a host that is not this machine. */
  readonly allowPlainHttp: boolean;
  /** Only of `api-key` accounts. */
  readonly sendAs?: SendAs;
  /** Only of `oauth` accounts: the provider of the settings that signs them in. */
  readonly provider?: string;
  /** Accounts with the LOWEST number are used first; accounts of one number share the work. 0 … 1000. */
  readonly priority: number;
  /** The share of the work among accounts of one priority: 2 takes twice as much as 1. */
  readonly weight: number;
  /** Patterns of models, with `*`; none allow every model. */
  readonly models: readonly string[];
  /** The most calls at once; undefined for no limit of ours. */
  readonly maxConcurrent?: number;
  /** Headers the user set for every call on this account. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The way out for calls on this account, without what it wants to know of us: `socks5://10.0.0.1:1080`. */
  readonly proxy?: string;
  /** The vault's entry with user name and password for `proxy`. */
  readonly proxyLogin?: string;
  /** Certificates (PEM) trusted for this account besides the usual ones. */
  readonly extraCa?: string;
  readonly notes: string;
  readonly enabled: boolean;
  /** The mounted file it stands in; undefined for accounts that commands may change. */
  readonly from?: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Moves on with every change of the settings and of the secret a person gave. */
  readonly updatedAt: number;
  /** Moves on with every new secret and sign-in: what was learned about the old one is void. */
  readonly credentialAt: number;
}

/** What every account id begins with; no name may, so that an id is never taken for a name. */
export const accountIdPrefix = 'acc_';

/** How accounts of a kind come by their secret. */
const secretComes = {
  'api-key': 'given',
  token: 'given',
  oauth: 'signed in',
  passthrough: 'never',
} as const satisfies Record<AccountKind, string>;

/** Whether accounts of this kind keep a secret in the vault. */
export function keepsSecret(kind: AccountKind): boolean {
  return secretComes[kind] !== 'never';
}

/** Whether a person gives accounts of this kind their secret, rather than signing in. */
export function takesSecret(kind: AccountKind): boolean {
  return secretComes[kind] === 'given';
}

/** The account an id or a name (in any case) means. */
export function findAccount(accounts: readonly Account[], idOrName: string): Account | undefined {
  const wanted = nameKey(idOrName);
  return accounts.find(({ id }) => id === idOrName) ?? accounts.find(({ name }) => nameKey(name) === wanted);
}
