import { withThinking } from './carried-thinking.ts';
import { isBlank, textBlocks, toolResult, toolUse, type Block, type Conversation } from './conversation.ts';
import { customArguments } from './custom-tools.ts';
import { isObject, listAt, objectAt, textAt, type JsonObject } from './json.ts';
import { fileBlock, imageBlock } from './media.ts';
import { refusal } from './refusal.ts';

/**
 * Puts the messages of a chat request into `conversation`.
 *
 * @throws GatewayError bad_request
 */
export function readMessages(body: JsonObject, conversation: Conversation): void {
  const { messages } = body;
  if (!Array.isArray(messages)) throw refusal('messages', 'a list of messages is required.');
  if (messages.length === 0) throw refusal('messages', 'at least one message is required.');
  const legacy = new LegacyCalls();
  for (const [at, message] of (messages as readonly unknown[]).entries()) {
    const place = `messages[${at}]`;
    if (!isObject(message)) throw refusal(place, 'a message is an object.');
    readMessage(message, place, conversation, legacy);
  }
}

function readMessage(
  message: JsonObject,
  place: string,
  conversation: Conversation,
  legacy: LegacyCalls,
): void {
  const { role } = message;
  switch (role) {
    case 'system':
    case 'developer':
      for (const text of textsIn(message['content'], place)) conversation.system(text);
      return;
    case 'user':
      conversation.user(userBlocks(message['content'], place));
      return;
    case 'assistant':
      conversation.assistant(assistantBlocks(message, place, legacy));
      return;
    case 'tool': {
      const id = textAt(message, 'tool_call_id');
      if (id === undefined || id === '')
        throw refusal(`${place}.tool_call_id`, 'the id of the call is required.');
      conversation.user([toolResult(id, resultOf(message['content'], place))]);
      return;
    }
    case 'function': {
      const id = legacy.answered(textAt(message, 'name') ?? '');
      if (id === undefined) throw refusal(`${place}.name`, 'no call of this function stands before it.');
      conversation.user([toolResult(id, resultOf(message['content'], place))]);
      return;
    }
    default:
      throw refusal(`${place}.role`, 'it must be system, developer, user, assistant, tool or function.');
  }
}

/** Calls in the older form have no ids; the first open one of a name is the one that is answered. */
class LegacyCalls {
  readonly #open: { readonly name: string; readonly id: string }[] = [];
  #count = 0;

  called(name: string): string {
    this.#count += 1;
    const id = `function_${this.#count}`;
    this.#open.push({ name, id });
    return id;
  }

  answered(name: string): string | undefined {
    const at = this.#open.findIndex((one) => one.name === name);
    return at === -1 ? undefined : this.#open.splice(at, 1)[0]?.id;
  }
}

/** Text, or parts of text alone. */
function textsIn(content: unknown, place: string): string[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) throw wrongContent(place);
  return (content as readonly unknown[]).map((part, at) => {
    const text = textAt(part, 'text') ?? textAt(part, 'refusal');
    const type = textAt(part, 'type');
    if (text === undefined || (type !== 'text' && type !== 'refusal'))
      throw refusal(`${place}.content[${at}]`, 'only text may stand here.');
    return text;
  });
}

function userBlocks(content: unknown, place: string): Block[] {
  if (typeof content === 'string') return textBlocks(content);
  if (!Array.isArray(content)) throw wrongContent(place);
  return (content as readonly unknown[]).flatMap((part, at) => userPart(part, `${place}.content[${at}]`));
}

function userPart(part: unknown, place: string): Block[] {
  switch (textAt(part, 'type')) {
    case 'text':
      return textBlocks(textAt(part, 'text') ?? '');
    case 'image_url': {
      const url = textAt(objectAt(part, 'image_url'), 'url') ?? textAt(part, 'image_url');
      if (url === undefined) throw refusal(`${place}.image_url`, 'the url of the picture is required.');
      return [imageBlock(url, `${place}.image_url`)];
    }
    case 'file': {
      const file = objectAt(part, 'file');
      const data = textAt(file, 'file_data');
      if (data === undefined)
        throw refusal(
          `${place}.file`,
          'a file comes as file_data; nothing is stored that a file_id could name.',
        );
      return [fileBlock(data, textAt(file, 'filename'), `${place}.file`)];
    }
    case 'input_audio':
      throw refusal(place, 'the models do not hear.');
    case undefined:
    default:
      throw refusal(`${place}.type`, 'it must be text, image_url or file.');
  }
}

function resultOf(content: unknown, place: string): string | Block[] {
  if (typeof content === 'string') return content;
  return textsIn(content, place).flatMap(textBlocks);
}

function assistantBlocks(message: JsonObject, place: string, legacy: LegacyCalls): Block[] {
  const texts = textsIn(message['content'], place);
  const refused = textAt(message, 'refusal');
  if (refused !== undefined && texts.every(isBlank)) texts.push(refused);
  const calls = listAt(message, 'tool_calls').map((call, at) =>
    callBlock(call, `${place}.tool_calls[${at}]`),
  );
  const single = objectAt(message, 'function_call');
  if (single !== undefined) {
    const name = textAt(single, 'name') ?? '';
    calls.push(toolUse(legacy.called(name), name, textAt(single, 'arguments') ?? ''));
  }
  return withThinking(message, texts.join(''), calls);
}

function callBlock(call: unknown, place: string): Block {
  const custom = textAt(call, 'type') === 'custom' ? objectAt(call, 'custom') : undefined;
  const called = custom ?? objectAt(call, 'function');
  const [id, name] = [textAt(call, 'id'), textAt(called, 'name')];
  if (id === undefined || id === '' || name === undefined)
    throw refusal(place, 'a call needs an id, and a function or custom tool with a name.');
  if (custom !== undefined) return toolUse(id, name, customArguments(textAt(custom, 'input') ?? ''));
  return toolUse(id, name, textAt(called, 'arguments') ?? '');
}

function wrongContent(place: string): Error {
  return refusal(`${place}.content`, 'it must be text or a list of parts.');
}
