import { isBlank, type Block } from './conversation.ts';
import { isObject, listAt, textAt } from './json.ts';

/**
 * How thinking travels through a chat client and back. The Messages API wants its thinking blocks again in a tool
 * loop, unchanged and in their places; a chat message has no place for them. They go out as `reasoning_details`, a
 * member that clients which know it (it is OpenRouter's) give back, as do those that keep a message as it is: the
 * official SDKs among them. Nothing of it is stored here.
 */
export interface Detail {
  readonly type: 'reasoning.text' | 'reasoning.encrypted';
  readonly text?: string;
  readonly signature?: string;
  readonly data?: string;
  readonly format: string;
  /** The block's place in the answer. */
  readonly index: number;
  /** On the first one, where the order is not the usual one: see {@link layoutOf}. */
  readonly layout?: string;
}

const format = 'anthropic-claude-v1';

/** The details of an answer's thinking; none where it has none. */
export function detailsOf(content: readonly Block[]): Detail[] {
  const details: Detail[] = [];
  for (const [index, block] of content.entries()) {
    const text = textAt(block, 'thinking');
    const signature = textAt(block, 'signature');
    const data = textAt(block, 'data');
    if (block['type'] === 'thinking' && text !== undefined && signature !== undefined)
      details.push({ type: 'reasoning.text', text, signature, format, index });
    if (block['type'] === 'redacted_thinking' && data !== undefined)
      details.push({ type: 'reasoning.encrypted', data, format, index });
  }
  const [first, ...others] = details;
  if (first === undefined) return [];
  const layout = layoutOf(content);
  return layout === undefined ? details : [{ ...first, layout }, ...others];
}

/**
 * The order of the blocks of an answer, where thinking, one text and then calls would not tell it: a letter for each
 * block (k: thinking, t: text with its length in characters, u: tool use).
 */
function layoutOf(content: readonly Block[]): string | undefined {
  const letters = content.map((block) => {
    if (block['type'] === 'text') return `t${textAt(block, 'text')?.length ?? 0}`;
    if (block['type'] === 'tool_use') return 'u';
    return block['type'] === 'thinking' || block['type'] === 'redacted_thinking' ? 'k' : '';
  });
  const layout = letters.join('');
  return /^k*(?:t\d+)?u*$/.test(layout) ? undefined : layout;
}

/**
 * The blocks of an assistant's message: its thinking, if it came back, in its places among text and calls.
 *
 * @param message as the client sends it
 * @param text what it says
 */
export function withThinking(message: unknown, text: string, calls: readonly Block[]): Block[] {
  const details = listAt(message, 'reasoning_details');
  const thinking =
    details.length > 0 ? details.flatMap(blockOf) : listAt(message, 'thinking_blocks').flatMap(plainBlock);
  const texts = isBlank(text) ? [] : [{ type: 'text', text }];
  if (thinking.length === 0) return [...texts, ...calls];
  const [first] = details;
  const laid = byLayout(textAt(first, 'layout') ?? '', thinking, text, calls);
  return laid ?? [...thinking, ...texts, ...calls];
}

function blockOf(detail: unknown): Block[] {
  const made = textAt(detail, 'format');
  // Reasoning of another vendor's model means nothing to this one.
  if (made !== undefined && !made.startsWith('anthropic')) return [];
  return plainBlock({
    thinking: isObject(detail) ? (detail['text'] ?? '') : '',
    signature: textAt(detail, 'signature'),
    data: textAt(detail, 'data'),
  });
}

/** A block as the Messages API has it, which some clients keep under `thinking_blocks`. */
function plainBlock(block: unknown): Block[] {
  const signature = textAt(block, 'signature') ?? '';
  const data = textAt(block, 'data') ?? '';
  if (signature !== '') return [{ type: 'thinking', thinking: textAt(block, 'thinking') ?? '', signature }];
  return data === '' ? [] : [{ type: 'redacted_thinking', data }];
}

/** The blocks in the order of `layout`; undefined where it does not fit what came back. */
function byLayout(
  layout: string,
  thinking: readonly Block[],
  text: string,
  calls: readonly Block[],
): Block[] | undefined {
  if (!/^(?:[ku]|t\d{1,9})+$/.test(layout)) return undefined;
  const blocks: (Block | undefined)[] = [];
  let [thought, called, at] = [0, 0, 0];
  for (const [, letter, length] of layout.matchAll(/([kut])(\d*)/g)) {
    if (letter === 'k') blocks.push(thinking[thought++]);
    else if (letter === 'u') blocks.push(calls[called++]);
    else {
      const end = at + Number(length);
      const part = text.slice(at, end);
      if (!isBlank(part)) blocks.push({ type: 'text', text: part });
      at = end;
    }
  }
  const isWhole = thought === thinking.length && called === calls.length && at === text.length;
  const whole = blocks.filter((block) => block !== undefined);
  return isWhole && whole.length === blocks.length ? whole : undefined;
}

/** The texts of the thinking, for clients that show them. */
export function thoughtsOf(content: readonly Block[]): string {
  return content
    .flatMap((block) => (block['type'] === 'thinking' ? (textAt(block, 'thinking') ?? '') : []))
    .filter((text) => text !== '')
    .join('\n\n');
}
