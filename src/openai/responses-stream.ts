import { CustomInput } from './custom-tools.ts';
import { numberAt, objectAt, textAt, type JsonObject } from './json.ts';
import {
  endingOf,
  type Ending,
  frameOf,
  itemId,
  itemOf,
  lastItem,
  messageItem,
  refusalItem,
  textPart,
  usageOf,
} from './responses-answer.ts';
import { kindOf, prefixes, wholeBlock, type Kind, type Open } from './responses-block.ts';
import type { ResponsesAsked } from './responses-request.ts';
import { laterUsage, refusalIn } from './said.ts';
import { MessageStream } from './stream.ts';

/** The events of a response, numbered, for the events of a Messages stream. */
export class ResponsesStream extends MessageStream {
  readonly #asked: ResponsesAsked;
  readonly #created: number;
  #messageId = '';
  #frame: JsonObject | undefined;
  #sequence = 0;
  #open: Open | undefined;
  /** What is whole, and told with the next event: whether the answer was cut in it nobody knows before. */
  #whole: { readonly item: JsonObject; readonly at: number; readonly index: number } | undefined;
  readonly #output: JsonObject[] = [];
  #blocks = 0;
  #usage: JsonObject | undefined;
  #stop: string | undefined;

  /** @param created seconds since the epoch */
  constructor(asked: ResponsesAsked, created: number) {
    super();
    this.#asked = asked;
    this.#created = created;
  }

