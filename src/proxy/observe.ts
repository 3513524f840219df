import type { ByteSink, ByteSource, Ending } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import { decoderFor, type Decoder } from '../http/decoder.ts';
import { header, headerValues } from '../http/headers.ts';
import type { CallRecord, Terminal } from '../usage/call-record.ts';
import type { Hold } from '../usage/budgets/hold.ts';
import { AnswerTap } from '../usage/tap.ts';
import type { Gateway } from './gateway.ts';

/** What the access line tells of a call; filled in on its way. */
export interface Facts {
  client?: string;
  session?: string | undefined;
  agent?: string | undefined;
  model?: string;
  account?: string;
  why?: string;
  moved?: string;
  attempts: number;
}

/** What is known of a call when its answer begins; the access line is made of it when the answer is over. */
export interface Trace {
  readonly requestId: string;
  readonly startedAt: number;
  /** The caller is a program on this machine, straight. */
  readonly isLocal: boolean;
  readonly facts: Facts;
  isThreaded: boolean;
  /** What is held against budgets until the call is over. */
  hold?: Hold;
  /** Called once when the answer is over, however it ended. */
  readonly onOver: ((tap: AnswerTap | undefined, ending: Ending) => void)[];
}

/** What of the gateway watching needs. */
type Watching = Pick<Gateway, 'clock' | 'log' | 'record'>;

/** The answer with its bytes counted and shown to the tap as they pass, and one access line at its end. */
export function observe(answer: Answer, call: Call, trace: Trace, gateway: Watching): Answer {
  const { body } = answer;
  const watch = new Watch(answer, call, trace, gateway);
  if (body === undefined || body instanceof Uint8Array) {
    if (body !== undefined && !call.signal.aborted) watch.see(body);
    // Who left before the answer began gets none of it.
    watch.over({ is: call.signal.aborted ? 'cancelled' : 'complete' });
    return answer;
  }
  return { status: answer.status, headers: answer.headers, body: watch.around(body) };
}

/** Stands between the upstream's body and the client: passes every byte on, then looks at it. */
class Watch implements ByteSource, ByteSink {
  readonly #answer: Answer;
  readonly #call: Call;
  readonly #trace: Trace;
  readonly #gateway: Watching;
  readonly #tap: AnswerTap | undefined;
  /** In front of the tap where the answer is compressed. */
  readonly #decoder: Decoder | undefined;
  #source: ByteSource | undefined;
  #sink: ByteSink | undefined;
  #firstByteAt: number | undefined;
  #bytes = 0;
  #isOver = false;
  #isTapping: boolean;

  constructor(answer: Answer, call: Call, trace: Trace, gateway: Watching) {
    this.#answer = answer;
    this.#call = call;
    this.#trace = trace;
    this.#gateway = gateway;
    this.#tap = tapFor(answer, trace);
    const coding = header(answer.headers, 'content-encoding');
    if (this.#tap !== undefined && coding !== undefined)
      this.#decoder = decoderFor(headerValues(answer.headers, 'content-encoding').join(), this.#tap);
    // Nothing can be read of a coding that nobody here knows.
    this.#isTapping = this.#tap !== undefined && (coding === undefined || this.#decoder !== undefined);
  }

  around(source: ByteSource): ByteSource {
    this.#source = source;
    return this;
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#source?.start(this);
  }

  pause(): void {
    this.#source?.pause();
  }

  resume(): void {
    this.#source?.resume();
  }

  cancel(): void {
    this.#source?.cancel();
    this.over({ is: 'cancelled' });
  }

  chunk(bytes: Uint8Array): void {
    this.#sink?.chunk(bytes);
    this.see(bytes);
  }

  end(): void {
    this.#sink?.end();
    this.over({ is: 'complete' });
  }

  fail(error: Error): void {
    this.#sink?.fail(error);
    this.over({ is: 'broken', error });
  }

  see(bytes: Uint8Array): void {
    this.#firstByteAt ??= this.#gateway.clock.monotonic();
    this.#bytes += bytes.length;
    if (!this.#isTapping) return;
    try {
      if (this.#decoder === undefined) this.#tap?.chunk(bytes);
      else this.#decoder.chunk(bytes);
    } catch (error) {
      // Counting never costs anyone their answer.
      this.#isTapping = false;
      this.#gateway.log.warn('usage not read', { reason: String(error), request: this.#trace.requestId });
    }
  }

  over(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (ending.is === 'complete' && this.#isTapping) (this.#decoder ?? this.#tap)?.end();
    this.#decoder?.close();
    for (const then of this.#trace.onOver) then(this.#tap, ending);
    this.#line(ending);
    const record = this.#record(ending);
    this.#trace.hold?.settle(record);
    this.#gateway.record(record);
  }

  #record(ending: Ending): CallRecord {
    const { clock } = this.#gateway;
    const { startedAt, requestId, facts } = this.#trace;
    const ms = clock.monotonic() - startedAt;
    return {
      requestId,
      startedAt: clock.now() - ms,
      method: this.#call.method,
      path: pathOf(this.#call.target),
      purpose: facts.model === undefined ? 'other' : 'messages',
      clientId: facts.client ?? 'local',
      clientName: facts.client ?? 'local',
      isStream: false,
      status: this.#answer.status,
      ended: terminalOf(ending, this.#answer.status),
      bytesIn: 0,
      bytesOut: this.#bytes,
      ms,
      attempts: [],
    };
  }

  #line(ending: Ending): void {
    const { clock, log } = this.#gateway;
    const { startedAt, requestId, facts } = this.#trace;
    const seen = this.#tap?.seen;
    const now = clock.monotonic();
    log.info('call', {
      request: requestId,
      method: this.#call.method,
      path: pathOf(this.#call.target),
      status: this.#answer.status,
      ended: endedAs(ending),
      client: facts.client,
      session: facts.session,
      agent: facts.agent,
      model: facts.model,
      account: facts.account,
      why: facts.why,
      moved: facts.moved,
      attempts: facts.attempts,
      firstByteMs: this.#firstByteAt === undefined ? undefined : tenths(this.#firstByteAt - startedAt),
      ms: tenths(now - startedAt),
      bytes: this.#bytes,
      input: seen?.inputTokens,
      output: seen?.outputTokens,
      cacheRead: seen?.cacheReadTokens,
      cacheWrite: seen?.cacheCreationTokens,
      upstreamRequest: header(this.#answer.headers, 'request-id'),
    });
  }
}

/** A tap for answers of the Messages API. */
function tapFor(answer: Answer, trace: Trace): AnswerTap | undefined {
  if (trace.facts.model === undefined || answer.status >= 300) return undefined;
  return new AnswerTap(header(answer.headers, 'content-type') ?? '');
}

function terminalOf(ending: Ending, status: number): Terminal {
  if (ending.is === 'cancelled') return 'client-left';
  if (ending.is === 'broken') return 'cut';
  return status >= 400 ? 'error' : 'complete';
}

function endedAs(ending: Ending): string {
  switch (ending.is) {
    case 'complete':
      return 'complete';
    case 'broken':
      return 'cut';
    case 'cancelled':
      return 'client left';
  }
}

/** Queries may carry anything; the line keeps the path. */
function pathOf(target: string): string {
  const query = target.indexOf('?');
  return (query === -1 ? target : target.slice(0, query)).slice(0, 200);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
