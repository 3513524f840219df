/** Who is asking for a page, or wants something changed. Every page and every change goes through this. */
export interface Asker {
  /** A viewer sees everything that is no secret and changes nothing. */
  readonly role: 'admin' | 'viewer';
  /** For the page and for the log of changes. */
  readonly name: string;
  readonly via: 'loopback';
  /** What a token against forged changes is bound to; never shown. */
  readonly session: string;
}

/** What the server tells about a request beside it. */
export interface Origin {
  /** From this machine, straight, under a name of ours. */
  readonly local: boolean;
}

/** Finds out who asks; undefined for somebody who is to be shown nothing. */
export type WhoIsAsking = (
  request: Request,
  origin: Origin,
) => Asker | undefined | Promise<Asker | undefined>;

/** Whoever sits at this machine is its admin, as long as nobody has to sign in. */
export const whoeverIsHere: WhoIsAsking = (_request, { local }) =>
  local ? { role: 'admin', name: 'this machine', via: 'loopback', session: 'loopback' } : undefined;
