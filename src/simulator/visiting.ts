import { createHash } from 'node:crypto';
import { sleep } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Signal } from '../base/signal.ts';
import type { Answer, Call } from '../http/call.ts';
import { header } from '../http/headers.ts';
import { ClientLeft, HeldBody, readBody } from './body.ts';
import { deliver, type Pace } from './deliver.ts';
import { ApiError, invalid } from './errors.ts';
import { answerInstead, ResetNow } from './fault-answers.ts';
import type { Misbehaviour } from './fault-rules.ts';
import { faultsOf, ScenarioError, type Fault } from './faults.ts';
import { checkVersion } from './fields.ts';
import { textAt, type JsonObject } from './json.ts';
import { betasOf, checkCredential, type KeyState } from './keys.ts';
import type { CallEnding, CallNotes } from './record.ts';
import type { Reply } from './reply.ts';
import { findRoute, type Route } from './routes.ts';
import { readTarget, type Target } from './target.ts';
import { Instead, type Visit } from './visit.ts';
import type { World } from './world.ts';

/** Model ids that ask for a scenario: `sim-cut-3`, `claude-sim-error-529`. */
const scenarioModel = /^(?:claude-)?sim-(.+)$/;

/** Answers that come from something in front of the API and know nothing of its limits. */
const withoutLimits: ReadonlySet<string> = new Set(['throttle', 'html', 'empty', 'redirect']);

/** Takes one call through the simulated API: record, scenario, credential, endpoint, delivery. */
export async function visitApi(call: Call, world: World): Promise<Answer> {
  const visiting = new Visiting(call, world);
  try {
    return visiting.send(await visiting.reply());
  } catch (error) {
    visiting.end(error instanceof ResetNow ? 'reset' : 'client-left');
    throw error;
  }
}

class Visiting {
  readonly #call: Call;
  readonly #world: World;
  readonly #target: Target;
  readonly #notes: CallNotes;
  readonly #betas: readonly string[];
  readonly #faults: Fault[] = [];
  readonly #atEnd: ((isComplete: boolean) => void)[] = [];
  #key: KeyState | undefined;
  #pace: Pace;

