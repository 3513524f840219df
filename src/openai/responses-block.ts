import type { CustomInput } from './custom-tools.ts';
import { parsedText, textAt, type JsonObject } from './json.ts';

/** An item that is being said. */
export interface Open {
  readonly block: JsonObject;
  /** Of the block in the answer. */
  readonly index: number;
  /** Among the items. */
  readonly at: number;
  readonly id: string;
  text: string;
  signature: string;
  /** Of a call of a custom tool. */
  readonly custom: CustomInput;
  /** So far of its text (characters). */
  told: number;
}

/** The blocks that become items. */
export type Kind = 'text' | 'tool_use' | 'custom' | 'thinking' | 'redacted_thinking';

/** What the ids of their items begin with. */
export const prefixes: Readonly<Record<Kind, string>> = {
  text: 'msg_',
  tool_use: 'fc_',
  custom: 'ctc_',
  thinking: 'rs_',
  redacted_thinking: 'rs_',
};

/** What sort of item a block becomes; undefined for those that become none. */
export function kindOf(block: JsonObject | undefined, custom: ReadonlySet<string>): Kind | undefined {
  const type = block?.['type'];
  if (type === 'tool_use' && custom.has(textAt(block, 'name') ?? '')) return 'custom';
  return type === 'text' || type === 'tool_use' || type === 'thinking' || type === 'redacted_thinking'
    ? type
    : undefined;
}

/** The block as it stands in a whole answer. */
export function wholeBlock(kind: Kind, { block, text, signature }: Open): JsonObject {
  switch (kind) {
    case 'text':
      return { type: 'text', text };
    case 'thinking':
      return {
        type: 'thinking',
        thinking: text,
        signature: signature === '' ? textAt(block, 'signature') : signature,
      };
    case 'tool_use':
    case 'custom':
      return { ...block, input: text === '' ? (block['input'] ?? {}) : (parsedText(text) ?? {}) };
    case 'redacted_thinking':
      return block;
  }
}
