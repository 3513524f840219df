import type { Role } from '../access/people/role.ts';

/** Somebody who signs in with a password. */
export interface PersonView {
  /** Of them alone: whoever gets the same name later has another one. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly passwordAt: string;
  /** Browsers in which they are signed in. */
  readonly sessions: number;
}

/** Whose password was set. */
export interface PasswordView {
  readonly person: Omit<PersonView, 'sessions'>;
  readonly isNew: boolean;
}

/** A link that signs in once. It is a secret, and shown this once. */
export interface LinkView {
  /** To put behind the address of the proxy. */
  readonly path: string;
  readonly role: Role;
  readonly expiresAt: string;
  /** `server.public_url`, where it is set. */
  readonly publicUrl: string | null;
}

/** Something that somebody changed. */
export interface ChangeView {
  readonly id: string;
  readonly at: string;
  readonly who: string;
  /** How they were known: `loopback`, `password`, `link`, `oidc`, `key`, `command`. */
  readonly via: string;
  readonly address: string;
  readonly what: string;
  /** '' where it was done to nothing in particular. */
  readonly subject: string;
  readonly details: Readonly<Record<string, string>>;
}
