import type { JsonObject } from './json.ts';

/** A content block, a tool or a part of the system prompt. */
export type Block = JsonObject;

export type Role = 'user' | 'assistant' | 'system';

export interface InputMessage {
  readonly role: Role;
  /** A plain string is one text block here. */
  readonly content: readonly Block[];
}

/** What `thread` asks for. */
export type ThreadWish =
  | { readonly type: 'create' }
  | { readonly type: 'continue'; readonly previous: string };

/** A Messages request that has passed the checks. */
export interface MessagesRequest {
  readonly model: string;
  /** Undefined for count_tokens alone. */
  readonly maxTokens: number | undefined;
  readonly stream: boolean;
  readonly messages: readonly InputMessage[];
  readonly system: readonly Block[];
  readonly tools: readonly Block[];
  readonly toolChoice: JsonObject | undefined;
  readonly stopSequences: readonly string[];
  /** `thinking.display` is `omitted`: the block comes without its text. */
  readonly hidesThinking: boolean;
  /** JSON schema of `output_config.format`. */
  readonly outputSchema: JsonObject | undefined;
  /** Top-level `cache_control`: the last block is a breakpoint. */
  readonly autoCache: '5m' | '1h' | undefined;
  readonly thread: ThreadWish | undefined;
  readonly speed: string | undefined;
  readonly inferenceGeo: string | undefined;
  readonly serviceTier: string | undefined;
}

/** The text of `blocks`, one after the other. */
export function textOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => (block['type'] === 'text' && typeof block['text'] === 'string' ? block['text'] : ''))
    .filter((text) => text !== '')
    .join('\n');
}
