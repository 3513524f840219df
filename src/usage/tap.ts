/** What an answer says of itself while it passes. Undefined where it has not said so (yet). */
export interface Seen {
  messageId?: string;
  containerId?: string;
  inputTokens?: number;
  outputTokens?: number;
  cacheReadTokens?: number;
  cacheCreationTokens?: number;
  /** `message_stop` went by, or the body of a whole message. */
  isWhole: boolean;
}

/** Longer than any event that carries usage; of longer ones the rest is skipped (bytes). */
const longestLine = 64 * 1024;
/** Longer than any message that is worth reading for its usage (bytes). */
const longestBody = 1024 * 1024;
/** Longer than any id of the upstream. */
const longestId = 200;

const newline = 0x0a;
const dataField = Buffer.from('data:');
/** The events that carry usage and ids begin with this word. */
const mark = Buffer.from('"message_');

/**
 * Reads usage and ids out of a Messages answer as its bytes pass: events of a stream, or one JSON object.
 * Only lines that can hold them are parsed.
 */
export class AnswerTap {
  readonly seen: Seen = { isWhole: false };
  readonly #isStream: boolean;
  /** What came of a line, or of the whole body, and is not read yet. */
  #parts: Buffer[] = [];
  #size = 0;

  constructor(contentType: string) {
    this.#isStream = contentType.toLowerCase().includes('event-stream');
  }

  chunk(bytes: Uint8Array): void {
    // Sockets deliver Buffers; asking one for its memory would cost more than all the rest here.
    const fresh = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (!this.#isStream) {
      this.#keep(fresh, longestBody);
      return;
    }
    let from = this.#finishLine(fresh);
    if (fresh.includes(mark, from)) from = this.#lines(fresh, from);
    else from = Math.max(from, fresh.lastIndexOf(newline) + 1);
    // A copy: a few bytes must not hold on to the whole chunk.
    if (from < fresh.length) this.#keep(Buffer.from(fresh.subarray(from)), longestLine);
  }

  /** Call when the body is complete. */
  end(): void {
    if (this.#isStream) return;
    const message = parse(this.#take(longestBody));
    if (!isObject(message)) return;
    this.#message(message);
    this.seen.isWhole = true;
  }

  /** Beyond `most` the bytes are only counted: what is too long is skipped to its end. */
  #keep(bytes: Buffer, most: number): void {
    this.#size += bytes.length;
    if (this.#size <= most) this.#parts.push(bytes);
    else this.#parts = [];
  }

  #take(most: number): Buffer {
    const whole = this.#size > most ? Buffer.alloc(0) : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    return whole;
  }

  /** Reads the line that earlier chunks began, and says where the next one begins. */
  #finishLine(fresh: Buffer): number {
    if (this.#size === 0) return 0;
    const end = fresh.indexOf(newline);
    if (end === -1) return 0;
    this.#keep(fresh.subarray(0, end), longestLine);
    this.#line(this.#take(longestLine));
    return end + 1;
  }

  /** Reads every line that ends in this chunk, and says where the rest begins. */
  #lines(fresh: Buffer, start: number): number {
    let from = start;
    for (let end = fresh.indexOf(newline, from); end !== -1; end = fresh.indexOf(newline, from)) {
      if (end - from <= longestLine) this.#line(fresh.subarray(from, end));
      from = end + 1;
    }
    return from;
  }

  #line(line: Buffer): void {
    if (!line.subarray(0, dataField.length).equals(dataField) || !line.includes(mark)) return;
    const event = parse(line.subarray(dataField.length));
    switch (member(event, 'type')) {
      case 'message_start':
        this.#message(member(event, 'message'));
        return;
      case 'message_delta':
        this.#container(member(member(event, 'delta'), 'container'));
        this.#usage(member(event, 'usage'));
        return;
      case 'message_stop':
        this.seen.isWhole = true;
    }
  }

  #message(message: unknown): void {
    const id = idIn(message);
    if (id !== undefined) this.seen.messageId = id;
    this.#container(member(message, 'container'));
    this.#usage(member(message, 'usage'));
  }

  #container(container: unknown): void {
    const id = idIn(container);
    if (id !== undefined) this.seen.containerId = id;
  }

  /** Usage is cumulative: each report replaces the one before. */
  #usage(usage: unknown): void {
    const { seen } = this;
    const input = count(member(usage, 'input_tokens'));
    const output = count(member(usage, 'output_tokens'));
    const cacheRead = count(member(usage, 'cache_read_input_tokens'));
    const cacheCreation = count(member(usage, 'cache_creation_input_tokens'));
    if (input !== undefined) seen.inputTokens = input;
    if (output !== undefined) seen.outputTokens = output;
    if (cacheRead !== undefined) seen.cacheReadTokens = cacheRead;
    if (cacheCreation !== undefined) seen.cacheCreationTokens = cacheCreation;
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined;
}

function idIn(value: unknown): string | undefined {
  const id = member(value, 'id');
  return typeof id === 'string' && id !== '' && id.length <= longestId ? id : undefined;
}

function count(value: unknown): number | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined;
}
