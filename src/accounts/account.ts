/** The kinds of account this version can use; `oauth` joins them with the sign-in. */
export const accountKinds = ['api-key', 'token', 'passthrough'] as const;
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
  readonly notes: string;
  readonly enabled: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Moves on with every change of the settings and of the secret. */
  readonly updatedAt: number;
}

/** What every account id begins with; no name may, so that an id is never taken for a name. */
export const accountIdPrefix = 'acc_';

const secretKept = {
  'api-key': true,
  token: true,
  passthrough: false,
} as const satisfies Record<AccountKind, boolean>;

/** Whether accounts of this kind keep a secret in the vault. */
export function keepsSecret(kind: AccountKind): boolean {
  return secretKept[kind];
}

/**
 * A name as it is compared: two names that differ only in case, or in how a character is encoded (Unicode
 * NFKC), are one. Names are headers, arguments and words people say to each other.
 */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

/** The account an id or a name (in any case) means. */
export function findAccount(accounts: readonly Account[], idOrName: string): Account | undefined {
  const wanted = nameKey(idOrName);
  return accounts.find(({ id }) => id === idOrName) ?? accounts.find(({ name }) => nameKey(name) === wanted);
}
