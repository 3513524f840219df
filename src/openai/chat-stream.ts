import { detailsOf } from './carried-thinking.ts';
import type { ChatAsked } from './chat-request.ts';
import type { Block } from './conversation.ts';
import { CustomInput, customInput, customText } from './custom-tools.ts';
import { numberAt, objectAt, textAt, type JsonObject } from './json.ts';
import { chatUsage, finishReason, idFor, laterUsage, refusalIn, tokensIn } from './said.ts';
import { MessageStream } from './stream.ts';

/** A block of the answer as far as it has come; of thinking the text is kept, since it goes out once more as a whole. */
interface Open {
  readonly type: string;
  readonly index: number;
  /** Among the calls; undefined for other blocks. */
  readonly call?: number;
  /** Of a call of a custom tool. */
  readonly custom?: CustomInput;
  block: Block;
  /** Characters so far. */
  length: number;
  pieces: string[];
}

/**
 * Chunks of a chat completion, one for each event that says something: the role first, then text, thinking and calls as
 * they come, one finish reason, the usage where it was asked for, `[DONE]`.
 */
export class ChatStream extends MessageStream {
  readonly #asked: ChatAsked;
  readonly #created: number;
  /** What each chunk begins with; before the start there is none. */
  #head = '';
  #usageHead = '';
  readonly #blocks: Open[] = [];
  #calls = 0;
  #usage: JsonObject | undefined;
  #isFinished = false;
  #hasThought = false;

  /** @param created seconds since the epoch */
  constructor(asked: ChatAsked, created: number) {
    super();
    this.#asked = asked;
    this.#created = created;
  }

  protected start(message: JsonObject | undefined): string {
    this.#usage = objectAt(message, 'usage');
    const head = {
      id: idFor('chatcmpl-', textAt(message, 'id') ?? ''),
      object: 'chat.completion.chunk',
      created: this.#created,
      model: this.#asked.model,
    };
    const begin = `data: ${JSON.stringify(head).slice(0, -1)}`;
    this.#usageHead = `${begin},"choices":[]`;
    this.#head = this.#asked.includesUsage ? `${begin},"usage":null,"choices":[` : `${begin},"choices":[`;
    return this.#chunk({ role: 'assistant', content: '', refusal: null });
  }

  protected blockStart(event: JsonObject): string {
    const block = objectAt(event, 'content_block') ?? {};
    const type = textAt(block, 'type') ?? '';
    const open = { type, index: numberAt(event, 'index') ?? 0, block: { ...block }, length: 0, pieces: [] };
    if (type !== 'tool_use') {
      this.#blocks.push(open);
      if (type === 'text') return this.#text(open, textAt(block, 'text') ?? '');
      return type === 'thinking' ? this.#thought(open, textAt(block, 'thinking') ?? '') : '';
    }
    const call = this.#calls;
    this.#calls += 1;
    const name = textAt(block, 'name') ?? '';
    const isCustom = this.#asked.custom.has(name);
    this.#blocks.push({ ...open, call, ...(isCustom && { custom: new CustomInput() }) });
    const called = { name, arguments: '' };
    if (this.#asked.isLegacy) return call === 0 ? this.#chunk({ function_call: called }) : '';
    const id = textAt(block, 'id') ?? '';
    const what = isCustom
      ? { type: 'custom', custom: { name, input: '' } }
      : { type: 'function', function: called };
    return this.#chunk({ tool_calls: [{ index: call, id, ...what }] });
  }

  protected blockDelta(event: JsonObject): string {
    const delta = objectAt(event, 'delta');
    const open = this.#openAt(event);
    if (delta === undefined || open === undefined) return '';
    switch (delta['type']) {
      case 'text_delta':
        return this.#text(open, textAt(delta, 'text') ?? '');
      case 'input_json_delta':
        return this.#argument(open, textAt(delta, 'partial_json') ?? '');
      case 'thinking_delta':
        return this.#thought(open, textAt(delta, 'thinking') ?? '');
      case 'signature_delta':
        open.block['signature'] =
          `${textAt(open.block, 'signature') ?? ''}${textAt(delta, 'signature') ?? ''}`;
        return '';
      default:
        return '';
    }
  }

  /** Deltas are nearly always of the block that began last. */
  #openAt(event: JsonObject): Open | undefined {
    const index = event['index'];
    const last = this.#blocks.at(-1);
    return last?.index === index ? last : this.#blocks.find((block) => block.index === index);
  }

