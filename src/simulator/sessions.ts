import type { Clock } from '../base/clock.ts';
import type { ByteSink, ByteSource } from '../http/bytes.ts';
import { ApiError, invalid } from './errors.ts';
import type { Draws } from './ids.ts';
import { isObject, listOf, textAt, type JsonObject } from './json.ts';
import { pageByCursor } from './paging.ts';
import { standardText } from './plan.ts';
import { jsonReply, type Reply } from './reply.ts';
import { event } from './sse.ts';
import type { Visit } from './visit.ts';

/** The beta value of managed agents; the SDK sends it on every call about them. */
const agentsBeta = 'managed-agents-2026-04-01';

/** How long the simulated agent takes for an answer (ms). */
const thinkingMs = 50;

type SessionEvent = { readonly id: string; readonly type: string } & JsonObject;

interface StoredSession {
  readonly scope: string;
  value: { readonly id: string } & JsonObject;
  readonly events: SessionEvent[];
  readonly listeners: Set<EventPipe>;
}

/**
 * Managed-agents sessions in their simplest form: a session answers each `user.message` with one
 * `agent.message`, and everybody who listens to its stream sees both. They belong to the workspace.
 */
export class Sessions {
  readonly #sessions = new Map<string, StoredSession>();
  readonly #draws: Draws;
  readonly #clock: Clock;

  constructor(draws: Draws, clock: Clock) {
    this.#draws = draws;
    this.#clock = clock;
  }

  get size(): number {
    return this.#sessions.size;
  }

  clear(): void {
    for (const session of this.#sessions.values()) for (const pipe of session.listeners) pipe.end();
    this.#sessions.clear();
  }

  /** `POST /v1/sessions`. */
  create({ key }: Visit, body: JsonObject): Reply {
    if (body['agent'] === undefined) throw invalid('agent: Field required');
    if (typeof body['environment_id'] !== 'string') throw invalid('environment_id: Field required');
    const { initial_events: initial, ...rest } = body;
    const at = this.#now();
    const value = {
      budget: null,
      metadata: {},
      resources: [],
      title: null,
      vault_ids: [],
      ...rest,
      id: this.#draws.id('sesn_'),
      type: 'session',
      status: 'idle',
      outcome_evaluations: [],
      stats: { active_seconds: 0, duration_seconds: 0 },
      usage: { input_tokens: 0, output_tokens: 0 },
      created_at: at,
      updated_at: at,
      archived_at: null,
    };
    const session: StoredSession = { scope: key.scope, value, events: [], listeners: new Set() };
    this.#sessions.set(value.id, session);
    for (const given of listOf(initial)) this.#receive(session, given);
    return jsonReply(session.value);
  }

  /** `GET /v1/sessions`. */
  list({ key, query }: Visit): Reply {
    const mine = [...this.#sessions.values()].filter(({ scope }) => scope === key.scope).toReversed();
    return jsonReply(
      pageByCursor(
        mine.map(({ value }) => value),
        query,
      ),
    );
  }

  /** `GET /v1/sessions/{id}`. */
  get(visit: Visit, id: string): Reply {
    return jsonReply(this.#find(visit, id).value);
  }

  /** `POST /v1/sessions/{id}/archive`. */
  archive(visit: Visit, id: string): Reply {
    const session = this.#find(visit, id);
    session.value = { ...session.value, archived_at: this.#now(), status: 'terminated' };
    return jsonReply(session.value);
  }

  /** `DELETE /v1/sessions/{id}`: whoever listens is told, then the streams end. */
  delete(visit: Visit, id: string): Reply {
    const session = this.#find(visit, id);
    this.#tell(session, { type: 'session.deleted' });
    for (const pipe of session.listeners) pipe.end();
    this.#sessions.delete(id);
    return jsonReply({ id, type: 'session_deleted' });
  }

  /** `POST /v1/sessions/{id}/events`. */
  send(visit: Visit, id: string, body: JsonObject): Reply {
    const session = this.#find(visit, id);
    const given = listOf(body['events']);
    if (given.length === 0) throw invalid('events: List should have at least 1 item');
    return jsonReply({ data: given.map((one) => this.#receive(session, one)) });
  }

  /** `GET /v1/sessions/{id}/events`, oldest first. */
  events(visit: Visit, id: string): Reply {
    return jsonReply(pageByCursor(this.#find(visit, id).events, visit.query));
  }

  /** `GET /v1/sessions/{id}/events/stream`: everything that happens from now on, until somebody leaves. */
  stream(visit: Visit, id: string): Reply {
    const session = this.#find(visit, id);
    const pipe = new EventPipe((isComplete) => {
      session.listeners.delete(pipe);
      visit.endStream(isComplete);
    });
    session.listeners.add(pipe);
    return {
      status: 200,
      headers: ['content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache'],
      body: { is: 'source', source: pipe },
    };
  }

  #find({ key, betas }: Visit, id: string): StoredSession {
    requireAgentsBeta(betas);
    const session = this.#sessions.get(id);
    if (session === undefined || session.scope !== key.scope)
      throw new ApiError(404, `session not found: ${id}`);
    return session;
  }

  #receive(session: StoredSession, given: unknown): SessionEvent {
    const type = textAt(given, 'type');
    if (!isObject(given) || type?.startsWith('user.') !== true)
      throw invalid("events.0.type: Input should be an event of the user, as 'user.message'");
    const received = this.#tell(session, { ...given, type });
    if (type === 'user.message') this.#answer(session);
    return received;
  }

  #answer(session: StoredSession): void {
    session.value = { ...session.value, status: 'running' };
    this.#tell(session, { type: 'session.status_running' });
    this.#clock.after(thinkingMs, () => {
      session.value = { ...session.value, status: 'idle', updated_at: this.#now() };
      this.#tell(session, { type: 'agent.message', content: [{ type: 'text', text: standardText(120) }] });
      this.#tell(session, {
        type: 'session.status_idle',
        stop_reason: { type: 'end_turn' },
        stop_details: null,
      });
    });
  }

  #tell(session: StoredSession, facts: { type: string } & JsonObject): SessionEvent {
    const told: SessionEvent = { ...facts, id: this.#draws.id('sevt_'), processed_at: this.#now() };
    session.events.push(told);
    const { bytes } = event(told.type, told);
    for (const pipe of session.listeners) pipe.push(bytes);
    return told;
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}

/** @throws ApiError 400 where a call about managed agents does not bring their beta value */
export function requireAgentsBeta(betas: readonly string[]): void {
  if (!betas.includes(agentsBeta))
    throw invalid(`anthropic-beta: this endpoint requires the value ${agentsBeta}`);
}

/** Events pushed from outside; what comes while the reader pauses waits. */
class EventPipe implements ByteSource {
  #sink: ByteSink | undefined;
  #waiting: Uint8Array[] = [];
  #isPaused = false;
  #isEnding = false;
  #isOver = false;
  readonly #onEnd: (isComplete: boolean) => void;

  constructor(onEnd: (isComplete: boolean) => void) {
    this.#onEnd = onEnd;
  }

  start(sink: ByteSink): void {
    this.#sink = sink;
    this.#pass();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#pass();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd(false);
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#pass();
  }

  end(): void {
    this.#isEnding = true;
    this.#pass();
  }

  #pass(): void {
    while (this.#sink !== undefined && !this.#isPaused && !this.#isOver) {
      const next = this.#waiting.shift();
      if (next !== undefined) this.#sink.chunk(next);
      else if (this.#isEnding) {
        this.#isOver = true;
        this.#onEnd(true);
        this.#sink.end();
      } else return;
    }
  }
}
