/**
 * What a body does, one thing after the other. Faults are edits of such a list; the flow carries it out.
 */
export type Step =
  | Chunk
  | { readonly is: 'wait'; readonly ms: number }
  /** The connection breaks here. */
  | { readonly is: 'break' }
  /** Nothing more comes, and the connection stays open. */
  | { readonly is: 'hang' };

/** One server-sent event, or a piece of any other body (`event` is then empty). */
export interface Chunk {
  readonly is: 'chunk';
  readonly event: string;
  /** For the events of a content block: its type. */
  readonly block?: string;
  readonly bytes: Uint8Array;
}

/** A piece of a body that is no event. */
export function piece(bytes: Uint8Array): Chunk {
  return { is: 'chunk', event: '', bytes };
}
