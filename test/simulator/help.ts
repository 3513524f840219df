import type { ByteSource } from '../../src/http/bytes.ts';
import type { Answer, Call } from '../../src/http/call.ts';
import { header } from '../../src/http/headers.ts';
import type { SimulatorOptions } from '../../src/simulator/options.ts';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { HandClock, settled } from '../help/a-clock.ts';

export const ann = { key: 'sk-ant-api03-ann', name: 'ann', organization: 'org-a', workspace: 'wrkspc_a' };
export const bob = { key: 'sk-ant-api03-bob', name: 'bob', organization: 'org-b', workspace: 'wrkspc_b' };

export interface Question {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly string[];
  /** Sent as JSON unless it is bytes; undefined: no body. */
  readonly body?: unknown;
  readonly key?: string | undefined;
  readonly signal?: AbortSignal;
  readonly peer?: string;
}

/** A simulator with a clock turned by hand, and a way to ask it. */
export function aSimulator(options: Partial<SimulatorOptions> = {}) {
  const clock = new HandClock();
  const simulator = createSimulator({ clock, keys: [ann, bob], ...options });
  const ask = (question: Question): Promise<Reading> => askOf(simulator, clock, question);
  const say = (text: string, more: object = {}, question: Question = {}): Promise<Reading> =>
    ask({ ...question, body: aMessage(text, more) });
  return { simulator, clock, ask, say };
}

/** A small Messages body. */
export function aMessage(text: string, more: object = {}): object {
  return { model: 'claude-opus-5-5', max_tokens: 1024, messages: [{ role: 'user', content: text }], ...more };
}

export function aCall(question: Question): Call {
  const { method = question.body === undefined ? 'GET' : 'POST', target = '/v1/messages', body } = question;
  const bytes =
    body === undefined ? undefined : body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const headers = [...(question.headers ?? [])];
  const add = (name: string, value: string): void => {
    if (header(headers, name) === undefined) headers.push(name, value);
  };
  add('host', '127.0.0.1:1234');
  add('anthropic-version', '2023-06-01');
  if (question.key !== '') add('x-api-key', question.key ?? ann.key);
  if (bytes !== undefined) {
    add('content-type', 'application/json');
    add('content-length', String(bytes.length));
  }
  return {
    method,
    target,
    headers: headers.filter((_, at) => headers[at - (at % 2) + 1] !== '-'),
    body: bytes === undefined ? undefined : sourceOf([bytes]),
    peer: { address: question.peer ?? '127.0.0.1', localAddress: '127.0.0.1', secure: false },
    signal: question.signal ?? new AbortController().signal,
  };
}

export function sourceOf(chunks: readonly Uint8Array[]): ByteSource {
  let cancelled = false;
  return {
    start(sink) {
      for (const chunk of chunks) if (!cancelled) sink.chunk(chunk);
      if (!cancelled) sink.end();
    },
    pause() {},
    resume() {},
    cancel() {
      cancelled = true;
    },
  };
}

async function askOf(simulator: Simulator, clock: HandClock, question: Question): Promise<Reading> {
  const reading = new Reading(await simulator.handle(aCall(question)));
  // The break of a cut stream waits a few milliseconds.
  if (reading.ended === 'no') await clock.turn(5);
  return reading;
}

/** An answer being read: what has come so far, and how it ended. */
export class Reading {
  readonly answer: Answer;
  readonly chunks: Uint8Array[] = [];
  ended: 'no' | 'end' | 'fail' = 'no';

  constructor(answer: Answer) {
    this.answer = answer;
    const { body } = answer;
    if (body === undefined || body instanceof Uint8Array) {
      if (body !== undefined) this.chunks.push(body);
      this.ended = 'end';
      return;
    }
    body.start({
      chunk: (bytes) => this.chunks.push(bytes),
      end: () => {
        this.ended = 'end';
      },
      fail: () => {
        this.ended = 'fail';
      },
    });
  }

  get status(): number {
    return this.answer.status;
  }

  header(name: string): string | undefined {
    return header(this.answer.headers, name);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  // Tests look into answers of every shape.
  // oxlint-disable-next-line typescript/no-explicit-any
  get json(): any {
    return JSON.parse(this.text);
  }

  /** The server-sent events so far. */
  get events(): SentEvent[] {
    return eventsIn(this.text);
  }

  get names(): string[] {
    return this.events.map(({ name }) => name);
  }

  /** The text of all text deltas. */
  get said(): string {
    return this.events.map(({ data }) => data?.delta?.text ?? '').join('');
  }

  leave(): void {
    const { body } = this.answer;
    if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
  }
}

export interface SentEvent {
  readonly name: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

export function eventsIn(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .filter((part) => part.startsWith('event: '))
    .map((part) => {
      const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/s.exec(part) ?? [];
      return { name, data: data === '' ? undefined : JSON.parse(data) };
    });
}

export { settled };
