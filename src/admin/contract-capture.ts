/** Whether prompts and answers are kept; part of `GET /status`. */
export interface CaptureView {
  readonly isOn: boolean;
  readonly since: string | null;
  readonly folder: string;
  /** After the day of a call. */
  readonly keepDays: number;
  readonly maxBytes: number;
  /** Calls since the start of the proxy. */
  readonly kept: number;
  /** Calls that should have been kept and were not. */
  readonly dropped: number;
  /** Why nothing can be written; null where it can. */
  readonly trouble: string | null;
}

/** What is kept of a body (bytes). */
export interface CapturedBodyView {
  /** All that passed of it. */
  readonly bytes: number;
  /** As much of its beginning is kept. */
  readonly kept: number;
}

/** A call that was kept, without its bodies. */
export interface CapturedView {
  /** Where it lies: what bodies are asked for by. */
  readonly file: string;
  readonly place: number;
  readonly requestId: string;
  readonly at: string;
  readonly ms: number;
  readonly method: string;
  readonly path: string;
  readonly client: string;
  readonly account: string | null;
  readonly session: string | null;
  readonly model: string | null;
  readonly status: number;
  readonly ended: string;
  /** Name, value, name, value, …: never one that could hold a credential. */
  readonly requestHeaders: readonly string[];
  readonly answerHeaders: readonly string[];
  readonly request: CapturedBodyView;
  readonly answer: CapturedBodyView;
}

export interface CaptureListView {
  /** Oldest first. */
  readonly calls: readonly CapturedView[];
  /** Files that cannot be read, or not to their end: `without-key`, `torn`, `damaged`. */
  readonly flaws: readonly { readonly file: string; readonly is: string }[];
}

export interface CaptureStockView {
  readonly files: number;
  readonly bytes: number;
}
