import type { SimulatedKey } from './keys.ts';

/** Somebody who can sign in. Tokens of one person are one account, however often they are renewed. */
export type Person = Omit<SimulatedKey, 'key' | 'revoked'> & {
  readonly email?: string | undefined;
};

/** How sign-ins go. */
export interface OAuthSettings {
  /** Life of an access token (s). */
  readonly accessSeconds: number;
  /** `rotate`: a renewal brings a new refresh token; `keep`: the old one stays good; `none`: there is none. */
  readonly refresh: 'rotate' | 'keep' | 'none';
  /** How long a refresh token that was replaced is still taken (s). Afterwards its use revokes the whole family. */
  readonly graceSeconds: number;
  /** What the page does: ask, or decide by itself. */
  readonly consent: 'ask' | 'approve' | 'deny';
  /** Life of an authorization code (s). */
  readonly codeSeconds: number;
  /** Life of a device code (s), and how often it may be asked about. */
  readonly deviceSeconds: number;
  readonly intervalSeconds: number;
  /** Shown beside a device code. */
  readonly loginNotice: string | undefined;
}

/** Clients by id; null: a client without a secret. Left out: any client, and for device grants none at all. */
export type Clients = Readonly<Record<string, string | null>>;

export interface OAuthOptions extends Partial<OAuthSettings> {
  readonly people?: readonly Person[] | undefined;
  readonly clients?: Clients | undefined;
}

const usual: OAuthSettings = {
  accessSeconds: 3600,
  refresh: 'rotate',
  graceSeconds: 0,
  consent: 'ask',
  codeSeconds: 60,
  deviceSeconds: 600,
  intervalSeconds: 5,
  loginNotice: undefined,
};

const usualPeople: readonly Person[] = [1, 2, 3].map((number) => ({
  name: `person-${number}`,
  email: `person-${number}@simulated.example`,
}));

export function settleOAuth(options: OAuthOptions = {}): {
  settings: OAuthSettings;
  people: readonly Person[];
  clients: Clients | undefined;
} {
  const { people = usualPeople, clients, ...given } = options;
  return { settings: { ...usual, ...given }, people, clients };
}
