import { detailsOf, thoughtsOf } from './carried-thinking.ts';
import type { ChatAsked } from './chat-request.ts';
import { customText } from './custom-tools.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import { chatUsage, finishReason, idFor, refusalIn, tierIn, tokensIn } from './said.ts';

/**
 * A whole message of the Messages API as a chat completion.
 *
 * @param created seconds since the epoch
 */
export function chatCompletion(message: JsonObject, asked: ChatAsked, created: number): JsonObject {
  const stop = textAt(message, 'stop_reason');
  const usage = objectAt(message, 'usage');
  const tier = tierIn(usage);
  return {
    id: idFor('chatcmpl-', textAt(message, 'id') ?? ''),
    object: 'chat.completion',
    created,
    model: asked.model,
    choices: [
      {
        index: 0,
        message: chatMessage(message, asked),
        logprobs: null,
        finish_reason: finishReason(stop, asked.isLegacy),
      },
    ],
    usage: chatUsage(tokensIn(usage)),
    ...(tier !== undefined && { service_tier: tier }),
  };
}

function chatMessage(message: JsonObject, { isLegacy, custom }: ChatAsked): JsonObject {
  const content = listAt(message, 'content').filter(isObject);
  const text = content
    .flatMap((block) => (block['type'] === 'text' ? (textAt(block, 'text') ?? '') : []))
    .join('');
  const calls = content.filter(({ type }) => type === 'tool_use');
  const refused = refusalIn(textAt(message, 'stop_reason'), objectAt(message, 'stop_details'));
  const thoughts = thoughtsOf(content);
  const details = detailsOf(content);
  const [single] = calls;
  return {
    role: 'assistant',
    content: text === '' && (calls.length > 0 || refused !== undefined) ? null : text,
    refusal: refused ?? null,
    ...(thoughts !== '' && { reasoning_content: thoughts }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(!isLegacy && calls.length > 0 && { tool_calls: calls.map((call) => toolCall(call, custom)) }),
    ...(isLegacy && single !== undefined && { function_call: called(single) }),
  };
}

function toolCall(block: JsonObject, custom: ReadonlySet<string>): JsonObject {
  const [id, name] = [textAt(block, 'id'), textAt(block, 'name') ?? ''];
  if (custom.has(name)) return { id, type: 'custom', custom: { name, input: customText(block['input']) } };
  return { id, type: 'function', function: called(block) };
}

function called(block: JsonObject): JsonObject {
  return { name: textAt(block, 'name'), arguments: JSON.stringify(block['input'] ?? {}) };
}