  protected start(message: JsonObject | undefined): string {
    this.#messageId = textAt(message, 'id') ?? '';
    this.#usage = objectAt(message, 'usage');
    const response = frameOf(this.#messageId, this.#asked, this.#created);
    this.#frame = response;
    return this.#say('response.created', { response }) + this.#say('response.in_progress', { response });
  }

  protected blockStart(event: JsonObject): string {
    const before = this.#settle();
    const block = objectAt(event, 'content_block') ?? {};
    const index = numberAt(event, 'index') ?? 0;
    this.#blocks = index + 1;
    const kind = kindOf(block, this.#asked.custom);
    return kind === undefined ? before : before + this.#begin(kind, block, index);
  }

  #begin(kind: Kind, block: JsonObject, index: number): string {
    const id = itemId(prefixes[kind], this.#messageId, index);
    const open = {
      block,
      index,
      at: this.#output.length,
      id,
      text: '',
      signature: '',
      custom: new CustomInput(),
      told: 0,
    };
    this.#open = open;
    const added = (item: JsonObject): string =>
      this.#say('response.output_item.added', { output_index: open.at, item });
    switch (kind) {
      case 'text': {
        const begun =
          added(messageItem(id, [], 'in_progress')) +
          this.#inPart('response.content_part.added', open, { part: textPart('') });
        return begun + this.#text(open, textAt(block, 'text') ?? '');
      }
      case 'tool_use':
        return added({ ...this.#itemOf(block, index), arguments: '', status: 'in_progress' });
      case 'custom':
        return added({ ...this.#itemOf(block, index), input: '', status: 'in_progress' });
      case 'thinking':
        return (
          added({ id, type: 'reasoning', summary: [], status: 'in_progress' }) +
          this.#thought(open, textAt(block, 'thinking') ?? '')
        );
      case 'redacted_thinking':
        return added({ id, type: 'reasoning', summary: [], status: 'in_progress' });
    }
  }

  protected blockDelta(event: JsonObject): string {
    const delta = objectAt(event, 'delta');
    const open = this.#open;
    if (delta === undefined || open === undefined) return '';
    switch (delta['type']) {
      case 'text_delta':
        return this.#text(open, textAt(delta, 'text') ?? '');
      case 'input_json_delta':
        return this.#argument(open, textAt(delta, 'partial_json') ?? '');
      case 'thinking_delta':
        return this.#thought(open, textAt(delta, 'thinking') ?? '');
      case 'signature_delta':
        open.signature += textAt(delta, 'signature') ?? '';
        return '';
      default:
        return '';
    }
  }

  #text(open: Open, delta: string): string {
    if (delta === '') return '';
    open.text += delta;
    return this.#inPart('response.output_text.delta', open, { delta, logprobs: [] });
  }

  #argument(open: Open, delta: string): string {
    if (delta === '') return '';
    open.text += delta;
    if (kindOf(open.block, this.#asked.custom) === 'custom') return this.#input(open, open.custom.add(delta));
    return this.#inItem('response.function_call_arguments.delta', open, { delta });
  }

  #input(open: Open, delta: string): string {
    open.told += delta.length;
    return delta === '' ? '' : this.#inItem('response.custom_tool_call_input.delta', open, { delta });
  }

  #thought(open: Open, delta: string): string {
    if (delta === '') return '';
    const part = { type: 'summary_text', text: '' };
    const begun =
      open.text === '' ? this.#inSummary('response.reasoning_summary_part.added', open, { part }) : '';
    open.text += delta;
    return begun + this.#inSummary('response.reasoning_summary_text.delta', open, { delta });
  }

  protected blockStop(): string {
    const open = this.#open;
    const kind = kindOf(open?.block, this.#asked.custom);
    if (open === undefined || kind === undefined) return '';
    this.#open = undefined;
    const item = this.#itemOf(wholeBlock(kind, open), open.index);
    if (item === undefined) return '';
    // A call's arguments are told as the model wrote them.
    const whole = kind === 'tool_use' && open.text !== '' ? { ...item, arguments: open.text } : item;
    this.#output.push(whole);
    this.#whole = { item: whole, at: open.at, index: open.index };
    return this.#last(kind, open, whole);
  }

  /** Tells the item that became whole with the event before; `ending` is that of the answer, where it is known. */
  #settle(ending?: Ending): string {
    const whole = this.#whole;
    if (whole === undefined) return '';
    this.#whole = undefined;
    const { at, index } = whole;
    const isLast = ending !== undefined && index === this.#blocks - 1;
    const item = isLast ? lastItem(whole.item, ending) : whole.item;
    this.#output[at] = item;
    return this.#say('response.output_item.done', { output_index: at, item });
  }

  /** What closes the inside of an item. */
  #last(kind: Kind, open: Open, item: JsonObject): string {
    const { text } = open;
    switch (kind) {
      case 'text':
        return (
          this.#inPart('response.output_text.done', open, { text, logprobs: [] }) +
          this.#inPart('response.content_part.done', open, { part: textPart(text) })
        );
      case 'tool_use': {
        const args = textAt(item, 'arguments') ?? '';
        // A call without arguments has an empty object for them.
        const late =
          text === '' ? this.#inItem('response.function_call_arguments.delta', open, { delta: args }) : '';
        const told = { arguments: args, name: item['name'] };
        return late + this.#inItem('response.function_call_arguments.done', open, told);
      }
      case 'custom': {
        const input = textAt(item, 'input') ?? '';
        const late = open.told === 0 ? this.#input(open, input) : '';
        return late + this.#inItem('response.custom_tool_call_input.done', open, { input });
      }
      case 'thinking': {
        if (text === '') return '';
        const part = { type: 'summary_text', text };
        return (
          this.#inSummary('response.reasoning_summary_text.done', open, { text }) +
          this.#inSummary('response.reasoning_summary_part.done', open, { part })
        );
      }
      case 'redacted_thinking':
        return '';
    }
  }

  protected messageDelta(event: JsonObject): string {
    this.#usage = laterUsage(this.#usage, objectAt(event, 'usage'));
    const delta = objectAt(event, 'delta');
    const stop = textAt(delta, 'stop_reason');
    if (stop === undefined) return '';
    this.#stop = stop;
    const last = this.#settle(endingOf(stop));
    const refused = refusalIn(stop, objectAt(delta, 'stop_details'));
    return refused === undefined ? last : last + this.#refuse(refused);
  }

  #refuse(refused: string): string {
    const item = refusalItem(refused, this.#messageId, this.#blocks);
    const id = textAt(item, 'id') ?? '';
    const place = { id, at: this.#output.length };
    this.#output.push(item);
    const added = { output_index: place.at, item: messageItem(id, [], 'in_progress') };
    return [
      this.#say('response.output_item.added', added),
      this.#inPart('response.content_part.added', place, { part: { type: 'refusal', refusal: '' } }),
      this.#inPart('response.refusal.delta', place, { delta: refused }),
      this.#inPart('response.refusal.done', place, { refusal: refused }),
      this.#inPart('response.content_part.done', place, { part: { type: 'refusal', refusal: refused } }),
      this.#say('response.output_item.done', { output_index: place.at, item }),
    ].join('');
  }

  protected stop(): string {
    const ending = endingOf(this.#stop);
    const last = this.#settle(ending);
    const response = { ...this.#frame, ...ending, output: this.#output, ...usageOf(this.#usage) };
    return last + this.#say(`response.${ending.status}`, { response });
  }

  protected fail({ message, code, param }: JsonObject): string {
    const last = this.#settle();
    const error = last + this.#say('error', { code: code ?? 'server_error', message, param });
    if (this.#frame === undefined) return error;
    const known = code === 'rate_limit_exceeded' ? code : 'server_error';
    const response = {
      ...this.#frame,
      status: 'failed',
      error: { code: known, message },
      output: this.#output,
    };
    return error + this.#say('response.failed', { response });
  }

  #itemOf(block: JsonObject, index: number): JsonObject | undefined {
    return itemOf(block, this.#messageId, index, this.#asked.custom);
  }

  #inItem(type: string, { id, at }: Pick<Open, 'id' | 'at'>, more: JsonObject): string {
    return this.#say(type, { item_id: id, output_index: at, ...more });
  }

  #inPart(type: string, { id, at }: Pick<Open, 'id' | 'at'>, more: JsonObject): string {
    return this.#say(type, { item_id: id, output_index: at, content_index: 0, ...more });
  }

  #inSummary(type: string, { id, at }: Open, more: JsonObject): string {
    return this.#say(type, { item_id: id, output_index: at, summary_index: 0, ...more });
  }

  #say(type: string, more: JsonObject): string {
    const event = { type, sequence_number: this.#sequence, ...more };
    this.#sequence += 1;
    return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}
