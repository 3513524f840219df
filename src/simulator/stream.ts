import {
  blockObject,
  finalUsage,
  messageHead,
  stopDetails,
  type Composed,
  type ComposedBlock,
  type Frame,
} from './compose.ts';
import { event } from './sse.ts';
import type { Chunk } from './steps.ts';

/** A usual text delta has so many characters; long texts come in at most `mostDeltas` of them. */
const deltaLength = 20;
const mostDeltas = 5_000;

const toolDeltaLength = 24;

/** Texts whose events are kept for the next stream: how many, and up to which length. */
const keptTexts = 64;
const longestKept = 50_000;

const ping = event('ping', { type: 'ping' });
const messageStop = event('message_stop', { type: 'message_stop' });

/** Makes the events of answers; those of the standard text are made once and shared by all streams. */
export class StreamMaker {
  readonly #kept = new Map<string, readonly Chunk[]>();

  /** All events of an answer, in the order of the API: start, ping, block after block, delta, stop. */
  events(composed: Composed, frame: Frame): Chunk[] {
    const first = Math.min(1, frame.usage.output);
    const message = messageHead(composed, frame, first);
    const delta = {
      stop_reason: composed.stopReason,
      stop_sequence: composed.stopSequence,
      stop_details: stopDetails(composed),
      container: null,
    };
    return [
      event('message_start', { type: 'message_start', message }),
      ping,
      ...composed.blocks.flatMap((block, index) => this.#blockEvents(block, index)),
      event('message_delta', { type: 'message_delta', delta, usage: finalUsage(frame) }),
      messageStop,
    ];
  }

  #blockEvents(block: ComposedBlock, index: number): readonly Chunk[] {
    if (block.type !== 'text' || !block.isStandard || block.text.length > longestKept)
      return eventsOf(block, index);
    const name = `${index}/${block.text.length}/${block.deltas ?? ''}`;
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const made = eventsOf(block, index);
    if (this.#kept.size >= keptTexts) this.#kept.clear();
    this.#kept.set(name, made);
    return made;
  }
}

function eventsOf(block: ComposedBlock, index: number): Chunk[] {
  const start = event(
    'content_block_start',
    { type: 'content_block_start', index, content_block: emptied(block) },
    block.type,
  );
  const deltas = deltasOf(block).map((delta) =>
    event('content_block_delta', { type: 'content_block_delta', index, delta }, block.type),
  );
  return [start, ...deltas, event('content_block_stop', { type: 'content_block_stop', index }, block.type)];
}

/** The block as it stands in `content_block_start`. */
function emptied(block: ComposedBlock): Record<string, unknown> {
  if (block.type === 'thinking') return { type: 'thinking', thinking: '', signature: '' };
  return block.type === 'text' ? { ...blockObject(block), text: '' } : { ...blockObject(block), input: {} };
}

function deltasOf(block: ComposedBlock): Record<string, unknown>[] {
  if (block.type === 'text')
    return cut(block.text, block.deltas).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'thinking') {
    const thoughts = cut(block.thinking, undefined).map((thinking) => ({ type: 'thinking_delta', thinking }));
    return [...thoughts, { type: 'signature_delta', signature: block.signature }];
  }
  const json = JSON.stringify(block.input);
  const pieces = ['', ...cut(json, Math.ceil(json.length / toolDeltaLength))];
  return pieces.map((partial_json) => ({ type: 'input_json_delta', partial_json }));
}

/** `text` in `count` pieces of about one length, never through the middle of a character. */
function cut(text: string, count: number | undefined): string[] {
  if (text === '') return [];
  const wanted = count ?? Math.min(mostDeltas, Math.ceil(text.length / deltaLength));
  const pieces: string[] = [];
  let from = 0;
  for (let at = 1; at <= wanted; at += 1) {
    let to = at === wanted ? text.length : Math.floor((text.length * at) / wanted);
    if (isLowSurrogate(text.charCodeAt(to))) to += 1;
    if (to > from) pieces.push(text.slice(from, to));
    from = Math.max(from, to);
  }
  return pieces;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}
