import { customText } from './custom-tools.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import { carried } from './responses-items.ts';
import type { ResponsesAsked } from './responses-request.ts';
import { idFor, refusalIn, responseUsage, tierIn, tokensIn } from './said.ts';

/**
 * A whole message of the Messages API as a response.
 *
 * @param created seconds since the epoch
 */
export function responseOf(message: JsonObject, asked: ResponsesAsked, created: number): JsonObject {
  const id = textAt(message, 'id') ?? '';
  const stop = textAt(message, 'stop_reason');
  const blocks = listAt(message, 'content').filter(isObject);
  const ending = endingOf(stop);
  const output = blocks.flatMap((block, index) => {
    const item = itemOf(block, id, index, asked.custom);
    return item === undefined ? [] : index === blocks.length - 1 ? lastItem(item, ending) : item;
  });
  const refused = refusalIn(stop, objectAt(message, 'stop_details'));
  if (refused !== undefined) output.push(refusalItem(refused, id, blocks.length));
  return {
    ...frameOf(id, asked, created),
    ...ending,
    output,
    ...usageOf(objectAt(message, 'usage')),
  };
}

/** What a response says from its first event on. */
export function frameOf(messageId: string, { echo }: ResponsesAsked, created: number): JsonObject {
  return {
    id: idFor('resp_', messageId),
    object: 'response',
    created_at: created,
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    ...echo,
    output: [],
    usage: null,
  };
}

/** How a response ended. */
export interface Ending {
  readonly status: string;
  readonly incomplete_details: unknown;
}

export function endingOf(stop: string | undefined): Ending {
  const incomplete = (reason: string) => ({ status: 'incomplete', incomplete_details: { reason } });
  switch (stop) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return incomplete('max_output_tokens');
    case 'refusal':
      return incomplete('content_filter');
    case undefined:
    default:
      return { status: 'completed', incomplete_details: null };
  }
}

/** The item of the block an answer ended in, which is as complete as that. */
export function lastItem(item: JsonObject, { status }: Ending): JsonObject {
  return { ...item, status };
}

export function usageOf(usage: JsonObject | undefined): JsonObject {
  const tier = tierIn(usage);
  return { usage: responseUsage(tokensIn(usage)), ...(tier !== undefined && { service_tier: tier }) };
}

/** The item that a block of the answer becomes; undefined for blocks that OpenAI's clients have no item for. */
export function itemOf(
  block: JsonObject,
  messageId: string,
  index: number,
  custom: ReadonlySet<string>,
): JsonObject | undefined {
  const id = (prefix: string): string => itemId(prefix, messageId, index);
  switch (block['type']) {
    case 'text':
      return messageItem(id('msg_'), [textPart(textAt(block, 'text') ?? '')]);
    case 'tool_use':
      if (custom.has(textAt(block, 'name') ?? '')) return customItem(block, id('ctc_'));
      return {
        id: id('fc_'),
        type: 'function_call',
        status: 'completed',
        call_id: textAt(block, 'id') ?? '',
        name: textAt(block, 'name') ?? '',
        arguments: JSON.stringify(block['input'] ?? {}),
      };
    case 'thinking':
    case 'redacted_thinking': {
      const text = textAt(block, 'thinking') ?? '';
      const summary = text === '' ? [] : [{ type: 'summary_text', text }];
      return {
        id: id('rs_'),
        type: 'reasoning',
        summary,
        encrypted_content: carried(block),
        status: 'completed',
      };
    }
    default:
      return undefined;
  }
}

function customItem(block: JsonObject, id: string): JsonObject {
  const [call_id, name] = [textAt(block, 'id') ?? '', textAt(block, 'name') ?? ''];
  return {
    id,
    type: 'custom_tool_call',
    status: 'completed',
    call_id,
    name,
    input: customText(block['input']),
  };
}

/** Each block of an answer is an item with an id of its own, the same however it comes. */
export function itemId(prefix: string, messageId: string, index: number): string {
  return `${idFor(prefix, messageId)}_${index}`;
}

export function messageItem(id: string, content: readonly JsonObject[], status = 'completed'): JsonObject {
  return { id, type: 'message', status, role: 'assistant', content };
}

export function textPart(text: string): JsonObject {
  return { type: 'output_text', text, annotations: [], logprobs: [] };
}

/** Why the model refused stands behind all that it said before. */
export function refusalItem(refused: string, messageId: string, index: number): JsonObject {
  return messageItem(itemId('msg_', messageId, index), [{ type: 'refusal', refusal: refused }]);
}