  constructor(call: Call, world: World) {
    this.#call = call;
    this.#world = world;
    this.#target = readTarget(call.target);
    this.#betas = betasOf(call.headers);
    this.#pace = paceOf(header(call.headers, 'x-sim-pace')) ?? world.settings.pace;
    const { path, query } = this.#target;
    this.#notes = world.record.begin({
      at: world.clock.now(),
      method: call.method,
      target: call.target,
      path,
      query,
      headers: call.headers,
      requestId: world.draws.id('req_'),
    });
    this.#key = world.keys.find(call.headers, world.clock.now());
    this.#notes.key = this.#key?.name;
  }

  /** What the API says. Rejects only where there is to be no answer. */
  async reply(): Promise<Reply> {
    try {
      return await this.#work();
    } catch (error) {
      if (error instanceof Instead) return error.reply;
      if (error instanceof ApiError) return error.reply(this.#notes.requestId);
      if (error instanceof ScenarioError) return invalid(error.message).reply(this.#notes.requestId);
      if (error instanceof ResetNow || error instanceof ClientLeft || this.#call.signal.aborted) throw error;
      return new ApiError(500, `The simulator failed: ${messageOf(error)}`).reply(this.#notes.requestId);
    }
  }

  /** Writes the head and lets the body go its way. */
  send(reply: Reply): Answer {
    const { clock } = this.#world;
    this.#notes.status = reply.status;
    if (this.#key !== undefined) {
      this.#key.totals.calls += 1;
      this.#key.totals.status(reply.status);
    }
    return deliver(
      { ...reply, headers: [...this.#head(), ...reply.headers] },
      {
        clock,
        faults: this.#faults,
        pace: this.#pace,
        requestId: this.#notes.requestId,
        headers: this.#call.headers,
        onEnd: (ending) => {
          this.end(this.#call.signal.aborted && ending === 'complete' ? 'client-left' : ending);
        },
      },
    );
  }

  end(ending: CallEnding): void {
    for (const run of this.#atEnd.splice(0)) run(ending === 'complete');
    this.#world.record.end(this.#notes, ending, this.#world.clock.now());
  }

  async #work(): Promise<Reply> {
    const { method, headers } = this.#call;
    const { path, query } = this.#target;
    const { route, id } = findRoute(method, path);
    const asked = header(headers, 'x-sim-fault') ?? (method === 'HEAD' ? undefined : this.#target.scenario);
    const own = asked === undefined ? undefined : this.#ask(asked);
    if (own?.faults.some(({ options }) => options['early'] === 'true') === true) await this.#play(own);
    const body = await this.#hold(route);
    await this.#play(own ?? this.#pick());
    const key = this.#key;
    if (!route.isOpen) {
      checkCredential(headers, key);
      checkVersion(header(headers, 'anthropic-version'));
    }
    return route.answer(this.#visit(body, key, new URLSearchParams(query)), this.#world, id);
  }

  /** Reads what the route holds, and notes what it says about itself. */
  async #hold({ held }: Route): Promise<HeldBody> {
    const { headers } = this.#call;
    if (held === 0) return new HeldBody(new Uint8Array(), headers, 0);
    const bytes = await readBody(this.#call, held);
    const body = new HeldBody(bytes, headers, held);
    const notes = this.#notes;
    notes.size = bytes.length;
    if (bytes.length === 0) return body;
    notes.sha256 = createHash('sha256').update(bytes).digest('hex');
    if (this.#world.settings.keepBodies) notes.body = bytes;
    const object = body.peek();
    notes.model = textAt(object, 'model');
    notes.stream = object?.['stream'] === true;
    notes.session = header(headers, 'x-claude-code-session-id') ?? sessionIn(object);
    return body;
  }

  /** The scenario that rules, the name of the model or the settings ask for. */
  #pick(): Misbehaviour | undefined {
    const { rules, settings, clock } = this.#world;
    const { model } = this.#notes;
    const ruled = rules.pick({ key: this.#key?.name ?? '', path: this.#target.path, model }, clock.now());
    if (ruled !== undefined) return ruled;
    const [, named] = scenarioModel.exec(model ?? '') ?? [];
    const text = named ?? settings.scenario;
    return text === undefined ? undefined : this.#ask(text);
  }

  #ask(text: string): Misbehaviour {
    return this.#world.rules.asked(text, this.#key?.name ?? '');
  }

  /** Takes on faults: waits, or answers by throwing {@link Instead}; the rest shapes the answer. */
  async #play(misbehaviour: Misbehaviour | undefined): Promise<void> {
    if (misbehaviour === undefined || misbehaviour.faults.length === 0) return;
    const { faults, text, endsInMs } = misbehaviour;
    const { clock } = this.#world;
    this.#notes.scenario = this.#notes.scenario === '' ? text : `${this.#notes.scenario}+${text}`;
    this.#faults.push(...faults);
    for (const { arg } of faultsOf(faults, 'delay')) await sleep(clock, Number(arg), this.#call.signal);
    const [instead] = faultsOf(faults, 'instead');
    if (instead === undefined) return;
    if (instead.name === 'silent') await untilLeft(this.#call.signal);
    const { path, query } = this.#target;
    const target = query === '' ? path : `${path}?${query}`;
    throw new Instead(
      answerInstead(instead, { requestId: this.#notes.requestId, now: clock.now(), target, endsInMs }),
    );
  }

  #visit(body: HeldBody, key: KeyState | undefined, query: URLSearchParams): Visit {
    const faults = this.#faults;
    const named = (name: string): Fault | undefined => faults.find((fault) => fault.name === name);
    const huge = named('huge')?.arg;
    return {
      call: this.#call,
      notes: this.#notes,
      path: this.#target.path,
      query,
      requestId: this.#notes.requestId,
      key: key ?? this.#world.keys.nobody,
      body,
      betas: this.#betas,
      replyLength: huge === undefined ? undefined : Number(huge),
      stopReason: () => named('stop')?.arg,
      fault: (name) => named(name)?.arg,
      option: (name, option) => named(name)?.options[option],
      endStream: (isComplete) => {
        this.end(isComplete ? 'complete' : 'client-left');
      },
      atEnd: (run) => {
        this.#atEnd.push(run);
      },
      play: (text) => this.#play(this.#ask(text)),
      setPace: (ms) => {
        this.#pace = ms;
      },
    };
  }

  /** Headers that every answer carries: trace, owner, limits. */
  #head(): string[] {
    const { clock } = this.#world;
    const head = ['date', new Date(clock.now()).toUTCString(), 'request-id', this.#notes.requestId];
    const key = this.#key;
    const status = this.#notes.status ?? 200;
    if (key === undefined || status === 401) return head;
    head.push('anthropic-organization-id', key.organization, 'anthropic-workspace-id', key.workspace);
    if (this.#faults.some(({ name }) => withoutLimits.has(name))) return head;
    // A played plan limit brings its own unified headers.
    if (this.#faults.some(({ name }) => name === 'limit'))
      return [...head, ...key.limits.headers(clock.now())];
    return [...head, ...key.limitHeaders(this.#notes.model ?? '', clock.now())];
  }
}

/** Rejects when the client leaves; until then nothing happens. */
function untilLeft(signal: Signal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = (): void => {
      reject(new Error('the client left'));
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

function paceOf(text: string | undefined): Pace | undefined {
  if (text === 'fast' || text === 'burst') return text;
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}

/** `session_id` in `metadata.user_id`, which Claude Code sends as a JSON text. */
function sessionIn(body: JsonObject | undefined): string | undefined {
  const text = textAt(body?.['metadata'], 'user_id');
  if (text === undefined) return undefined;
  try {
    return textAt(JSON.parse(text), 'session_id');
  } catch {
    return undefined;
  }
}
