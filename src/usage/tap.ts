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

/**
 * Reads usage and ids out of a Messages answer as its bytes pass: events of a stream, or one JSON object.
 * Only lines that can hold them are parsed.
 */
export class AnswerTap {
  readonly seen: Seen = { isWhole: false };
  readonly #isStream: boolean;
  #rest: Buffer = Buffer.alloc(0);

  constructor(contentType: string) {
    this.#isStream = contentType.includes('event-stream');
  }

  chunk(bytes: Uint8Array): void {
    const fresh = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const text = this.#rest.length === 0 ? fresh : Buffer.concat([this.#rest, fresh]);
    if (!this.#isStream) {
      if (text.length <= 16 * longestLine) this.#rest = text;
      return;
    }
    let from = 0;
    for (let end = text.indexOf(0x0a); end !== -1; end = text.indexOf(0x0a, from)) {
      this.#line(text.subarray(from, end));
      from = end + 1;
    }
    // A copy: the buffer passed on belongs to the socket.
    const rest = text.subarray(from);
    this.#rest = rest.length > longestLine ? Buffer.alloc(0) : Buffer.from(rest);
  }

  /** Call when the body is complete. */
  end(): void {
    if (this.#isStream || this.#rest.length === 0) return;
    this.#message(parse(this.#rest));
    this.seen.isWhole = true;
  }

  #line(line: Buffer): void {
    if (line.length > longestLine || line.indexOf('data:') !== 0) return;
    if (line.includes('"message_stop"')) this.seen.isWhole = true;
    else if (line.includes('"message_start"')) this.#message(member(parse(line.subarray(5)), 'message'));
    else if (line.includes('"message_delta"')) this.#delta(parse(line.subarray(5)));
  }

  #message(message: unknown): void {
    const id = member(message, 'id');
    if (typeof id === 'string') this.seen.messageId = id;
    this.#container(member(message, 'container'));
    this.#usage(member(message, 'usage'));
  }

  #delta(event: unknown): void {
    this.#container(member(member(event, 'delta'), 'container'));
    this.#usage(member(event, 'usage'));
  }

  #container(container: unknown): void {
    const id = member(container, 'id');
    if (typeof id === 'string') this.seen.containerId = id;
  }

  /** Usage is cumulative: each report replaces the one before. */
  #usage(usage: unknown): void {
    const read = (name: string): number | undefined => {
      const value = member(usage, name);
      return typeof value === 'number' ? value : undefined;
    };
    const { seen } = this;
    const input = read('input_tokens');
    const output = read('output_tokens');
    const cacheRead = read('cache_read_input_tokens');
    const cacheCreation = read('cache_creation_input_tokens');
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

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
