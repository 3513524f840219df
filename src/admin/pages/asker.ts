import { AsyncLocalStorage } from 'node:async_hooks';
import type { Role } from '../../access/people/role.ts';

/** Who is asking for a page, or wants something changed. Every page and every change goes through this. */
export interface Asker {
  /** A viewer sees everything that is no secret and changes nothing. */
  readonly role: Role;
  /** For the page and for the log of changes. */
  readonly name: string;
  /** `loopback`: whoever is at this machine. `key`: a client key with a role. `command`: one of ours, of this user. */
  readonly via: 'loopback' | 'password' | 'link' | 'oidc' | 'key' | 'command';
  /** What a token against forged changes is bound to; never shown. */
  readonly session: string;
  /** From which address. */
  readonly address: string;
}

/** What the server tells about a request beside it. */
export interface Origin {
  /** From this machine, straight, under a name of ours. */
  readonly local: boolean;
  /** Of whoever asks, as far as the settings let us believe what stands in front. */
  readonly address: string;
  /** Scheme, host and port under which the browser sees us: `https://proxy.example.com`. */
  readonly url: string;
}

/** Somebody who may at least look. */
export interface Known {
  readonly asker: Asker;
  /** A line `Set-Cookie` that the answer carries. */
  readonly setCookie?: string | undefined;
}

/** Finds out who asks; undefined for somebody who is to be shown nothing. */
export type WhoIsAsking = (request: Request, origin: Origin) => Promise<Known | undefined>;

const asking = new AsyncLocalStorage<Asker>();

/** Runs `work`, and whatever it begins, on behalf of `asker`. */
export function onBehalfOf<T>(asker: Asker, work: () => T): T {
  return asking.run(asker, work);
}

/** The same work, later, on behalf of whoever asks now. */
export function onSameBehalf<T>(work: () => T): () => T {
  const asker = whoAsks();
  return asker === undefined ? work : () => onBehalfOf(asker, work);
}

/** On whose behalf this runs; undefined where nobody asked for it. */
export function whoAsks(): Asker | undefined {
  return asking.getStore();
}

/** Whether what is shown may offer changes. What is asked for is judged again: this hides, and refuses nothing. */
export function mayChange(): boolean {
  return whoAsks()?.role !== 'viewer';
}
