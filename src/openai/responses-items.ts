import { textBlocks, toolResult, toolUse, type Block, type Conversation } from './conversation.ts';
import { customArguments } from './custom-tools.ts';
import { isObject, objectAt, parsedText, textAt, type JsonObject } from './json.ts';
import { fileAtAddress, fileBlock, imageBlock } from './media.ts';
import { refusal } from './refusal.ts';

/**
 * Puts the `input` of a responses request into `conversation`: text, or a list of items.
 *
 * @throws GatewayError bad_request
 */
export function readInput(body: JsonObject, conversation: Conversation): void {
  const { input } = body;
  if (input === undefined || input === null) return;
  if (typeof input === 'string') {
    conversation.user(textBlocks(input));
    return;
  }
  if (!Array.isArray(input)) throw refusal('input', 'it must be text or a list of items.');
  for (const [at, item] of (input as readonly unknown[]).entries()) {
    const place = `input[${at}]`;
    if (!isObject(item)) throw refusal(place, 'an item is an object.');
    readItem(item, place, conversation);
  }
}

function readItem(item: JsonObject, place: string, conversation: Conversation): void {
  const type = textAt(item, 'type') ?? 'message';
  switch (type) {
    case 'message':
      readMessage(item, place, conversation);
      return;
    case 'reasoning':
      conversation.assistant(carriedIn(textAt(item, 'encrypted_content') ?? ''));
      return;
    case 'function_call': {
      const [id, name] = [textAt(item, 'call_id'), textAt(item, 'name')];
      if (id === undefined || name === undefined) throw refusal(place, 'a call needs call_id and name.');
      conversation.assistant([toolUse(id, name, textAt(item, 'arguments') ?? '')]);
      return;
    }
    case 'custom_tool_call': {
      const [id, name] = [textAt(item, 'call_id'), textAt(item, 'name')];
      if (id === undefined || name === undefined) throw refusal(place, 'a call needs call_id and name.');
      conversation.assistant([toolUse(id, name, customArguments(textAt(item, 'input') ?? ''))]);
      return;
    }
    case 'custom_tool_call_output':
    case 'function_call_output': {
      const id = textAt(item, 'call_id');
      if (id === undefined) throw refusal(`${place}.call_id`, 'the id of the call is required.');
      const { output } = item;
      const blocks = typeof output === 'string' ? output : contentBlocks(output, `${place}.output`);
      conversation.user([toolResult(id, blocks)]);
      return;
    }
    case 'item_reference':
      throw refusal(place, 'nothing is stored here that an item_reference could name; send the item itself.');
    default:
      throw refusal(
        `${place}.type`,
        'it must be message, reasoning, or a call of a function or custom tool, or its output.',
      );
  }
}

function readMessage(item: JsonObject, place: string, conversation: Conversation): void {
  const content = item['content'];
  const blocks = (): Block[] =>
    typeof content === 'string' ? textBlocks(content) : contentBlocks(content, `${place}.content`);
  switch (item['role']) {
    case 'user':
      conversation.user(blocks());
      return;
    case 'assistant':
      conversation.assistant(blocks());
      return;
    case 'system':
    case 'developer':
      for (const block of blocks()) conversation.system(onlyText(block, place));
      return;
    default:
      throw refusal(`${place}.role`, 'it must be user, assistant, system or developer.');
  }
}

function onlyText(block: Block, place: string): string {
  const text = block['type'] === 'text' ? textAt(block, 'text') : undefined;
  if (text === undefined) throw refusal(`${place}.content`, 'instructions are text.');
  return text;
}

function contentBlocks(content: unknown, place: string): Block[] {
  if (!Array.isArray(content)) throw refusal(place, 'it must be text or a list of parts.');
  return (content as readonly unknown[]).flatMap((part, at) => partBlocks(part, `${place}[${at}]`));
}

function partBlocks(part: unknown, place: string): Block[] {
  switch (textAt(part, 'type')) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return textBlocks(textAt(part, 'text') ?? '');
    case 'refusal':
      return textBlocks(textAt(part, 'refusal') ?? '');
    case 'input_image': {
      const url = textAt(part, 'image_url') ?? textAt(objectAt(part, 'image_url'), 'url');
      if (url === undefined)
        throw refusal(place, 'a picture comes as image_url; nothing is stored that a file_id could name.');
      return [imageBlock(url, `${place}.image_url`)];
    }
    case 'input_file':
      return [fileIn(part, place)];
    case undefined:
    default:
      throw refusal(`${place}.type`, 'it must be input_text, output_text, input_image or input_file.');
  }
}

function fileIn(part: unknown, place: string): Block {
  const [data, url] = [textAt(part, 'file_data'), textAt(part, 'file_url')];
  if (data !== undefined) return fileBlock(data, textAt(part, 'filename'), `${place}.file_data`);
  if (url !== undefined) return fileAtAddress(url, `${place}.file_url`);
  throw refusal(place, 'a file comes as file_data or file_url; nothing is stored that a file_id could name.');
}

/** What `encrypted_content` of our reasoning items begins with: other vendors' mean nothing to these models. */
const mark = 'claude1.';

/**
 * A thinking block as `encrypted_content`: what the model signed or encrypted, with the summary it goes with. The
 * client gives it back unchanged; nothing of it is stored here.
 */
export function carried(block: JsonObject): string {
  const { type, thinking, signature, data } = block;
  const kept = type === 'thinking' ? { thinking, signature } : { data };
  return `${mark}${Buffer.from(JSON.stringify(kept)).toString('base64url')}`;
}

function carriedIn(content: string): Block[] {
  if (!content.startsWith(mark)) return [];
  const kept = parsedText(Buffer.from(content.slice(mark.length), 'base64url').toString());
  const [thinking, signature, data] = [
    textAt(kept, 'thinking'),
    textAt(kept, 'signature'),
    textAt(kept, 'data'),
  ];
  if (thinking !== undefined && signature !== undefined) return [{ type: 'thinking', thinking, signature }];
  return data === undefined ? [] : [{ type: 'redacted_thinking', data }];
}
