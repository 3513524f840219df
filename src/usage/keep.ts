import type { HeaderList } from '../http/headers.ts';
import type { CallRecord } from './call-record.ts';

/** Keeps what is said in one call. Nothing of it throws or waits: no call may notice. */
export interface Keeping {
  /** Bytes of the request's body, as they came. */
  request(bytes: Uint8Array): void;
  /** Bytes of the answer's body, as they go down. */
  answer(bytes: Uint8Array): void;
  /** The call is over, however it ended. */
  over(call: CallRecord, heads: Heads): void;
}

/** All headers of a call; who keeps them chooses. */
export interface Heads {
  readonly request: HeaderList;
  readonly answer: HeaderList;
}

/**
 * Begins to keep a call of `client`; undefined where it is not to be kept, which nobody decides but whoever runs the
 * proxy.
 */
export type Keep = (client: { readonly id: string; readonly name: string }) => Keeping | undefined;