  #text(open: Open, text: string): string {
    if (text === '') return '';
    open.length += text.length;
    return `${this.#head}{"index":0,"delta":{"content":${JSON.stringify(text)}},"logprobs":null,"finish_reason":null}]}\n\n`;
  }

  #thought(open: Open, text: string): string {
    if (text === '') return '';
    // Thoughts of one answer are told apart as they are in a whole one.
    const before = open.pieces.length === 0 && this.#hasThought ? '\n\n' : '';
    this.#hasThought = true;
    open.pieces.push(text);
    return this.#chunk({ reasoning_content: `${before}${text}` });
  }

  #argument(open: Open, text: string): string {
    const { call } = open;
    if (text === '' || call === undefined) return '';
    open.pieces.push(text);
    if (open.custom !== undefined) return this.#input(open, open.custom.add(text));
    if (this.#asked.isLegacy) return call === 0 ? this.#chunk({ function_call: { arguments: text } }) : '';
    return this.#chunk({ tool_calls: [{ index: call, function: { arguments: text } }] });
  }

  #input(open: Open, input: string): string {
    open.length += input.length;
    return input === '' ? '' : this.#chunk({ tool_calls: [{ index: open.call, custom: { input } }] });
  }

  /** A call without arguments has an empty object for them; what is no text for a custom tool is told as it came. */
  protected blockStop(event: JsonObject): string {
    const open = this.#openAt(event);
    if (open?.call === undefined) return '';
    const input = open.pieces.length === 0 ? open.block['input'] : undefined;
    if (open.custom !== undefined && open.length === 0)
      return this.#input(open, customText(input ?? customInput(open.pieces.join(''))));
    return open.pieces.length > 0 ? '' : this.#argument(open, JSON.stringify(input ?? {}));
  }

  protected messageDelta(event: JsonObject): string {
    this.#usage = laterUsage(this.#usage, objectAt(event, 'usage'));
    const delta = objectAt(event, 'delta');
    const stop = textAt(delta, 'stop_reason');
    // There may be further ones, which tell the usage.
    if (stop === undefined || this.#isFinished) return '';
    this.#isFinished = true;
    const details = detailsOf(this.#blocks.map(asBlock));
    const carried = details.length > 0 ? this.#chunk({ reasoning_details: details }) : '';
    const refused = refusalIn(stop, objectAt(delta, 'stop_details'));
    const refusal = refused === undefined ? '' : this.#chunk({ refusal: refused });
    return `${carried}${refusal}${this.#chunk({}, finishReason(stop, this.#asked.isLegacy))}`;
  }

  protected stop(): string {
    const usage = this.#asked.includesUsage
      ? `${this.#usageHead},"usage":${JSON.stringify(chatUsage(tokensIn(this.#usage)))}}\n\n`
      : '';
    return `${usage}data: [DONE]\n\n`;
  }

  /** What OpenAI's clients take for a failure: an event that is an error, and no `[DONE]` behind it. */
  protected fail(error: JsonObject): string {
    return `data: ${JSON.stringify({ error })}\n\n`;
  }

  #chunk(delta: JsonObject, finish: string | null = null): string {
    const choice = { index: 0, delta, logprobs: null, finish_reason: finish };
    return `${this.#head}${JSON.stringify(choice)}]}\n\n`;
  }
}

/** A block as it stands in a whole answer, as far as its thinking and its length are concerned. */
function asBlock({ type, block, length, pieces }: Open): Block {
  if (type === 'thinking') return { ...block, thinking: pieces.join('') };
  return type === 'text' ? { type, text: ' '.repeat(length) } : block;
}
