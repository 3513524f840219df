import type { ByteSink, ByteSource, Ending } from '../http/bytes.ts';
import type { Answer, Call } from '../http/call.ts';
import { decoderFor, type Decoder } from '../http/decoder.ts';
import { header, headerValues } from '../http/headers.ts';
import type { Terminal } from '../usage/call-record.ts';
import { priced } from '../usage/priced.ts';
import { AnswerTap } from '../usage/tap.ts';
import type { Said } from '../usage/tap/said.ts';
import { word } from '../usage/word.ts';
import type { Gateway } from './gateway.ts';
import { lineOf, recordOf, type Passed } from './told.ts';
import type { Trace } from './trace.ts';
import { readError } from './upstream-error.ts';

/** What of the gateway watching needs. */
type Watching = Pick<Gateway, 'clock' | 'log' | 'record' | 'pricing' | 'unread' | 'afterwards'>;

/** The answer with its bytes counted and shown to the tap as they pass; at its end one record and one access line. */
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
    this.#isTapping = this.#tap !== undefined && (coding === undefined || this.#decoder !== undefined);
    // Nothing can be read of a coding that nobody here knows.
    if (this.#tap !== undefined && !this.#isTapping) this.#unread(`unknown coding ${coding}`);
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
    // Where a whole answer is waited for nobody cancels: the source breaks because its client is gone.
    const ending: Ending = this.#call.signal.aborted ? { is: 'cancelled' } : { is: 'broken', error };
    this.#sink?.fail(error);
    this.over(ending);
  }

  see(bytes: Uint8Array): void {
    this.#firstByteAt ??= this.#gateway.clock.monotonic();
    this.#bytes += bytes.length;
    this.#trace.keeping?.answer(bytes);
    if (!this.#isTapping) return;
    try {
      if (this.#decoder === undefined) this.#tap?.chunk(bytes);
      else this.#decoder.chunk(bytes);
    } catch (error) {
      this.#giveUp(error);
    }
  }

  over(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (ending.is === 'complete' && this.#isTapping) this.#endTap();
    this.#decoder?.close();
    for (const then of this.#trace.onOver) then(this.#tap, ending);
    this.#tell(this.#endedAs(ending));
  }

  #endTap(): void {
    try {
      (this.#decoder ?? this.#tap)?.end();
    } catch (error) {
      this.#giveUp(error);
    }
  }

  /** Counting never costs anyone their answer. */
  #giveUp(error: unknown): void {
    this.#isTapping = false;
    this.#unread(String(error));
  }

  #unread(reason: string): void {
    this.#gateway.unread.tell(reason, this.#trace.requestId);
  }

  #tell(ended: Terminal): void {
    const { clock, afterwards } = this.#gateway;
    const { startedAt } = this.#trace;
    const said = this.#isTapping ? this.#tap?.seen : undefined;
    const passed: Passed = {
      at: clock.now(),
      ms: clock.monotonic() - startedAt,
      firstByteMs: this.#firstByteAt === undefined ? undefined : this.#firstByteAt - startedAt,
      bytes: this.#bytes,
      ended,
      errorType: said?.errorType ?? errorTypeOf(this.#answer),
    };
    afterwards.add(() => {
      this.#writeDown(passed, said);
    });
  }

  #writeDown(passed: Passed, said: Said | undefined): void {
    const { log, pricing } = this.#gateway;
    const whole = priced(recordOf(this.#call, this.#answer, this.#trace, passed, said), pricing);
    log.info('call', lineOf(whole));
    this.#trace.hold?.settle(whole);
    this.#gateway.record(whole);
    this.#trace.keeping?.over(whole, { request: this.#call.headers, answer: this.#answer.headers });
  }

  #endedAs(ending: Ending): Terminal {
    const tap = this.#isTapping ? this.#tap : undefined;
    // What broke off after its stop reason had everything: clients take it for complete.
    if (tap?.seen.stopReason !== undefined && tap.seen.errorType === undefined) return 'complete';
    if (ending.is === 'cancelled') return 'client-left';
    if (ending.is === 'broken') return 'cut';
    if (this.#answer.status >= 400 || tap?.seen.errorType !== undefined) return 'error';
    // Somebody cut it off politely.
    return tap?.isShort === true ? 'cut' : 'complete';
  }
}

/** A tap for answers of the Messages API. */
function tapFor(answer: Answer, { facts }: Trace): AnswerTap | undefined {
  if (facts.purpose !== 'messages' || answer.status >= 300) return undefined;
  return new AnswerTap(header(answer.headers, 'content-type') ?? '');
}

/** What an error answer says it is; its body was held to be judged, or is our own. */
function errorTypeOf({ status, headers, body }: Answer): string | undefined {
  if (status < 400 || !(body instanceof Uint8Array)) return undefined;
  return word(readError(body, headers).type);
}
